import { Injectable } from '@nestjs/common';

/**
 * What time it is for the database, whose clock decides what is earlier and later. Every transaction reads that clock as it
 * begins; between transactions the time is estimated, and late by the duration of one statement.
 */
@Injectable()
export class DatabaseClock {
  /** How far the database's clock is ahead of `performance.now()`, which nobody sets. */
  private offset: number | undefined;

  /** Takes note of what the database has just answered. */
  set(now: Date): void {
    this.offset = now.getTime() - performance.now();
  }

  /** The estimate; until the first transaction the time of this process. */
  now(): Date {
    return this.offset === undefined ? new Date() : new Date(performance.now() + this.offset);
  }
}
