import type { Fill, Transaction } from '#libs/persistence';
import { fold, foldVersion } from '#libs/validation';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';

/** Rows of a chunk. */
const atOnce = 1_000;

/** Questions that were folded for searching by the rule of an earlier release. */
@Injectable()
export class EarlierQuestions implements Fill {
  readonly name = 'questions as searching sees them';

  async fillSome({ db }: Transaction): Promise<number> {
    const { rows } = await sql<{ workspaceId: string; id: string; question: string }>`
      select workspace_id as "workspaceId", id::text, question from question where fold_version < ${foldVersion}
      limit ${atOnce} for update skip locked`.execute(db);
    const [workspaceIds, ids] = [rows.map(({ workspaceId }) => workspaceId), rows.map(({ id }) => id)];
    const folded = rows.map(({ question }) => fold(question));
    await sql`
      update question set folded = anew.folded, fold_version = ${foldVersion}
      from unnest(${workspaceIds}::uuid[], ${ids}::bigint[], ${folded}::text[]) as anew (workspace_id, id, folded)
      where (question.workspace_id, question.id) = (anew.workspace_id, anew.id)`.execute(db);
    return rows.length;
  }

  async left({ db }: Transaction): Promise<number> {
    const { rows } = await sql<{ left: number }>`
      select count(*)::float8 as left from question where fold_version < ${foldVersion}`.execute(db);
    return rows[0]!.left;
  }
}
