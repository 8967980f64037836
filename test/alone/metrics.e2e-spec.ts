import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { newClient, callAs } from '../harness/clients.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';
import { until } from '../harness/until.js';

const body = { type: 'positive', messageId: 'm' };
let redis: OwnRedis;
let app: TestApp;

beforeAll(async () => {
  redis = await spawnRedis();
  app = await startApp({ REDIS_URL: redis.url }, { deadlocks: true });
});

afterAll(async () => {
  await app.close();
  await redis.stop();
});

/** All series, by name and labels as they are written. */
async function scrape(): Promise<Map<string, number>> {
  const { status, headers, body: text } = await call(app, '/metrics', { key: null });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (text as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

const count = async (series: string): Promise<number> => (await scrape()).get(series) ?? 0;

/** By how much a series grows while `work` is done. */
async function growth(series: string, work: () => Promise<unknown>): Promise<number> {
  const before = await count(series);
  await work();
  return (await count(series)) - before;
}

describe('GET /metrics', () => {
  it('200 for everybody, about the process too', async () => {
    const series = await scrape();
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'])
      expect(series.get(name)).toBeGreaterThan(0);
  });

  it.each<[string, object, number]>([
    ['2xx', body, 200],
    ['4xx', {}, 422],
  ])('counts requests by route and class of status: %s', async (status, sent, answered) => {
    const series = `afterword_http_request_duration_seconds_count{method="POST",route="/feedback",status="${status}"}`;
    const work = async () => expect((await call(app, '/feedback', { body: sent })).status).toBe(answered);
    expect(await growth(series, work)).toBe(1);
  });

  it('tells the times of requests', async () => {
    const labels = 'method="GET",route="/livez",status="2xx"';
    await call(app, '/livez');
    expect(await count(`afterword_http_request_duration_seconds_bucket{le="+Inf",${labels}}`)).toBeGreaterThan(0);
    expect(await count(`afterword_http_request_duration_seconds_sum{${labels}}`)).toBeGreaterThan(0);
  });

  it('says routes, not paths, whatever is asked for', async () => {
    // Those of the process come when they have something to tell, such as the first collection of some kind of garbage.
    const ours = (series: Map<string, number>) =>
      [...series.keys()].filter((name) => name.startsWith('afterword_')).length;
    const before = ours(await scrape());
    const ids = Array.from({ length: 20 }, (_, i) => `id-${i}`);
    for (const id of ids) {
      await call(app, `/v1/feedback/${id}`);
      await call(app, `/${id}`);
    }
    const series = await scrape();
    expect([...series.keys()].filter((name) => /id-\d/.test(name))).toEqual([]);
    expect(series.get('afterword_http_request_duration_seconds_count{method="GET",route="none",status="4xx"}')).toBe(
      20,
    );
    expect(ours(series) - before).toBeLessThan(30);
  });

  it('says nothing of a workspace', async () => {
    const workspace = await makeWorkspace(app, 'secretive');
    const made = await makeCredential(app, { workspace, name: 'hidden', scopes: ['admin'] });
    await call(app, '/feedback', { body: { ...body, id: 'mine' }, key: made.key });
    await call(app, '/feedback/mine', { key: made.key });
    const text = [...(await scrape()).keys()].join('\n');
    for (const name of [workspace, 'secretive', 'hidden', 'mine', made.id, made.key]) expect(text).not.toContain(name);
  });

  it('counts what became of submissions', async () => {
    const series = (source: string, outcome: string) =>
      `afterword_submissions_total{source="${source}",outcome="${outcome}"}`;
    const submit = async (members: object, status = 200) =>
      expect(await call(app, '/feedback', { body: { ...body, id: 'told', ...members } })).toMatchObject({ status });
    expect(await growth(series('message', 'recorded'), () => submit({}))).toBe(1);
    expect(await growth(series('message', 'unchanged'), () => submit({}))).toBe(1);
    expect(await growth(series('message', 'updated'), () => submit({ type: 'negative' }))).toBe(1);

    const client = await newClient(app);
    const rate = (auth_id: string) =>
      callAs(client, app, '/v1.0/log_feedback_from_user/', {
        body: { auth_id, business_id: 1, query_resolved: true, query_rating: 5 },
      });
    expect(await growth(series('conversation', 'unknown_person'), () => rate('nobody'))).toBe(1);
    await callAs(client, app, '/v1.0/user/', { body: { auth_id: 'A' } });
    expect(await growth(series('conversation', 'no_conversation'), () => rate('A'))).toBe(1);
    await callAs(client, app, '/v1.0/log_message_from_user/', {
      body: { user: { auth_id: 'A' }, message_body: 'hi', message_type: 0, business_id: 1 },
    });
    expect(await growth(series('conversation', 'recorded'), () => rate('A'))).toBe(1);
    expect(await growth(series('conversation', 'duplicate'), () => rate('A'))).toBe(1);

    await app.query('alter table feedback_entry rename to gone');
    expect(await growth(series('message', 'failed'), () => submit({}, 500))).toBe(1);
    await app.query('alter table gone rename to feedback_entry');
  });

  it('tells how many entries share a commit, and how long that takes', async () => {
    const submit = () => call(app, '/feedback', { body });
    const before = await scrape();
    await Promise.all(Array.from({ length: 50 }, submit));
    const after = await scrape();
    const grown = (name: string) => after.get(name)! - before.get(name)!;
    expect(grown('afterword_batch_entries_sum')).toBe(50);
    expect(grown('afterword_batch_entries_count')).toBeLessThan(50);
    expect(grown('afterword_batch_duration_seconds_count')).toBe(grown('afterword_batch_entries_count'));
    expect(after.get('afterword_queued_entries')).toBe(0);
  });

  it.each([
    ['40P01', 'a deadlock, after which a transaction is tried', 200, 1],
    ['40001', 'a serialisation failure, after which a transaction is tried', 200, 1],
    ['22003', 'a value that should have been refused before, by the statement and by the transaction', 422, 2],
  ])('counts %s: %s', async (sqlstate, _, status, times) => {
    await app.query(`
      create sequence raised;
      create function raise() returns trigger language plpgsql as $$ begin
        if nextval('raised') <= ${times} then raise exception using errcode = '${sqlstate}'; end if;
        return new;
      end $$;
      create trigger raise before insert on feedback_entry for each row execute function raise()`);
    const work = async () => expect((await call(app, '/feedback', { body })).status).toBe(status);
    expect(await growth(`afterword_database_errors_total{sqlstate="${sqlstate}"}`, work)).toBe(times);
    await app.query('drop function raise cascade; drop sequence raised');
  });

  it('says whether requests can be served', async () => {
    expect(await count('afterword_ready')).toBe(1);
  });

  it('says whether Redis answers, and how often it did not', async () => {
    await until(async () => (await count('afterword_redis_up')) === 1);
    const before = await count('afterword_redis_failures_total');
    await redis.stop();
    await until(async () => (await count('afterword_redis_up')) === 0);
    expect(await count('afterword_redis_failures_total')).toBeGreaterThan(before);
  });
});
