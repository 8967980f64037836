import { Injectable } from '@nestjs/common';

/** Milliseconds for which a reading is good: either clock may have been set since. */
const goodFor = 60_000;

/**
 * What time it is for the database, whose clock decides what is earlier and later. Every transaction reads that clock as it
 * begins; between transactions the time is estimated, and late by the duration of one statement.
 */
@Injectable()
export class DatabaseClock {
  /** How far the database's clock is ahead of `performance.now()`, which nobody sets, and when that was read. */
  private reading: { offset: number; at: number } | undefined;

  /** Takes note of what the database has just answered. */
  set(now: Date): void {
    const at = performance.now();
    this.reading = { offset: now.getTime() - at, at };
  }

  /** The estimate; until the first transaction the time of this process. */
  now(): Date {
    return this.reading ? new Date(performance.now() + this.reading.offset) : new Date();
  }

  /** Whether the estimate can be relied on. */
  isFresh(): boolean {
    return this.reading !== undefined && performance.now() - this.reading.at < goodFor;
  }
}
