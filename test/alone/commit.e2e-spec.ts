import { setTimeout as delay } from 'node:timers/promises';
import { refusedStatements, type Transaction, Transactions } from '#libs/persistence';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type pg from 'pg';
import { call, startApp, type TestApp } from '../harness/app.js';
import { host, port } from '../harness/database.js';
import { type DatabaseProxy, proxyTo } from '../harness/database-proxy.js';
import { until } from '../harness/until.js';

let app: TestApp;
let beside: TestApp;
let proxy: DatabaseProxy;
let transactions: Transactions;

beforeAll(async () => {
  beside = await startApp({}, { deadlocks: true });
  proxy = await proxyTo(host, port);
  app = await startApp({}, { beside, deadlocks: true, via: { host: '127.0.0.1', port: proxy.port } });
  transactions = app.nest.get(Transactions, { strict: false });
  await beside.query('create table note (word text primary key)');
});
afterAll(async () => {
  await proxy.mend();
  await app.close();
  await proxy.cut();
  await beside.close();
});
beforeEach(async () => {
  await proxy.mend();
  await beside.query('truncate note');
});

const words = async (): Promise<string[]> =>
  (await beside.query<{ word: string }>('select word from note')).map(({ word }) => word);
const write = ({ db }: Transaction, word: string): Promise<unknown> =>
  sql`insert into note values (${word})`.execute(db);
