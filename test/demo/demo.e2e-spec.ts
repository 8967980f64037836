import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DemoService } from '../../src/demo/demo.service.js';
import { ScoreCounts } from '../../src/counting/counts.js';
import { ScoreFolder } from '../../src/counting/folder.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';
import { newClient } from '../harness/clients.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { vendorToken } from '../harness/access.tokens.js';

let app: TestApp;
let line: CommandLine;
beforeAll(async () => {
  app = await startApp();
  line = new CommandLine(app);
});
afterAll(() => app.close());

/** A workspace and a key that may do everything in it. */
async function workspaceNamed(slug: string): Promise<{ id: string; key: string }> {
  const id = await makeWorkspace(app, slug);
  return { id, key: (await makeCredential(app, { workspace: id, scopes: ['admin'] })).key };
}

/**
 * Every row of every table, by table, but for the names that were counted once, which stay, and the credentials, which note
 * when they were used.
 */
async function everything(): Promise<Record<string, string[]>> {
  const tables = await app.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema::regnamespace and relkind = 'r'
     and relname not in ('score_series', 'score_name', 'credential') order by 1`,
  );
  const rows = async (name: string) => {
    const found = await app.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
    return found.map(({ row }) => row);
  };
  return Object.fromEntries(await Promise.all(tables.map(async ({ name }) => [name, await rows(name)] as const)));
}

const differences = async (workspace: string): Promise<number> =>
  (await app.nest.get(ScoreCounts).verify(workspace)).differences;

const post = async (path: string, key: string, body: object) => {
  const answer = await call(app, path, { key, body });
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status: expect.any(Number) });
  expect(answer.status).toBeLessThan(300);
  return answer.body;
};

describe('npm run cli -- demo', () => {
  it('loads feedback of all doors, counted, and clears it so that nothing else has changed', async () => {
    const { id, key } = await workspaceNamed('lookalike');
    // What was there before looks like it.
    await post('/v1/bots', key, { id: 'st-demo', name: 'Order assistant' });
    const { id: department } = await post('/v1/departments', key, { name: 'Customer care (demonstration)' });
    const asked = { question: 'What was it about?', type: 'text', departments: [department], channels: ['chat'] };
    const { id: question } = await post('/v1/questions', key, { ...asked, config: {} });
    await post(`/v1/questions/${question}/answers`, key, { value: 'demo', respondent: 'demo-0000', language: 'en' });
    await post('/feedback', key, { type: 'negative', messageId: 'demo-0001', userProperties: { id: 'demo-0001' } });
    await app.nest.get(ScoreFolder).settle(id);
    const before = await everything();

    const loaded = await line.run(['demo', 'load', '-w', 'lookalike']);
    expect(loaded).toEqual({
      code: 0,
      out: expect.stringMatching(/^Loaded \d{5} entries, 3 bots, 3 questions, 0 departments in [\d.]+ s\n$/),
      err: expect.stringMatching(/^\d+000 of (\d{5}) entries\n(.*\n)*\1 of \1 entries\n$/),
    });
    const [again, [verified], { body }] = await Promise.all([
      line.run(['demo', 'load', '-w', 'lookalike']),
      line.json('analytics', 'verify', '-w', 'lookalike'),
      call(app, '/v1/analytics/instruments', { key }),
    ]);
    expect(again).toEqual({ code: 1, out: '', err: 'The demonstration is loaded already; `demo clear` removes it.\n' });
    expect(verified.differences).toBe(0);
    expect(new Set(body.data.map(({ source }: { source: string }) => source))).toEqual(
      new Set(['message', 'survey', 'conversation', 'question']),
    );

    const cleared = await line.run(['demo', 'clear', '-w', 'lookalike']);
    expect({ ...cleared, out: cleared.out.replace('Removed', 'Loaded').trim() }).toEqual({
      code: 0,
      out: loaded.out.replace(/ in .*\n/, ''),
      err: '',
    });
    expect(await everything()).toEqual(before);
    expect(await differences(id)).toBe(0);
    expect(await line.json('demo', 'clear', '-w', 'lookalike')).toEqual({
      entries: 0,
      bots: 0,
      questions: 0,
      departments: 0,
    });
  }, 300_000);

  it('keeps to its workspace, and to what has not been put to use meanwhile', async () => {
    const { id, key } = await workspaceNamed('used');
    const neighbour = await workspaceNamed('neighbour');
    await post('/feedback', neighbour.key, { type: 'positive', messageId: 'm' });
    await app.query(
      `insert into demo_record select workspace_id, 'entry', id from feedback_entry where workspace_id = $1`,
      [neighbour.id],
    );
    const demo = app.nest.get(DemoService);
    await demo.load(id, { seed: 7, days: 14 });
    const { data: bots } = (await call(app, '/v1/bots', { key })).body;
    const { data: questions } = (await call(app, '/v1/questions', { key })).body;
    const { data: departments } = (await call(app, '/v1/departments', { key })).body;
    expect([bots.length, questions.length, departments.length]).toEqual([3, 3, 1]);

    const survey = { name: 'After the chat', type: 'CSAT', score: 1, channel: 'web', channelUId: 'a', language: 'en' };
    const saved = await call(app, `/api/public/bot/${bots[0].id}/saveFeedback`, {
      key: null,
      headers: { auth: vendorToken(await newClient(app, { workspaceId: id })) },
      body: { ...survey, message: '' },
    });
    expect(saved.status).toBe(200);
    const text = questions.find(({ type }: { type: string }) => type === 'Text');
    await post(`/v1/questions/${text.id}/answers`, key, { value: 'Ours' });
    const own = { question: 'Ours?', type: 'text', config: {}, channels: ['chat'], departments: [departments[0].id] };
    await post('/v1/questions', key, own);

    expect(await demo.clear(id)).toMatchObject({ bots: 2, questions: 2, departments: 0 });
    expect((await call(app, '/v1/feedback', { key })).body.data).toHaveLength(2);
    expect((await call(app, '/v1/bots', { key })).body.data).toMatchObject([{ id: bots[0].id }]);
    const left = (await call(app, '/v1/questions', { key })).body.data;
    expect(left.map(({ question }: { question: string }) => question)).toEqual(['Ours?', text.question]);
    expect(left[0].departments).toMatchObject([{ id: departments[0].id }]);
    expect(await differences(id)).toBe(0);
    const { body } = await call(app, '/v1/analytics/instruments', { key });
    expect(body.data.map(({ n }: { n: number }) => n)).toEqual([1, 1]);
    expect((await call(app, '/v1/feedback', { key: neighbour.key })).body.data).toHaveLength(1);
  }, 300_000);

  it('says which workspace there is not, what is no seed, and how many days there are', async () => {
    const [nowhere, noSeed, tooLong] = await Promise.all([
      line.run(['demo', 'load', '-w', 'nowhere']),
      line.run(['demo', 'load', '--seed', 'x']),
      line.run(['demo', 'load', '--days', '183']),
    ]);
    expect(nowhere).toEqual({ code: 1, out: '', err: 'there is no workspace nowhere\n' });
    expect(noSeed).toMatchObject({ code: 64, err: expect.stringContaining('whole number') });
    expect(tooLong).toMatchObject({ code: 64, err: expect.stringContaining('from 1 to 182') });
  }, 60_000);
});
