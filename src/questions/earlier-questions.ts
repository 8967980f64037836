import type { Fill, Transaction } from '#libs/persistence';
import { fold, foldVersion } from '#libs/text';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';

/** Rows of a chunk. */
const atOnce = 1_000;

/**
 * Questions that were folded for searching by the rule of an earlier release, or disabled when nobody noted when. Those took
 * answers until now, so a page with one of them may be open: they count as disabled now.
 */
@Injectable()
export class EarlierQuestions implements Fill {
  readonly name = 'questions of earlier releases';

  async fillSome({ db, now }: Transaction): Promise<number> {
    const { rows } = await sql<{ workspaceId: string; id: string; question: string }>`
      select workspace_id as "workspaceId", id::text, question from question where ${isEarlier}
      limit ${atOnce} for update skip locked`.execute(db);
    const [workspaceIds, ids] = [rows.map(({ workspaceId }) => workspaceId), rows.map(({ id }) => id)];
    const folded = rows.map(({ question }) => fold(question));
    await sql`
      update question set folded = filled.folded, fold_version = ${foldVersion},
        disabled_at = case status when 'disabled' then coalesce(disabled_at, ${now}) end
      from unnest(${workspaceIds}::uuid[], ${ids}::bigint[], ${folded}::text[]) as filled (workspace_id, id, folded)
      where (question.workspace_id, question.id) = (filled.workspace_id, filled.id)`.execute(db);
    return rows.length;
  }

  async left({ db }: Transaction): Promise<number> {
    const { rows } = await sql<{ left: number }>`
      select count(*)::float8 as left from question where ${isEarlier}`.execute(db);
    return rows[0]!.left;
  }
}

const isEarlier: RawBuilder<unknown> = sql`(
  fold_version < ${foldVersion} or (status = 'disabled' and disabled_at is null))`;