const openTransactions = async (): Promise<number> =>
  (
    await beside.query(
      `select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
    )
  ).length;

/** Runs `work`; what becomes of it is looked at later, so a failure must wait until then. */
function begin<T>(work: (transaction: Transaction) => Promise<T>, options: object): { outcome: Promise<T> } {
  const outcome = transactions.run(work, options);
  outcome.catch(() => undefined);
  return { outcome };
}

/** Breaks the connections as soon as the server has nothing left to do, and lets new ones through. */
async function breakOff(when: () => Promise<boolean>): Promise<void> {
  await until(when);
  await proxy.cut();
  await proxy.mend();
}

describe('a transaction', () => {
  it('rolls back what its Kysely handle wrote when its work throws', async () => {
    const work = async (transaction: Transaction): Promise<void> => {
      await write(transaction, 'a');
      throw new Error('no');
    };
    await expect(transactions.run(work)).rejects.toThrow('no');
    expect(await words()).toEqual([]);
  });

  it('whose COMMIT arrived and whose answer did not is found to be committed', async () => {
    const { outcome } = begin(
      async (transaction) => {
        await write(transaction, 'a');
        proxy.lose('answers');
        return 'done';
      },
      { deadline: performance.now() + 10_000 },
    );
    await breakOff(async () => (await words()).length === 1);
    expect(await outcome).toBe('done');
    expect(await words()).toEqual(['a']);
  });

  it('whose COMMIT did not arrive is found to be not stored', async () => {
    const { outcome } = begin(
      async (transaction) => {
        await write(transaction, 'a');
        proxy.lose('requests');
      },
      { deadline: performance.now() + 10_000 },
    );
    const refused = expect(outcome).rejects.toThrow(/connection/i);
    await breakOff(async () => {
      await delay(100);
      return (await openTransactions()) === 1;
    });
    await refused;
    expect(await words()).toEqual([]);
  });

  it('is not believed to be committed where its number was given to another after a crash', async () => {
    const { outcome } = begin(
      async (transaction) => {
        await write(transaction, 'a');
        proxy.lose('answers');
      },
      { deadline: performance.now() + 10_000, proof: () => Promise.resolve(false) },
    );
    const refused = expect(outcome).rejects.toThrow(/connection/i);
    await breakOff(async () => (await words()).length === 1);
    await refused;
  });

  it('whose outcome nobody tells until the deadline is of unknown outcome', async () => {
    const { outcome } = begin(
      async (transaction) => {
        await write(transaction, 'a');
        proxy.lose('answers');
      },
      { deadline: performance.now() + 2_000 },
    );
    const refused = expect(outcome).rejects.toThrow('it is not known whether');
    await until(async () => (await words()).length === 1);
    await proxy.cut();
    await refused;
  });
});

describe('a conflict', () => {
  it('is repeated until it is gone', async () => {
    let attempts = 0;
    await transactions.run(async (transaction) => {
      await write(transaction, `attempt ${++attempts}`);
      if (attempts < 3) await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(transaction.db);
    });
    expect(await words()).toEqual(['attempt 3']);
  });

  it('is given up after the fourth attempt', async () => {
    let attempts = 0;
    const work = async ({ db }: Transaction): Promise<void> => {
      attempts++;
      await sql`do $$ begin raise exception using errcode = '40P01'; end $$`.execute(db);
    };
    await expect(transactions.run(work, { deadline: performance.now() + 10_000 })).rejects.toMatchObject({
      code: '40P01',
    });
    expect(attempts).toBe(4);
  });
});

describe('two transactions in a deadlock', () => {
  it('are both committed: the victim is repeated, and counted', async () => {
    await beside.query(`insert into note values ('a'), ('b')`);
    const deadlocks = (): number => refusedStatements.get('40P01') ?? 0;
    const before = deadlocks();
    const hold = { a: Promise.withResolvers<void>(), b: Promise.withResolvers<void>() };
    let attempts = 0;
    const rename = (first: 'a' | 'b', second: 'a' | 'b') => async (transaction: Transaction) => {
      attempts++;
      await append(transaction, first);
      hold[first].resolve();
      await hold[second].promise;
      await append(transaction, second);
    };
    const options = { deadline: performance.now() + 10_000 };
    await Promise.all([transactions.run(rename('a', 'b'), options), transactions.run(rename('b', 'a'), options)]);
    expect([attempts, deadlocks() - before]).toEqual([3, 1]);
    expect((await words()).toSorted()).toEqual(['a++', 'b++']);
  });

  const append = ({ db }: Transaction, word: string): Promise<unknown> =>
    sql`update note set word = word || '+' where word like ${`${word}%`}`.execute(db);
});

describe('a COMMIT that takes its time', () => {
  let gate: pg.Client;
  /** Commits wait at the gate; the first of the word or message `refused` is then rolled back. */
  beforeAll(async () => {
    gate = await beside.connect();
    await beside.query(`
      create sequence refusal;
      create function pass() returns trigger language plpgsql as $$ begin
        perform pg_advisory_xact_lock_shared(1);
        if to_jsonb(new) ->> tg_argv[0] = 'refused' and nextval('refusal') = 1 then raise exception 'refused'; end if;
        return null;
      end $$;
      create constraint trigger gate after insert on note
        deferrable initially deferred for each row execute function pass('word');
      create constraint trigger gate after insert on feedback_entry
        deferrable initially deferred for each row execute function pass('message')`);
  });
  beforeEach(() => beside.query('truncate score_change'));
  beforeEach(() => gate.query(`select pg_advisory_lock(1), setval('refusal', 1, false)`));
  afterEach(() => gate.query('select pg_advisory_unlock_all()'));
  afterAll(async () => {
    await gate.end();
    await beside.query('drop function pass cascade; drop sequence refusal');
  });

  const open = (): Promise<unknown> => gate.query('select pg_advisory_unlock(1)');
  const matching = async (activity: string): Promise<boolean> =>
    (await beside.query(`select 1 from pg_stat_activity where datname = current_database() and ${activity}`)).length >
    0;
  const isCommitting = (): Promise<boolean> =>
    matching(`(query ilike 'commit' or query like '%insert into feedback_entry%') and wait_event = 'advisory'`);
  const wasAsked = (): Promise<boolean> =>
    matching(`query like 'select pg_xact_status%' and query not like '%activity%'`);

  it.each([
    ['committed', 'a', { status: 'fulfilled', value: 'done' }, ['a']],
    ['rolled back', 'refused', { status: 'rejected', reason: expect.any(Error) }, []],
  ])('is waited for when its connection breaks, and turns out to be %s', async (_, word, outcome, stored) => {
    const { outcome: running } = begin(
      async (transaction) => {
        await write(transaction, word);
        return 'done';
      },
      { deadline: performance.now() + 10_000 },
    );
    await breakOff(isCommitting);
    await until(wasAsked);
    await open();
    expect(await Promise.allSettled([running])).toEqual([outcome]);
    expect(await words()).toEqual(stored);
  });

  it.each([
    ['was committed', 'good'],
    ['was rolled back, and sends it again', 'refused'],
  ])(
    'answers 200 to a submission whose connection broke, and stores it once, where the first %s',
    async (_, messageId) => {
      const submitted = call(app, '/feedback', { body: { type: 'positive', messageId } });
      await breakOff(isCommitting);
      await open();
      const { status, body } = await submitted;
      expect(status).toBe(200);
      const rows = await beside.query('select external_id, recorded_at from feedback_entry where message = $1', [
        messageId,
      ]);
      expect(rows).toEqual([{ external_id: body.id, recorded_at: new Date(body.createdAt) }]);
      const journal = await beside.query(`select count(*)::int as n from score_change`);
      expect(journal).toEqual([{ n: 1 }]);
    },
  );

  it('answers 503 that it is not known whether the submission was stored while nobody tells', async () => {
    const submitted = call(app, '/feedback', { body: { type: 'positive', messageId: 'unknown' } });
    await until(isCommitting);
    await proxy.cut();
    const { status, body, headers } = await submitted;
    expect([status, headers.has('retry-after')]).toEqual([503, true]);
    expect(body.detail).toMatch(/not known whether this was stored|did not answer in time/);
  });
});

describe('a number of a transaction that was never given out, after a crash', () => {
  beforeAll(async () => {
    await beside.query(`
      create schema crash;
      create function crash.pg_current_xact_id() returns xid8 language sql as $$ select '281474977710656'::xid8 $$;
      alter database ${beside.connection.dbName} set search_path = crash, pg_catalog, public`);
    await proxy.cut();
  });
  afterAll(async () => {
    await beside.query(`alter database ${beside.connection.dbName} reset search_path; drop schema crash cascade`);
    await proxy.cut();
  });

  it('is that of a transaction that is not stored', async () => {
    const { outcome: running } = begin(
      async (transaction) => {
        await write(transaction, 'a');
        proxy.lose('answers');
      },
      { deadline: performance.now() + 10_000 },
    );
    const refused = expect(running).rejects.toThrow(/connection/i);
    await breakOff(async () => (await words()).length === 1);
    await refused;
  });
});
