import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { parseStored } from '#libs/json-body';
import { codeOf, failureKind, sqlState } from './failure.js';

const deadlines = new AsyncLocalStorage<number>();

/** How many statements PostgreSQL has refused in this process, by SQLSTATE. */
export const refusedStatements = new Map<string, number>();

/** The least time, in milliseconds, that a query is given however near its deadline is: cutting it off costs the connection. */
const leastTimeout = 100;

/** Gives the queries of `work` until `deadline`, by `performance.now()`, instead of 1.5 s each. */
export function within<T>(deadline: number, work: () => Promise<T>): Promise<T> {
  return deadlines.run(deadline, work);
}

/**
 * A connection on which every query has a deadline. It ends itself, so that the pool drops it, when a query is not answered
 * in time and when the server says that it cannot write any more.
 */
export class BoundedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.once('end', () => this.leavePool());
    // By default, a number in a json column that is no double comes back as another one.
    this.setTypeParser(pg.types.builtins.JSON, parseStored);
  }

  // pg's overloads cannot be repeated in an override; callers see pg.Client's own types.
  override query(query: unknown, ...parameters: unknown[]): never {
    const deadline = deadlines.getStore();
    const timeout = deadline && Math.max(leastTimeout, deadline - performance.now());
    const bounded = timeout && typeof query === 'string' ? { text: query, query_timeout: timeout } : query;
    const result = (super.query as (...args: unknown[]) => unknown)(bounded, ...parameters);
    if (result instanceof Promise) result.catch((error: unknown) => this.refused(error));
    return result as never;
  }

  /**
   * Kysely never gives a connection back whose BEGIN, COMMIT or ROLLBACK failed: ten broken transactions, and the pool
   * would be empty for good.
   */
  private leavePool(): void {
    const checkedOut = this as unknown as { release?: (destroy?: boolean) => void };
    if (!checkedOut.release) return;
    const { release } = checkedOut;
    checkedOut.release = () => undefined;
    try {
      release(true);
    } catch {
      // It had been given back: pg refuses to take it twice.
    }
  }

  private refused(error: unknown): void {
    const code = codeOf(error);
    if (sqlState.test(code)) refusedStatements.set(code, (refusedStatements.get(code) ?? 0) + 1);
    const spoilt = code === '25006' || (code === '' && failureKind(error) === 'unavailable');
    if (spoilt) this.cut();
  }

  /** Ends the connection without a word to a server that may not answer. */
  cut(): void {
    (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/**
 * Timeouts in milliseconds; pg has none by default. A request is answered within two seconds, so no query may take longer.
 * PostgreSQL's own timeout comes first, because the connection can be used again after it.
 */
const timeouts = {
  connectionTimeoutMillis: 1_000,
  statement_timeout: 1_400,
  query_timeout: 1_500,
  idle_in_transaction_session_timeout: 5_000,
};

/** The same for work that nobody waits for. */
export const anyTime = { statement_timeout: 0, query_timeout: 0 };

/**
 * What the pool is made of; `driverOptions` of MikroORM, whose own pool settings do not reach pg.
 * @param patient a statement may take any time
 */
export function boundedDriverOptions(patient: boolean): object {
  // Two are kept however long they are idle: the first request after a pause would wait for a new one.
  return { Client: BoundedClient, min: 2, max: 10, keepAlive: true, ...timeouts, ...(patient && anyTime) };
}
