import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { vendorToken } from '../harness/access.tokens.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';
import { newClient } from '../harness/clients.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { newDepartment, newQuestion, text } from '../harness/questions.js';
import { until } from '../harness/until.js';
import { introduce, rate, tally } from '../harness/user-feedback.js';

const path = '/v1/workspaces';
const defaultWorkspace = '00000000-0000-7000-8000-000000000001';
let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

interface Made {
  id: string;
  slug: string;
  key: string;
}

async function newWorkspace(): Promise<Made> {
  const slug = `w-${randomUUID()}`;
  const id = await makeWorkspace(app, slug);
  return { id, slug, key: (await makeCredential(app, { workspace: id, scopes: ['admin'] })).key };
}

const remove = ({ id, slug }: Pick<Made, 'id' | 'slug'>, on = app): Promise<Answer> =>
  call(on, `${path}/${id}?slug=${slug}`, { method: 'DELETE' });

const say = (key: string, userId = 'ann'): Promise<Answer> =>
  call(app, '/feedback', { key, body: { type: 'positive', messageId: 'm', userProperties: { userId } } });

/** Something through every door, from three people: ann, bob, and carla who is only registered. */
async function fill({ id, key }: Made): Promise<void> {
  const client = await newClient(app, { workspaceId: id });
  const bot = (await call(app, '/v1/bots', { key, body: { name: 'b' } })).body.id;
  const survey = { channelUId: 'bob', name: 'n', score: 1, channel: 'web', type: 'THUMB', language: 'en', message: '' };
  const headers = { auth: vendorToken(client) };
  await call(app, `/api/public/bot/${bot}/saveFeedback`, { key: null, headers, body: survey });
  await introduce(client, app, 'ann', 343);
  await introduce(client, app, 'carla');
  await rate(client, app, 'ann');
  const departments = [await newDepartment(app, 'd', key)];
  const question = await newQuestion(app, { ...text, departments }, key);
  const answer = { key, body: { value: 'a', respondent: 'ann' }, headers: { 'idempotency-key': randomUUID() } };
  await call(app, `/v1/questions/${question}/answers`, answer);
  await say(key);
}

/** Tables and the number of rows that a workspace has in them. */
async function rowsOf(workspaceId: string): Promise<Record<string, number>> {
  const tables = await app.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = current_schema and column_name = 'workspace_id' and table_name <> 'deleted_workspace' order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const sql = `select count(*)::int as n from ${name} where workspace_id = $1`;
    const [row] = await app.query<{ n: number }>(sql, [workspaceId]);
    if (row!.n > 0) counts[name] = row!.n;
  }
  return counts;
}

const isGone = async (id: string): Promise<boolean> => Object.keys(await rowsOf(id)).length === 0;

