import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';
import { makeCredential } from '../harness/credential.js';
import { filling, tablesIn, upgraded } from '../harness/upgraded.js';

/**
 * What the version before migration 0010 left after `demo load -w shop --days 1`. Beside the demonstration the shop has an
 * entry from before and three from after it: of a survey about one of its bots, an answer to one of its questions, and a
 * change of one of its messages. A question of the shop's own is asked in its department. Some changes are not folded yet.
 */
const tables = tablesIn(`${import.meta.dirname}/loaded-by-0008.ndjson`);

const earlier = Object.fromEntries(tables.map((table) => [table.table, table]));
const column = (table: string, name: string): unknown[] => {
  const { columns, rows } = earlier[table]!;
  return rows.map((row) => row[columns.indexOf(name)]);
};
const [shop, neighbour] = column('workspace', 'id') as [string, string];

let app: TestApp;
beforeAll(async () => {
  app = await startApp({}, { beside: await upgraded('Migration0009Entries', filling(tables)) });
}, 60_000);
afterAll(() => app.close());

async function read(workspace: string, path: string) {
  const { key } = await makeCredential(app, { workspace, scopes: ['admin'] });
  return (await call(app, path, { key })).body.data;
}

describe('a demonstration that was noted record by record', () => {
  it('is gone after the upgrade, and nothing else is', async () => {
    const noted = new Set(column('demo_record', 'id'));
    const kept = (column('feedback_entry', 'id') as string[]).filter((id) => !noted.has(id));
    const ids = async (workspace: string) =>
      (await read(workspace, '/v1/feedback?limit=200')).map(({ id }: { id: string }) => id);
    expect(new Set([...(await ids(shop)), ...(await ids(neighbour))])).toEqual(new Set(kept));
    expect([kept.length, column('feedback_entry', 'id').length]).toEqual([4, 130]);
  });

  it('leaves what was put to use: a bot, a question and the department', async () => {
    const questions = await read(shop, '/v1/questions');
    expect(questions.map(({ question }: { question: string }) => question)).toEqual([
      'Ours?',
      'What could we do better?',
    ]);
    const departments = await read(shop, '/v1/departments');
    expect(departments).toMatchObject([{ name: 'Customer care (demonstration)' }]);
    expect(questions[0].departments).toMatchObject([{ id: departments[0].id }]);
    const [rated] = await read(shop, '/v1/feedback?source=survey');
    expect(await read(shop, '/v1/bots')).toMatchObject([{ id: rated.bot }]);
  });

  it('is counted no more', async () => {
    const counts = app.nest.get(ScoreCounts);
    for (const workspace of [shop, neighbour]) expect(await counts.verify(workspace)).toMatchObject({ differences: 0 });
    const counted = await read(shop, '/v1/analytics/instruments');
    expect(counted.map(({ source, n }: { source: string; n: number }) => [source, n]).toSorted()).toEqual([
      ['message', 1],
      ['question', 1],
      ['survey', 1],
    ]);
  });

  it('is not taken for one of now: its workspace is neither cleared nor loaded again', async () => {
    const line = new CommandLine(app);
    const [cleared, loaded] = await Promise.all([
      line.run(['demo', 'clear', '-w', 'shop']),
      line.run(['demo', 'load', '-w', 'shop']),
    ]);
    expect(cleared).toMatchObject({ code: 1, err: expect.stringContaining('was not loaded') });
    expect(loaded).toMatchObject({ code: 1, err: expect.stringContaining('is in use') });
    expect(await read(shop, '/v1/feedback')).toHaveLength(3);
  }, 60_000);
});
