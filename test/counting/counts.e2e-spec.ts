import { failureKind, Transactions } from '#libs/persistence';
import { ServiceUnavailable } from '#libs/problem-details';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import type { Source } from '../../src/feedback/feedback-entry.entity.js';
import { FeedbackRemover } from '../../src/feedback/feedback.remover.js';
import { FeedbackWriter } from '../../src/feedback/feedback.writer.js';
import { rest } from '../../src/counting/change.js';
import { ScoreCounts } from '../../src/counting/counts.js';
import { ScoreFolder } from '../../src/counting/folder.js';
import { blankEntry, type NewEntry } from '../../src/feedback/submission.js';
import { startApp, type TestApp } from '../harness/app.js';
import { until } from '../harness/until.js';

let app: TestApp;
let beside: TestApp;
beforeAll(async () => {
  app = await startApp();
  beside = await startApp({}, { beside: app });
  // Nobody folds the journal between two steps of a test.
  for (const { nest } of [app, beside]) await nest.get(ScoreFolder).stop();
});
afterAll(async () => {
  await beside.close();
  await app.close();
});

// A workspace of its own for each test: names never leave one.
let workspaceId: string;
beforeEach(() => {
  workspaceId = uuidv7();
});

const counts = (of = app) => of.nest.get(ScoreCounts);
const folder = (of = app) => of.nest.get(ScoreFolder);
const none = { differences: 0, examples: [] };

function entry(members: Partial<NewEntry> = {}): NewEntry {
  const names = { source: 'survey' as Source, instrument: 'CSAT', scale: 'csat' as const, score: 4 };
  return { ...blankEntry, backdating: Infinity, workspaceId, id: uuidv7(), ...names, ...members };
}

async function record(members: Partial<NewEntry> = {}, of = app): Promise<NewEntry> {
  const recorded = entry(members);
  await of.nest.get(FeedbackWriter).record(recorded, { mayExist: recorded.externalId !== null });
  return recorded;
}