describe('DELETE /v1/workspaces/{id}', () => {
  it('200 with what it held; all of it goes, in every table that there is, and nothing of another', async () => {
    // What a later migration may bring.
    await app.query(`
      create table planted (workspace_id uuid, id int, parent int, primary key (workspace_id, id),
        foreign key (workspace_id, parent) references planted);
      create table a_planted (workspace_id uuid, id int, primary key (workspace_id, id));
      create table z_planted (workspace_id uuid, id int, owner int, primary key (workspace_id, id),
        foreign key (workspace_id, owner) references a_planted)`);
    const made = await newWorkspace();
    const neighbour = await newWorkspace();
    for (const one of [made, neighbour]) {
      await fill(one);
      await app.query(`insert into planted select $1, n, 1 from generate_series(1, 3) n`, [one.id]);
      await app.query(`insert into a_planted values ($1, 1)`, [one.id]);
      await app.query(`insert into z_planted values ($1, 1, 1)`, [one.id]);
    }
    const kept = await rowsOf(neighbour.id);
    expect(Object.keys(kept).length).toBeGreaterThanOrEqual(16);

    const { status, body } = await remove(made);
    expect({ status, body }).toEqual({ status: 200, body: { entries: 4, respondents: 3, credentials: 2 } });
    await until(() => isGone(made.id), 10_000);
    const now = await rowsOf(neighbour.id);
    // Folding goes on there.
    for (const rows of [kept, now])
      for (const table of ['score_change', 'score_count']) Reflect.deleteProperty(rows, table);
    expect(now).toEqual(kept);
    await app.query('drop table planted, z_planted, a_planted');
  });

  it('is nowhere at once: neither by its id nor in the list, its slug free, its credentials refused on every replica', async () => {
    const replica = await startApp({}, { beside: app });
    const made = await newWorkspace();
    const client = await newClient(app, { workspaceId: made.id });
    const speak = (on: TestApp) => call(on, '/v1/feedback', { key: made.key });
    const register = (on: TestApp) =>
      call(on, '/v1.0/user/', {
        key: client.secret,
        headers: { 'client-id': client.id },
        body: { auth_id: 'a' },
      });
    for (const on of [app, replica])
      expect([(await speak(on)).status, (await register(on)).status]).toEqual([200, 200]);

    await remove(made);
    expect([(await speak(app)).status, (await register(app)).status]).toEqual([401, 401]);
    await until(async () => (await speak(replica)).status === 401 && (await register(replica)).status === 401, 1_000);
    expect((await call(app, `${path}/${made.id}`)).status).toBe(404);
    expect((await call(app, `${path}/${made.id}`, { method: 'PATCH', body: { name: 'n' } })).status).toBe(404);
    const listed = (await call(app, `${path}?limit=200`)).body.data as { id: string }[];
    expect(listed.map(({ id }) => id)).not.toContain(made.id);
    expect((await remove(made)).status).toBe(404);
    const again = await makeWorkspace(app, made.slug);
    const { key } = await makeCredential(app, { workspace: again, scopes: ['admin'] });
    expect((await call(app, '/v1/feedback', { key })).body.data).toEqual([]);
    await replica.close();
  });

  it('leaves nothing behind of what was being written, nor of what is written later', async () => {
    const made = await newWorkspace();
    const sent = Array.from({ length: 200 }, (_, index) => say(made.key, `r-${index}`));
    const [answers] = await Promise.all([Promise.all(sent), remove(made)]);
    expect(Object.keys(tally(answers)).filter((status) => !['200', '401'].includes(status))).toEqual([]);
    await until(() => isSwept(made.id), 10_000);
    await until(() => isGone(made.id), 10_000);

    // As from a process that could hear of nothing, and from an import that was under way.
    for (const age of ['30 seconds', '5 hours']) {
      await app.query(`insert into score_name values ($1, 'channel', '', $2)`, [made.id, age]);
      await grow(made.id, age);
      await until(() => isSwept(made.id), 10_000);
      expect(await isGone(made.id)).toBe(true);
    }
    await grow(made.id, '25 hours');
    await until(async () => (await deletionOf(made.id)) === undefined, 10_000);
  });

  it('goes on after a crash, and not before two seconds have passed', async () => {
    const made = await newWorkspace();
    await app.query(
      `insert into feedback_entry (workspace_id, id, source, instrument, scale, score, occurred_at, recorded_at, updated_at)
       select $1, gen_random_uuid(), 'message', 'message', 'thumb', 1, now(), now(), now() from generate_series(1, 60000)`,
      [made.id],
    );
    await say(made.key);
    // Whoever holds a row longer than a sweep waits holds up nothing else.
    const holder = await app.connect();
    await holder.query('begin');
    await holder.query('select from feedback_entry where workspace_id = $1 limit 1 for update', [made.id]);
    const { body } = await remove(made);
    expect(body).toEqual({ entries: 60_001, respondents: 1, credentials: 1 });
    await until(() => isSwept(made.id), 10_000);
    expect((await deletionOf(made.id))!.waited).toBeGreaterThanOrEqual(2);
    expect(await rowsOf(made.id)).toEqual({ feedback_entry: 1 });
    await holder.query('rollback');
    await holder.end();
    // As if the process had ended there.
    await app.query('update deleted_workspace set swept_at = null where workspace_id = $1', [made.id]);
    await until(() => isGone(made.id), 10_000);
  });

  it.each<[number, string, (made: Made) => string]>([
    [422, 'without the slug', ({ id }) => id],
    [422, 'with another slug', ({ id }) => `${id}?slug=default`],
    [422, 'with two slugs', ({ id, slug }) => `${id}?slug=${slug}&slug=${slug}`],
    [404, 'for what is no id', ({ slug }) => `x?slug=${slug}`],
    [404, 'for the slug instead of the id', ({ slug }) => `${slug}?slug=${slug}`],
    [404, 'for an id that nothing has', ({ slug }) => `00000000-0000-7000-8000-000000000002?slug=${slug}`],
    [409, 'for the workspace default', () => `${defaultWorkspace}?slug=default`],
  ])('%i %s, and nothing is deleted', async (status, _, named) => {
    const made = await newWorkspace();
    expect(await call(app, `${path}/${named(made)}`, { method: 'DELETE' })).toMatchObject({ status });
    expect((await say(made.key)).status).toBe(200);
    expect((await call(app, path)).status).toBe(200);
  });

  it('403 without the scope instance, for the own workspace too', async () => {
    const { id, slug, key } = await newWorkspace();
    const answer = await call(app, `${path}/${id}?slug=${slug}`, { method: 'DELETE', key });
    expect(answer).toMatchObject({ status: 403 });
    expect((await say(key)).status).toBe(200);
  });
});

