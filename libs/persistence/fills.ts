import { setTimeout as sleep } from 'node:timers/promises';
import { PeriodicWork } from '#libs/background';
import { type Transaction, Transactions } from './transactions.js';

/**
 * What a release says otherwise of rows that are too many for a migration: a column that it adds, or another value. Until a
 * row is filled, readers take it as it is.
 */
export interface Fill {
  /** What is filled, for the log. */
  readonly name: string;
  /** Fills some of the rows, without waiting for any that is locked. @returns how many; 0 when none is left */
  fillSome(transaction: Transaction): Promise<number>;
  /** How many rows are left. */
  left(transaction: Transaction): Promise<number>;
}

/** Milliseconds from the end of one round to the next: replicas of an earlier release may still write rows. */
const pause = 60_000;
/** Milliseconds between two lines about one fill. */
const logEvery = 15_000;
/** Milliseconds that a statement may take: nobody waits for it. */
const statementTimeout = 10_000;

/**
 * Fills rows after the start, while the server serves. Each chunk is a transaction of its own that waits for no row, so the
 * process may be killed at any moment, and replicas fill together. After each chunk it rests for as long as the chunk took.
 */
export class Fills extends PeriodicWork {
  constructor(
    private readonly transactions: Transactions,
    private readonly fills: Fill[],
  ) {
    super(pause, 0);
  }

  protected override async round(signal: AbortSignal): Promise<void> {
    await this.forEach(this.fills, signal, (fill) => this.complete(fill, signal));
  }

  private async complete(fill: Fill, signal: AbortSignal): Promise<void> {
    let filled = 0;
    let loggedAt = -Infinity;
    while (!signal.aborted) {
      const began = performance.now();
      const some = await this.transactions.run((transaction) => fill.fillSome(transaction), { statementTimeout });
      if (some === 0) break;
      filled += some;
      if (began - loggedAt > logEvery) {
        loggedAt = began;
        const left = await this.transactions.run((transaction) => fill.left(transaction), { statementTimeout });
        this.logger.log(`${fill.name}: ${filled} filled, ${left} left`);
      }
      await sleep(performance.now() - began, undefined, { signal }).catch(() => undefined);
    }
    if (filled > 0) this.logger.log(`${fill.name}: ${filled} filled${signal.aborted ? '' : ', none left'}`);
  }
}
