import type { Fill, Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { isUnfilled, wordsOf } from './comment.js';
import { FeedbackEntry } from './feedback-entry.entity.js';
import type { Entry } from './submission.js';

/** Rows of a chunk. An entry may hold 2 MiB. */
const atOnce = 200;

/** Entries that were stored before the words of entries were kept for searching. */
@Injectable()
export class EarlierWords implements Fill {
  readonly name = 'words of earlier releases';

  async fillSome({ em, db }: Transaction): Promise<number> {
    const { rows } = await sql<object>`
      select workspace_id, id, comment, reasons from feedback_entry where ${isUnfilled}
      order by workspace_id, id limit ${atOnce} for update skip locked`.execute(db);
    const entries = rows.map((row): Pick<Entry, 'workspaceId' | 'id' | 'comment' | 'reasons'> =>
      em.map(FeedbackEntry, row),
    );
    await sql`
      update feedback_entry set words = filled.words
      from unnest(${entries.map(({ workspaceId }) => workspaceId)}::uuid[], ${entries.map(({ id }) => id)}::uuid[],
        ${entries.map(wordsOf)}::text[]) as filled (workspace_id, id, words)
      where (feedback_entry.workspace_id, feedback_entry.id) = (filled.workspace_id, filled.id)`.execute(db);
    return entries.length;
  }

  async left({ db }: Transaction): Promise<number> {
    const { rows } = await sql<{ left: number }>`
      select count(*)::float8 as left from feedback_entry where ${isUnfilled}`.execute(db);
    return rows[0]!.left;
  }
}
