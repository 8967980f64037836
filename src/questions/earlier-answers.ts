import type { Fill, Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { EarlierRatings } from '../feedback/earlier-ratings.js';

/** Of an answer that was stored as a choice only its question tells whether it was a rating. */
@Injectable()
export class EarlierAnswers implements Fill {
  readonly name = 'entries looked through for earlier ratings';

  constructor(private readonly ratings: EarlierRatings) {}

  fillSome(transaction: Transaction): Promise<number> {
    return this.ratings.fillSome(transaction, async (workspaceId, instruments) => {
      const { rows } = await sql<{ id: string }>`
        select id::text from question
        where workspace_id = ${workspaceId} and type = 'rating' and id::text = any(${instruments}::text[])`.execute(
        transaction.db,
      );
      return new Set(rows.map(({ id }) => id));
    });
  }

  left(transaction: Transaction): Promise<number> {
    return this.ratings.left(transaction);
  }
}
