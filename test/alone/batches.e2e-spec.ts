import { refusedStatements, Transactions } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { withRow, writeBatch } from '../../src/feedback/feedback.batch.js';
import { FeedbackListeners } from '../../src/feedback/feedback.listeners.js';
import { FeedbackWriter } from '../../src/feedback/feedback.writer.js';
import { ScoreJournal } from '../../src/counting/journal.js';
import { blankEntry, type NewEntry } from '../../src/feedback/submission.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { until } from '../harness/until.js';

const workspaceId = '00000000-0000-7000-8000-000000000001';
let one: TestApp;
let two: TestApp;
beforeAll(async () => {
  one = await startApp();
  two = await startApp({}, { beside: one });
});
afterAll(async () => {
  await two.close();
  await one.close();
});

function entry(members: Partial<NewEntry>): NewEntry {
  const id = uuidv7();
  const message = { source: 'message', instrument: 'message', scale: 'thumb', score: 1 } as const;
  return { ...blankEntry, ...message, workspaceId, id, externalId: id, message: 'm', ...members };
}

/** Somebody who has stored an entry of this id and has not committed yet. */
async function recordElsewhere(id: string): Promise<pg.Client> {
  const { body: model } = await call(one, '/feedback', { body: { type: 'positive', messageId: 'theirs' } });
  const other = await one.connect();
  await other.query('begin');
  await other.query(
    `insert into feedback_entry select (jsonb_populate_record(entry, $2)).*
     from feedback_entry entry where external_id = $1`,
    [model.id, { id: uuidv7(), external_id: id }],
  );
  return other;
}

