import type { Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { EarlierRatings } from '../feedback/earlier-ratings.js';

/** Of an answer that was stored as a choice only its question tells whether it was a rating. */
@Injectable()
export class EarlierAnswers extends EarlierRatings {
  protected override async ratingsAmong(
    { db }: Transaction,
    workspaceId: string,
    instruments: string[],
  ): Promise<Set<string>> {
    const { rows } = await sql<{ id: string }>`
      select id::text from question
      where workspace_id = ${workspaceId} and type = 'rating' and id::text = any(${instruments}::text[])`.execute(db);
    return new Set(rows.map(({ id }) => id));
  }
}