it('422 for a credential of a workspace that is deleted at that moment', async () => {
  const { id } = await newWorkspace();
  const deletion = await app.connect();
  await deletion.query('begin');
  await deletion.query('delete from credential where workspace_id = $1', [id]);
  await deletion.query('delete from workspace where id = $1', [id]);
  const body = { name: 'n', type: 'api-key', scopes: ['admin'], workspace: id };
  const making = call(app, '/v1/credentials', { body });
  await until(async () => (await app.waitingForLocks()) > 0);
  await deletion.query('commit');
  await deletion.end();
  expect(await making).toMatchObject({ status: 422, body: { errors: [{ pointer: '/workspace' }] } });
});

describe('npm run cli -- workspaces delete', () => {
  it('deletes one and returns when nothing is left of it, but not without its slug', async () => {
    const line = new CommandLine(app);
    const made = await newWorkspace();
    await fill(made);
    const [missing, wrong] = await Promise.all([
      line.run(['workspaces', 'delete', made.slug]),
      line.run(['workspaces', 'delete', made.id, '--slug', 'default']),
    ]);
    expect(missing).toMatchObject({ code: 64, err: expect.stringContaining('--slug') });
    expect(wrong).toEqual({ code: 1, out: '', err: 'slug must be the slug of the workspace\n' });
    const { code, out } = await line.run(['workspaces', 'delete', made.slug, '--slug', made.slug]);
    const held = '4 entries, 3 respondents, 2 credentials';
    expect({ code, out }).toEqual({ code: 0, out: `Deleted the workspace ${made.slug}: ${held}\n` });
    expect(await rowsOf(made.id)).toEqual({});
  }, 60_000);
});

/** What is noted of a deletion: seconds from it to the last sweep, and since that; null before there was one. */
async function deletionOf(id: string): Promise<{ waited: number | null; ago: number | null } | undefined> {
  const [row] = await app.query<{ waited: number | null; ago: number | null }>(
    `select extract(epoch from swept_at - deleted_at)::float8 as waited, extract(epoch from now() - swept_at)::float8 as ago
     from deleted_workspace where workspace_id = $1`,
    [id],
  );
  return row;
}

/** Whether it was swept lately. */
async function isSwept(id: string): Promise<boolean> {
  const { ago } = (await deletionOf(id))!;
  return ago !== null && ago < 12;
}

/** As if a deletion were so old, and had been swept half that time ago. */
async function grow(id: string, age: string): Promise<void> {
  await app.query(
    `update deleted_workspace set deleted_at = now() - $2::interval, swept_at = now() - $2::interval / 2
     where workspace_id = $1`,
    [id, age],
  );
}
