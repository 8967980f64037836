import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager, IsolationLevel } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import { within } from './bounded-client.js';
import { DatabaseClock } from './database-clock.js';
import { codeOf, failureKind, UnknownOutcome } from './failure.js';

/** One open transaction. */
export interface Transaction {
  em: EntityManager;
  /** Statements on this transaction's own connection. */
  db: Kysely<unknown>;
  /** The database's clock when the transaction began, in whole milliseconds. */
  now: Date;
  /** What is to be done once it is committed. */
  afterCommit: (() => void)[];
}

export interface TransactionOptions<T> {
  /** By `performance.now()`: the end of all repeating and waiting. Default: 1.5 s from now, and `statementTimeout`. */
  deadline?: number;
  /** Milliseconds that a statement of `work` may take, where that is more than a caller usually waits (1.4 s). */
  statementTimeout?: number;
  /** All statements see the database as it was at the first one; what meets a later change is a conflict. */
  snapshot?: boolean;
  /**
   * Whether what `work` wrote can be read. Asked only when a connection broke at COMMIT and the transaction's number is
   * said to be committed: after a crash of the database that number may since have been given to another transaction.
   */
  proof?: (em: EntityManager, result: T) => Promise<boolean>;
}

const attempts = 4;

/** What pg_xact_status answers for a number that was never given out, because PostgreSQL crashed before it was logged. */
const invalidParameterValue = '22023';

/** Transactions whose outcome is known when they return. */
@Injectable()
export class Transactions {
  private readonly logger = new Logger(Transactions.name);
  private readonly enclosing = new AsyncLocalStorage<{ transaction: Transaction; open: boolean }>();

  constructor(
    private readonly em: EntityManager,
    private readonly clock: DatabaseClock,
  ) {}

  /** The transaction of {@link enclose} in which the caller runs, if it does. */
  get current(): Transaction | undefined {
    const enclosing = this.enclosing.getStore();
    return enclosing?.open ? enclosing.transaction : undefined;
  }

  /**
   * Like {@link run}, and every `run` that `work` leads to becomes a part of this transaction, one after the other: it
   * returns before the COMMIT, and where it throws, what it wrote is undone and the rest stands. Other reads go past this
   * transaction, on a connection of their own, and see nothing of it.
   */
  enclose<T>(work: (transaction: Transaction) => Promise<T>, options: TransactionOptions<T> = {}): Promise<T> {
    return this.run(async (transaction) => {
      const enclosing = { transaction, open: true };
      try {
        return await this.enclosing.run(enclosing, () => work(transaction));
      } finally {
        enclosing.open = false;
      }
    }, options);
  }

  /**
   * Runs `work` in one transaction and commits it. Conflicts are repeated, at most three times. A connection that broke
   * at COMMIT is followed up until it is known whether the transaction was committed.
   * @throws the database's error, and then nothing of `work` is stored; or {@link UnknownOutcome}
   */
  async run<T>(work: (transaction: Transaction) => Promise<T>, options: TransactionOptions<T> = {}): Promise<T> {
    const enclosing = this.current;
    if (enclosing) return inSavepoint(enclosing, work);
    const deadline = options.deadline ?? performance.now() + (options.statementTimeout ?? 0) + 1_500;
    const once = (): Promise<T> => this.attempt(work, { ...options, deadline });
    for (let attempt = 1; ; attempt++) {
      try {
        // With a timeout of their own only the work may take long, so that an unreachable database is found out at BEGIN.
        return await (options.statementTimeout ? once() : within(deadline, once));
      } catch (error) {
        if (failureKind(error) !== 'conflict') throw error;
        this.logger.warn({ err: error, attempt }, 'transaction conflict');
        if (attempt === attempts || performance.now() > deadline) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  private async attempt<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions<T> & { deadline: number },
  ): Promise<T> {
    const { statementTimeout, snapshot } = options;
    const isolationLevel = snapshot ? IsolationLevel.REPEATABLE_READ : undefined;
    let xid = '';
    let done: { result: T } | undefined;
    const afterCommit: Transaction['afterCommit'] = [];
    try {
      await this.em.fork().transactional(
        async (em) => {
          const db = em.getKysely<unknown>();
          const begun = await sql<{ xid: string; now: number }>`
          select pg_current_xact_id()::text as xid, floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now
        `.execute(db);
          const now = new Date(begun.rows[0]!.now);
          this.clock.set(now);
          xid = begun.rows[0]!.xid;
          if (statementTimeout)
            await sql`select set_config('statement_timeout', ${String(statementTimeout)}, true)`.execute(db);
          done = { result: await within(options.deadline, () => work({ em, db, now, afterCommit })) };
        },
        { isolationLevel },
      );
    } catch (error) {
      if (!done || failureKind(error) !== 'unavailable') throw error;
      if (!(await this.wasCommitted(xid, done.result, options))) throw error;
    }
    for (const act of afterCommit) act();
    return done!.result;
  }

  /** Asks for the transaction's status, since its rows cannot be seen while PostgreSQL is still committing. */
  private async wasCommitted<T>(
    xid: string,
    result: T,
    { deadline, proof }: TransactionOptions<T> & { deadline: number },
  ): Promise<boolean> {
    this.logger.warn({ xid }, 'the connection broke at COMMIT, asking for the outcome');
    while (performance.now() < deadline) {
      try {
        const em = this.em.fork();
        const status = await Promise.race([statusOf(em, xid), noAnswerBy(deadline)]);
        if (status === 'committed') return !proof || (await proof(em, result));
        if (status !== 'in progress') return false;
      } catch (error) {
        if (failureKind(error) !== 'unavailable') throw error;
      }
      await sleep(25);
    }
    throw new UnknownOutcome(`transaction ${xid}`);
  }
}

function noAnswerBy(deadline: number): Promise<'in progress'> {
  return sleep(Math.max(0, deadline - performance.now()), 'in progress', { ref: false });
}

function inSavepoint<T>(outer: Transaction, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return outer.em.transactional((em) => work({ ...outer, em, db: em.getKysely() }));
}

/** `committed`, `aborted`, `in progress`; null where PostgreSQL does not know that number (any more, or yet). */
async function statusOf(em: EntityManager, xid: string): Promise<string | null> {
  try {
    const [row] = await em.execute<{ status: string | null }[]>('select pg_xact_status(?::xid8) as status', [xid]);
    return row!.status;
  } catch (error) {
    if (codeOf(error) === invalidParameterValue) return null;
    throw error;
  }
}
