import { PeriodicWork } from '#libs/background';
import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { keptFor } from './idempotency.service.js';

/** Milliseconds from the end of one round to the next. */
const pause = 3_600_000;

/** Rows that one statement deletes. */
const atOnce = 10_000;

/** Forgets the answers that have been kept long enough, in every workspace. */
@Injectable()
export class IdempotencyPurge extends PeriodicWork {
  constructor(private readonly transactions: Transactions) {
    // The first round begins at once, because a process may not live for an hour.
    super(pause, 0);
  }

  protected override round(signal: AbortSignal): Promise<void> {
    return this.purge(signal);
  }

  async purge(signal?: AbortSignal): Promise<void> {
    for (let purged = atOnce; purged === atOnce;) {
      if (signal?.aborted) return;
      const { rows } = await this.transactions.run(
        ({ db }) =>
          sql`
          delete from idempotency_key where (workspace_id, credential_id, operation, key) in (
            select workspace_id, credential_id, operation, key from idempotency_key
            where created_at <= now() - ${keptFor} limit ${atOnce} for update skip locked
          ) returning 1`.execute(db),
        { statementTimeout: 30_000 },
      );
      purged = rows.length;
    }
  }
}