describe('a batch', () => {
  it('with rows that the database refuses stores all the others, and each caller hears of its own', async () => {
    const writer = one.nest.get(FeedbackWriter, { strict: false });
    const entries = Array.from({ length: 100 }, (_, n) => entry(n % 33 === 7 ? { score: 99_999 } : {}));
    const outcomes = await Promise.allSettled(entries.map((each) => writer.record(each)));
    const refused = entries.filter((_, n) => outcomes[n]!.status === 'rejected');
    expect(refused.map(({ score }) => score)).toEqual([99_999, 99_999, 99_999]);
    const stored = await one.query<{ id: string }>('select id from feedback_entry');
    expect(stored.map(({ id }) => id).toSorted()).toEqual(
      entries
        .filter(({ score }) => score === 1)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('takes fewer commits than it has entries', async () => {
    const xids = 'select count(distinct xmin::text)::int as commits from feedback_entry where message = $1';
    const bodies = Array.from({ length: 60 }, () => ({ type: 'positive', messageId: 'shared' }));
    const other = await one.connect();
    await other.query('begin; lock table feedback_entry in share mode');
    const answers = Promise.all(bodies.map((body) => call(one, '/feedback', { body })));
    await until(async () => (await one.waitingForLocks()) === 2).finally(() => other.end());
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set([200]));
    const [row] = await one.query<{ commits: number }>(xids, ['shared']);
    expect(row!.commits).toBeLessThan(30);
  });
});

describe('many submissions of one id at once', () => {
  it('with one content take few commits', async () => {
    const xid = async (): Promise<number> =>
      (await one.query<{ xid: number }>('select pg_current_xact_id()::text::int as xid'))[0]!.xid;
    const body = { id: 'hot', type: 'positive', messageId: 'hot' };
    const before = await xid();
    const answers = await Promise.all(Array.from({ length: 200 }, () => call(one, '/feedback', { body })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect((await xid()) - before).toBeLessThan(100);
  });
});

describe('two replicas', () => {
  it('update the same 200 entries in opposite order without a deadlock, and the last acknowledged stands', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `hot-${n}`);
    const submit = (app: TestApp, id: string, messageId: string) =>
      call(app, '/feedback', { body: { id, type: 'positive', messageId } });
    await Promise.all(ids.map((id) => submit(one, id, 'first')));
    for (const round of ['a', 'b', 'c']) {
      const answers = await Promise.all([
        ...ids.map((id) => submit(one, id, `${round} of one`)),
        ...ids.toReversed().map((id) => submit(two, id, `${round} of two`)),
      ]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    const rows = await one.query<{ message: string; n: number }>(
      `select message, count(*)::int as n from feedback_entry where external_id like 'hot-%' group by message`,
    );
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(200);
    expect(rows.every(({ message }) => message.startsWith('c of'))).toBe(true);
    expect(refusedStatements.get('40P01')).toBeUndefined();
  });

  it('that record the same new ids at once store each once', async () => {
    const ids = Array.from({ length: 100 }, (_, n) => `new-${n}`);
    const answers = await Promise.all(
      ids.flatMap((id) =>
        [one, two].map((app) => call(app, '/feedback', { body: { id, type: 'negative', messageId: 'same' } })),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const id of ids) {
      const same = answers.filter(({ body }) => body.id === id).map(({ body }) => JSON.stringify(body));
      expect(new Set(same).size).toBe(1);
    }
    const rows = await one.query(`select 1 from feedback_entry where external_id like 'new-%'`);
    expect(rows).toHaveLength(100);
  });

  it('write an entry that is new for one of them and there for the other without a deadlock', async () => {
    const [first, second, third] = ['order-1', 'order-2', 'order-3'] as const;
    const write = (app: TestApp, ids: string[], message: string) =>
      app.nest.get(Transactions, { strict: false }).run((transaction) =>
        writeBatch(
          transaction,
          ids.map((externalId) => withRow({ entry: entry({ externalId, message }), mayExist: true })),
          app.nest.get(ScoreJournal, { strict: false }),
          app.nest.get(FeedbackListeners, { strict: false }),
        ),
      );
    const other = await recordElsewhere(second);
    const ofOne = write(one, [first, second, third], 'of one');
    await until(async () => (await one.waitingForLocks()) === 1);
    await write(two, [third], 'before');
    const ofTwo = write(two, [first, third], 'of two');
    await until(async () => (await one.waitingForLocks()) === 2);
    await other.query('rollback');
    await other.end();
    await Promise.all([ofOne, ofTwo]);
    expect(refusedStatements.get('40P01')).toBeUndefined();
    const rows = await one.query<{ message: string }>(
      `select message from feedback_entry where external_id like 'order-%' order by external_id`,
    );
    expect(rows.map(({ message }) => message)).toEqual(['of two', 'of one', 'of two']);
  });

  it('record an id anew that somebody else is deleting', async () => {
    const body = { id: 'deleted', type: 'positive', messageId: 'first' };
    await call(one, '/feedback', { body });
    const other = await one.connect();
    await other.query(`begin; select from feedback_entry where external_id = 'deleted' for update`);
    const submitting = call(one, '/feedback', { body: { ...body, messageId: 'second' } });
    await until(async () => (await one.waitingForLocks()) === 1);
    await other.query(`delete from feedback_entry where external_id = 'deleted'; commit`);
    await other.end();
    expect((await submitting).status).toBe(200);
    const rows = await one.query<{ message: string }>(
      `select message from feedback_entry where external_id = 'deleted'`,
    );
    expect(rows.map(({ message }) => message)).toEqual(['second']);
  });

  it.each([
    ['commits', 'updated, where its content is another', 'other', ['other']],
    ['commits', 'left as it is, where its content is the same', 'theirs', ['theirs']],
    ['rolls back', 'recorded', 'ours', ['ours']],
  ])('an id that somebody else is recording, who %s, is then %s', async (end, _, messageId, stored) => {
    const id = uuidv7();
    const other = await recordElsewhere(id);
    const submitting = call(one, '/feedback', { body: { id, type: 'positive', messageId } });
    await until(async () => (await one.waitingForLocks()) === 1);
    await other.query(end === 'commits' ? 'commit' : 'rollback');
    await other.end();
    expect((await submitting).status).toBe(200);
    const rows = await one.query<{ message: string }>('select message from feedback_entry where external_id = $1', [
      id,
    ]);
    expect(rows.map(({ message }) => message)).toEqual(stored);
  });
});
