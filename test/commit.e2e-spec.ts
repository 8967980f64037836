import { setTimeout as delay } from 'node:timers/promises';
import { type Transaction, Transactions } from '#libs/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from './app.js';
import { type DatabaseProxy, proxyTo } from './database-proxy.js';
import { until } from './until.js';

let app: TestApp;
let beside: TestApp;
let proxy: DatabaseProxy;
let transactions: Transactions;

beforeAll(async () => {
  beside = await startApp();
  proxy = await proxyTo(beside.connection.host!, beside.connection.port!);
  app = await startApp({}, { beside, via: { host: '127.0.0.1', port: proxy.port } });
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
