import { type Transaction, Transactions } from '#libs/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { startApp, type TestApp } from '../harness/app.js';

let app: TestApp;
let transactions: Transactions;
beforeAll(async () => {
  app = await startApp();
  transactions = app.nest.get(Transactions, { strict: false });
  await app.query('create table note (word text primary key)');
});
afterAll(() => app.close());
beforeEach(() => app.query('truncate note'));

const write =
  (word: string) =>
  ({ db }: Transaction): Promise<unknown> =>
    sql`insert into note values (${word})`.execute(db);
const written = async (): Promise<string[]> =>
  (await app.query<{ word: string }>('select word from note order by word')).map(({ word }) => word);

describe('a transaction that encloses others', () => {
  it('commits all of them together', async () => {
    await transactions.enclose(async (outer) => {
      await write('a')(outer);
      await transactions.run(write('b'));
      expect(await written()).toEqual([]);
      await transactions.run(write('c'));
    });
    expect(await written()).toEqual(['a', 'b', 'c']);
  });

  it('leaves nothing of them where it throws', async () => {
    const failing = transactions.enclose(async () => {
      await transactions.run(write('a'));
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(await written()).toEqual([]);
  });

  it('stands where one of them throws and is caught', async () => {
    await transactions.enclose(async () => {
      await transactions.run(write('a'));
      const twice = transactions.run(async (inner) => {
        await write('b')(inner);
        await write('a')(inner);
      });
      await expect(twice).rejects.toThrow('duplicate key');
      await transactions.run(write('c'));
    });
    expect(await written()).toEqual(['a', 'c']);
  });

  it('is repeated as a whole after a conflict', async () => {
    let attempts = 0;
    await transactions.enclose(async () => {
      await transactions.run(write('a'));
      await transactions.run(async ({ db }) => {
        if (++attempts < 3) await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(db);
      });
    });
    expect([attempts, await written()]).toEqual([3, ['a']]);
  });

  it('has done what is to be done after the commit once, after it, and never where there is none', async () => {
    const heard: string[][] = [];
    const hear = ({ afterCommit }: Transaction): unknown => afterCommit.push(() => void heard.push(['committed']));
    let attempts = 0;
    await transactions.enclose(async () => {
      await transactions.run(async (inner) => void hear(inner));
      expect(heard).toEqual([]);
      await transactions.run(async ({ db }) => {
        if (++attempts < 2) await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(db);
      });
    });
    const failing = transactions.run(async (transaction) => {
      hear(transaction);
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(heard).toEqual([['committed']]);
  });

  it('is over when it has ended, also for what it left running', async () => {
    let left: Promise<unknown> = Promise.resolve();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const failing = transactions.enclose(() => {
      left = ended.then(() => transactions.run(write('left')));
      return Promise.reject(new Error('failed'));
    });
    await expect(failing).rejects.toThrow('failed');
    end();
    await left;
    expect(await written()).toEqual(['left']);
  });
});

describe('a statement', () => {
  const slow = ({ db }: Transaction): Promise<unknown> => sql`select pg_sleep(1.8)`.execute(db);

  it('is given up after 1.4 s, unless the transaction has more statementTimeout', async () => {
    const results = await Promise.allSettled([
      transactions.run(slow),
      transactions.run(slow, { statementTimeout: 60_000 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await expect(transactions.run(slow)).rejects.toMatchObject({ code: '57014' });
  });
});