/** The rows of a series, without the counters that are 0. */
async function rows(series: string): Promise<Record<string, unknown>[]> {
  const found = await app.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(c) - 'workspace_id' - 'series_id' || jsonb_build_object('at', at at time zone 'UTC') as row
     from score_count c join score_series s on s.workspace_id = c.workspace_id and s.id = series_id
     where c.workspace_id = $1 and ${series} order by minutes, at`,
    [workspaceId],
  );
  return found.map(({ row }) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== 0)));
}

describe('the score counts of a workspace', () => {
  it('hold an entry in a quarter hour, an hour and a day, for all answers and by each dimension', async () => {
    await record({ occurredAt: new Date('2026-03-01T12:44:59.999Z'), channel: 'web', score: 4 });
    await folder().fold(workspaceId);
    const four = { n: 1, s4: 1 };
    const expected = [
      { ...four, minutes: 15, at: '2026-03-01T12:30:00' },
      { ...four, minutes: 60, at: '2026-03-01T12:00:00' },
      { ...four, minutes: 1_440, at: '2026-03-01T00:00:00' },
    ];
    for (const kept of ['total', 'channel', 'language', 'bot', 'version'])
      expect(await rows(`kept = '${kept}'`)).toEqual(expected);
    expect(await rows(`kept = 'all' and channel = 'web'`)).toEqual([expected[0], expected[2]]);
    expect(await app.query('select 1 from score_change')).toEqual([]);
  });

  it('count what is said to come from the future when it was recorded', async () => {
    await record({ occurredAt: new Date('9999-12-31T23:59:59.999Z') });
    const [row] = await app.query<{ at: Date[] }>('select at from score_change where workspace_id = $1', [workspaceId]);
    expect(Date.now() - row!.at[0]!.getTime()).toBeLessThan(2 * 900_000);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('keep up with the years of the first emperors', async () => {
    await record({ occurredAt: new Date('0001-01-01T00:00:00.000Z') });
    await record({ occurredAt: new Date('1969-12-31T23:59:59.999Z') });
    await folder().fold(workspaceId);
    const total = await rows(`kept = 'total' and minutes = 15`);
    expect(total.map(({ at }) => at)).toEqual(['0001-01-01T00:00:00', '1969-12-31T23:45:00']);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('call a language by its BCP 47 form, none "", and put what is no language into the rest', async () => {
    for (const language of ['zh_cn', 'zh-CN', null, '', 'en_US.UTF-8']) await record({ language });
    const series = await app.query<{ language: string }>(
      `select language from score_series where workspace_id = $1 and kept = 'language' order by 1`,
      [workspaceId],
    );
    expect(series.map(({ language }) => language)).toEqual(['', 'zh-CN', rest]);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('count the ticks of every option beside the answers', async () => {
    const asked = { source: 'question', instrument: '7', scale: 'choice', score: null } as const;
    await record({ ...asked, options: ['a', 5] });
    await record({ ...asked, options: ['a'] });
    await folder().fold(workspaceId);
    const day = async (option: string) =>
      (await rows(`kept = 'total' and minutes = 1440 and option = '${option}'`))[0]?.['n'];
    expect(await Promise.all(['', 'a', '5'].map(day))).toEqual([2, 2, 1]);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('follow an update, by what the entry said before', async () => {
    await record({ externalId: 'x', score: 1, channel: 'web', occurredAt: new Date('2026-03-01T00:00:00Z') });
    await record({ externalId: 'x', score: 5, channel: 'app' });
    await record({ externalId: 'x', score: 5, channel: 'app' });
    await folder().fold(workspaceId);
    expect((await rows(`kept = 'total' and minutes = 1440`))[0]).toMatchObject({ n: 1, s5: 1 });
    expect(await rows(`kept = 'channel' and channel = 'web' and n <> 0`)).toEqual([]);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('stay as they are where an update changes only words', async () => {
    await record({ externalId: 'x', comment: 'a' });
    await record({ externalId: 'x', comment: 'b' });
    expect(await app.query('select 1 from score_change where workspace_id = $1', [workspaceId])).toHaveLength(1);
  });

  it('forget what was deleted or erased', async () => {
    const [one] = [await record({ score: 1 }), await record({ score: 2, respondent: 'Ann' })];
    await app.nest.get(FeedbackRemover).remove(workspaceId, { id: one.id });
    await app.nest.get(FeedbackRemover).erase(workspaceId, 'Ann');
    await folder().fold(workspaceId);
    expect((await rows('true')).filter(({ n }) => n !== undefined)).toEqual([]);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('do not change with a transaction that is rolled back, and keep its series', async () => {
    const write = app.nest.get(Transactions).enclose(async () => {
      await record({ instrument: 'new' });
      throw new Error('rolled back');
    });
    await expect(write).rejects.toThrow('rolled back');
    expect(await counts().verify(workspaceId)).toEqual(none);
    await record({ instrument: 'new' });
    expect(await counts().verify(workspaceId)).toEqual(none);
  });
});

describe('the journal', () => {
  it('is folded whatever has piled up in it', async () => {
    const { id } = await record();
    await folder().fold(workspaceId);
    const [series] = await app.query<{ id: string }>(
      `select id from score_series where workspace_id = $1 and kept = 'all'`,
      [workspaceId],
    );
    // One row holds more changes than are folded at a time; the other rows are more than that.
    await app.query(
      `insert into score_change (workspace_id, series_id, score, resolved, at, delta)
       select $1, array_agg($2::bigint), array_agg(4::smallint), array_agg(null::boolean),
         array_agg(timestamptz '2020-01-01Z' + change * interval '15 min'), array_agg(1)
       from generate_series(1, 250) row, generate_series(1, case row when 1 then 11000 else 50 end) change group by row`,
      [workspaceId, series!.id],
    );
    await folder().fold(workspaceId);
    expect(await app.query('select 1 from score_change where workspace_id = $1', [workspaceId])).toEqual([]);
    const days = await rows(`kept = 'total' and minutes = 1440 and at < '2021-01-01Z'`);
    expect(days.reduce((sum, { n }) => sum + Number(n), 0)).toBe(11_000 + 249 * 50);
    await app.query('delete from feedback_entry where id = $1', [id]);
  }, 60_000);

  it('is folded in time, although that of another workspace cannot be', async () => {
    const journals = 'select distinct workspace_id as id from score_change';
    const spoilt = uuidv7();
    await record({ workspaceId: spoilt });
    // More than a counter holds.
    await app.query(
      `insert into score_change (workspace_id, series_id, score, resolved, at, delta)
       select workspace_id, array[id, id], array[4, 4], array[null, null]::boolean[], array[now(), now()],
         array[2147483647, 2147483647] from score_series where workspace_id = $1 and kept = 'all'`,
      [spoilt],
    );
    const others = Array.from({ length: 5 }, () => uuidv7());
    for (const other of others) await record({ workspaceId: other });
    const fresh = await startApp({}, { beside: app });
    await until(
      async () => (await app.query<{ id: string }>(journals)).every(({ id }) => !others.includes(id)),
      20_000,
    );
    expect((await app.query<{ id: string }>(journals)).map(({ id }) => id)).toContain(spoilt);
    await fresh.close();
    await app.query('delete from score_change where workspace_id = $1', [spoilt]);
  });

  it('is left to another one who is at it', async () => {
    await record();
    const transactions = beside.nest.get(Transactions);
    await transactions.run(async ({ em }) => {
      await em.execute(`select pg_advisory_xact_lock(hashtextextended('score counts ' || ?, 0))`, [workspaceId]);
      await folder().fold(workspaceId);
      expect(await app.query('select 1 from score_change where workspace_id = $1', [workspaceId])).toHaveLength(1);
    });
    await folder().fold(workspaceId);
    expect(await app.query('select 1 from score_change where workspace_id = $1', [workspaceId])).toEqual([]);
  });
});

describe('names beyond the limits', () => {
  it('are counted in the rest, and taken back from there', async () => {
    const batch = Array.from({ length: 103 }, (_, index) => record({ channel: `c${index}`, externalId: `${index}` }));
    await Promise.all(batch);
    const known = await app.query<{ channel: string }>(
      `select channel from score_series where workspace_id = $1 and kept = 'channel'`,
      [workspaceId],
    );
    expect(known).toHaveLength(101);
    const named = new Set(known.map(({ channel }) => channel));
    expect(named).toContain(rest);
    const beyond = Array.from({ length: 103 }, (_, index) => index).filter((index) => !named.has(`c${index}`));
    expect(beyond).toHaveLength(3);
    // Another process learns the same, and one that was beyond stays there.
    await record({ channel: `c${beyond[0]}` }, beside);
    await beside.nest.get(FeedbackRemover).remove(workspaceId, { source: 'survey', externalId: String(beyond[1]) });
    await folder().fold(workspaceId);
    expect((await rows(`kept = 'channel' and channel = '${rest}' and minutes = 15`))[0]).toMatchObject({ n: 3 });
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('and names that fill no index', async () => {
    await record({ instrument: 'ü'.repeat(257) });
    await record({ instrument: 'ü'.repeat(255) });
    const known = await app.query<{ instrument: string }>(
      `select instrument from score_series where workspace_id = $1 and kept = 'total' order by length(instrument)`,
      [workspaceId],
    );
    expect(known.map(({ instrument }) => instrument)).toEqual([rest, 'ü'.repeat(255)]);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });
});

describe('verify and rebuild', () => {
  it('find what was not counted, say where, and repair it', async () => {
    const { id } = await record({ score: 3, occurredAt: new Date('2026-03-01T12:00:00Z') });
    await folder().fold(workspaceId);
    await app.query('update feedback_entry set score = 2 where id = $1', [id]);
    const { differences, examples } = await counts().verify(workspaceId);
    // Four sums and the one by version in three widths, and the series itself in two.
    expect(differences).toBe(17);
    expect(examples).toContainEqual({
      series: {
        kept: 'total',
        source: 'survey',
        instrument: 'CSAT',
        scale: 'csat',
        option: '',
        channel: '',
        language: '',
        bot: '',
        version: '',
      },
      minutes: 60,
      at: new Date('2026-03-01T12:00:00Z'),
      difference: { s2: -1, s3: 1 },
    });
    await counts().rebuild(workspaceId);
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('repair what was stored before anything was counted', async () => {
    await record({ score: 3 });
    await record({ score: 4, language: 'de_CH', options: ['x'] });
    for (const table of ['score_change', 'score_count', 'score_series', 'score_name'])
      await app.query(`delete from ${table} where workspace_id = $1`, [workspaceId]);
    const fresh = await startApp({}, { beside: app });
    expect((await counts(fresh).verify(workspaceId)).differences).toBeGreaterThan(0);
    await counts(fresh).rebuild(workspaceId);
    expect(await counts(fresh).verify(workspaceId)).toEqual(none);
    await fresh.close();
  });
});

describe('after any sequence of operations', () => {
  const names = fc.record({
    instrument: fc.constantFrom('CSAT', 'NPS'),
    channel: fc.constantFrom(null, 'web', 'app'),
    language: fc.constantFrom(null, 'en', 'zh_cn', '?'),
    bot: fc.constantFrom(null, 'b'),
    respondent: fc.constantFrom(null, 'Ann', 'Bob'),
    score: fc.constantFrom(null, 0, 5, 10),
    resolved: fc.constantFrom(null, true, false),
    options: fc.constantFrom<(string | number)[] | null>(null, ['x'], ['x', 2]),
    occurredAt: fc.constantFrom(null, new Date('2026-03-01T12:00:00Z'), new Date('2026-03-01T12:15:00Z')),
  });
  const id = fc.constantFrom('1', '2', '3');
  const operation = fc.oneof(
    names.map((members) => () => record(members)),
    fc.tuple(id, names).map(
      ([externalId, members]) =>
        (of: TestApp) =>
          record({ ...members, externalId }, of),
    ),
    id.map((externalId) => (of: TestApp) => remover(of).remove(workspaceId, { source: 'survey', externalId })),
    fc.constantFrom('Ann', 'Bob').map((name) => (of: TestApp) => remover(of).erase(workspaceId, name)),
    fc.constant((of: TestApp) => folder(of).fold(workspaceId)),
  );
  const remover = (of: TestApp) => of.nest.get(FeedbackRemover);

  /** On a busy machine the pool of connections is not always fast enough. */
  async function insist<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ServiceUnavailable || failureKind(error) === 'unavailable') return insist(work);
      throw error;
    }
  }

  it('verify finds no difference', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 15 }), async (operations) => {
        workspaceId = uuidv7();
        for (const run of operations) await run(app);
        expect(await counts().verify(workspaceId)).toEqual(none);
      }),
      { numRuns: 25 },
    );
  });

  it('nor while everything is counted anew', async () => {
    const work = Array.from(
      { length: 300 },
      (_, index) => () => record({ externalId: `${index % 40}`, score: index % 6 }),
    );
    const written = Promise.all(work.map((write) => insist(write)));
    for (let round = 0; round < 3; round++) await counts(beside).rebuild(workspaceId);
    await written;
    expect(await counts().verify(workspaceId)).toEqual(none);
  });

  it('nor while two replicas do them at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 20, maxLength: 40 }), async (operations) => {
        workspaceId = uuidv7();
        const replicas = [app, beside];
        for (let wave = 0; wave < 3; wave++) {
          const running = Promise.allSettled(
            operations.map((run, index) => insist<unknown>(() => run(replicas[index % 2]!))),
          );
          expect(await insist(() => counts().verify(workspaceId))).toEqual(none);
          expect((await running).filter(({ status }) => status === 'rejected')).toEqual([]);
        }
        expect(await counts().verify(workspaceId)).toEqual(none);
      }),
      { numRuns: 15 },
    );
  });
});
