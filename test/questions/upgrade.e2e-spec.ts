import { Fills, Transactions } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { ScoreCounts } from '../../src/counting/counts.js';
import { EarlierAnswers } from '../../src/questions/earlier-answers.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { connectTo } from '../harness/database.js';
import { until } from '../harness/until.js';
import { filling, tablesIn, upgraded } from '../harness/upgraded.js';

/**
 * What the version before migration 0014 left: answers to ratings of every length, through its doors. Two of the questions
 * have been deleted since, and one has other values now. In the labels stands what looks like a value.
 */
const tables = tablesIn(`${import.meta.dirname}/answered-before-0014.ndjson`);
const { columns, rows } = tables.find(({ table }) => table === 'question')!;
const numberOf = (question: string): string =>
  String(rows.find((row) => row[columns.indexOf('question')] === question)?.[columns.indexOf('id')]);

let app: TestApp;
/** One that starts when the rows are no longer locked. */
let replica: TestApp;
let foundLocked: number;
let foundBefore: number[];
const cases = ['istanbul NASIL', 'STRASSE', 'straẞe', 'οδοσ', 'FINE', 'best OF'];
const look = ({ nest }: TestApp): Promise<number> =>
  nest.get(Transactions).run((transaction) => nest.get(EarlierAnswers).fillSome(transaction));

beforeAll(async () => {
  const earlier = await upgraded('Migration0014Ratings', filling(tables));
  const holder = await connectTo(earlier.connection);
  await holder.query('begin; select from feedback_entry for update; select from question for update');
  app = await startApp({}, { beside: earlier });
  await app.nest.get(Fills).stop();
  foundLocked = await look(app);
  foundBefore = await found(...cases);
  await holder.end();
});
afterAll(async () => {
  await replica.close();
  await app.close();
});

const march = 'from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z';
const summaryOf = async (question: string) =>
  (await call(app, `/v1/analytics/summary?${march}&source=question&instrument=${numberOf(question)}&metric=share`))
    .body;
/** What was said to each question, repeats left out. */
const said = async (): Promise<Record<string, string>> => {
  const { data } = (await call(app, '/v1/feedback?limit=200&source=question')).body;
  const byPrompt = Map.groupBy<string, Answer['body']>(data.toReversed(), ({ prompt }) => prompt);
  const tell = ({ scale, score, options }: Answer['body']) => `${scale} ${JSON.stringify(score ?? options)}`;
  return Object.fromEntries([...byPrompt].map(([prompt, all]) => [prompt, [...new Set(all.map(tell))].join(', ')]));
};
/** How many questions are found by each of these. */
const found = (...parts: string[]): Promise<number[]> =>
  Promise.all(
    parts.map(async (part) => (await call(app, `/v1/questions?search=${encodeURIComponent(part)}`)).body.data.length),
  );
const differences = async (): Promise<number[]> => {
  const workspaces = await app.query<{ id: string }>('select distinct workspace_id as id from feedback_entry');
  return Promise.all(workspaces.map(async ({ id }) => (await app.nest.get(ScoreCounts).verify(id)).differences));
};

describe('answers to ratings that an earlier release stored', () => {
  it('are read and counted as it stored them until they are filled', async () => {
    expect(foundLocked).toBe(0);
    // Workspaces are counted anew after the start.
    await until(async () => (await differences()).join() === '0,0');
    expect(await summaryOf('Best of three?')).toMatchObject({ scale: 'rating', n: 12, estimate: 0 });
  });

  describe('once they are filled', () => {
    beforeAll(async () => {
      replica = await startApp({}, { beside: app });
      const left = `select from feedback_entry where prompt = 'Of three, elsewhere?' and scale = 'rating'
        union all select from feedback_entry where prompt = 'Best of ten?' and scale = 'choice'`;
      await until(async () => (await app.query(left)).length === 0);
    });

    it('have the scale of what was offered, and nothing is guessed', async () => {
      expect(await said()).toEqual({
        'Best of three?': 'rating3 3',
        'Best of four?': 'rating4 1, rating4 4',
        'Best of five?': 'rating 1, rating 5',
        'Five alone?': 'rating 5',
        'Best of two?': 'choice [1], choice [2]',
        'Best of six?': 'rating6 1, rating6 6',
        'Best of seven?': 'rating7 1, rating7 7',
        'Best of ten?': 'rating10 1, rating10 10',
        'Recommend?': 'nps 0, nps 10',
        'Up or down?': 'thumb 0, thumb 1',
        'Half stars?': 'choice [0.5], choice [2]',
        'Gone, of three?': 'rating3 3',
        // Of a choice that looks like a rating only the question tells that it was one.
        'Gone, of seven?': 'choice [7]',
        'Edited, of seven?': 'rating7 7',
        'Which of seven?': 'choice [7]',
        'Some of six?': 'choice [6], choice [1,6]',
      });
    });

    it('are counted on it: 12 times the best of three are 100 % satisfied', async () => {
      const summary = await summaryOf('Best of three?');
      expect(summary).toMatchObject({ scale: 'rating3', n: 12, estimate: 1 });
      expect(summary.bands.map(({ share }: Answer['body']) => share)).toEqual([1, 0, 0]);
      expect(await differences()).toEqual([0, 0]);
    });

    it('are looked for as long as replicas of the earlier release may run', async () => {
      const listed = () => app.query('select from unfilled_rating');
      await replica.nest.get(Fills).stop();
      await until(async () => (await look(replica)) === 0);
      expect(await listed()).toHaveLength(2);
      const id = uuidv7({ msecs: Date.now() - 61_000 });
      await app.query(
        `insert into feedback_entry
         select (json_populate_record(entry, json_build_object('id', $1::text, 'scale', 'rating'))).*
         from feedback_entry entry where prompt = 'Gone, of three?'`,
        [id],
      );
      expect([await look(replica), await look(replica)]).toEqual([1, 0]);
      expect((await call(app, `/v1/feedback/${id}`)).body.scale).toBe('rating3');
      await app.query('delete from feedback_entry where id = $1', [id]);
      await app.query(`update unfilled_rating set listed_at = listed_at - interval '1 day'`);
      await look(replica);
      expect(await listed()).toHaveLength(0);
    });

    it('are otherwise as they were', async () => {
      const { data } = (await call(app, `/v1/feedback?instrument=${numberOf('Best of seven?')}`)).body;
      expect(data).toHaveLength(2);
      for (const { channel, language, updatedAt, recordedAt, choices } of data)
        expect([channel, language, updatedAt, choices.length]).toEqual(['app', 'de', recordedAt, 7]);
    });
  });
});

describe('questions that an earlier release stored', () => {
  const filled = () => until(async () => (await app.query('select from question where fold_version < 2')).length === 0);

  it('are found whatever the case, once they are filled', async () => {
    expect(foundBefore).toEqual([0, 0, 0, 0, 0, 7]);
    await filled();
    expect(await found(...cases)).toEqual([1, 1, 1, 1, 1, 7]);
  });

  it('count as disabled since the upgrade where they were disabled before', async () => {
    await filled();
    const disabled = numberOf('Disabled long ago?');
    const answered = async () => (await call(app, `/v1/questions/${disabled}/answers`, { body: { value: 5 } })).status;
    expect(await answered()).toBe(201);
    const since = await app.query(
      `update question set disabled_at = disabled_at - interval '1 day' where disabled_at is not null returning id`,
    );
    expect(since).toEqual([{ id: disabled }]);
    expect(await answered()).toBe(409);
  });
});
