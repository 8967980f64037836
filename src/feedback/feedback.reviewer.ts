import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { State } from './feedback-entry.entity.js';

/** What a team notes of an entry: what is absent stays. */
export interface Review {
  state?: State;
  note?: string | null;
}

/** Keeps how far a team is with entries. Nothing else of an entry changes: no count moves, and no listener hears of it. */
@Injectable()
export class FeedbackReviewer {
  constructor(private readonly transactions: Transactions) {}

  /**
   * @param by the credential that says so
   * @returns whether there is such an entry
   */
  review(workspaceId: string, id: string, { state, note }: Review, by: string): Promise<boolean> {
    const isChange = state !== undefined || note !== undefined;
    return this.transactions.run(async ({ db, now }) => {
      const which = sql`workspace_id = ${workspaceId} and id = ${id}`;
      const { rows } = await (
        isChange
          ? sql`
          update feedback_entry set reviewed_by = ${by}, reviewed_at = ${now},
            state = ${state === undefined ? sql`state` : sql`nullif(${state}, 'new')`},
            note = ${note === undefined ? sql`note` : sql`${note}`}
          where ${which} returning 1`
          : sql`select 1 from feedback_entry where ${which}`
      ).execute(db);
      return rows.length > 0;
    });
  }
}
