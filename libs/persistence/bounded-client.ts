import pg from 'pg';
import { codeOf, failureKind } from './failure.js';

/**
 * A connection that never waits for ever and is never used again after it went wrong: a query that was not answered in
 * time, or an answer that says that this server cannot write any more, ends the connection, so that the pool drops it.
 */
export class BoundedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.once('end', () => this.leavePool());
  }

  // pg's overloads cannot be repeated in an override; callers see pg.Client's own types.
  override query(...parameters: unknown[]): never {
    const result = (super.query as (...args: unknown[]) => unknown)(...parameters);
    if (result instanceof Promise) result.catch((error: unknown) => this.endIfSpoilt(error));
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

  private endIfSpoilt(error: unknown): void {
    const spoilt = codeOf(error) === '25006' || (codeOf(error) === '' && failureKind(error) === 'unavailable');
    if (spoilt) (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** Timeouts in milliseconds. None of them has a finite default in pg. */
const timeouts = {
  connectionTimeoutMillis: 1_000,
  statement_timeout: 4_500,
  query_timeout: 5_000,
  idle_in_transaction_session_timeout: 5_000,
  lock_timeout: 4_000,
};

/** What the pool is made of; `driverOptions` of MikroORM, whose own pool settings do not reach pg. */
export function boundedDriverOptions(poolSize: number): object {
  return { Client: BoundedClient, max: poolSize, keepAlive: true, ...timeouts };
}
