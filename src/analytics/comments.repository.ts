import type { TimedPosition } from '#libs/validation';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { inLanguages } from '../feedback/earlier-entries.js';
import { sqlOf } from '../feedback/entry.members.js';
import type { CommentDto } from './analytics.dto.js';
import { hasWords } from '../feedback/comment.js';
import type { CountFilter } from '../counting/reader.js';

const countedAt = sql.raw(sqlOf('countedAt'));

/** What people said in words, out of the entries. */
@Injectable()
export class CommentsRepository {
  constructor(private readonly em: EntityManager) {}

  /** @param after where the entry before the first stands */
  async newest(
    workspaceId: string,
    { language, ...names }: CountFilter,
    { from, to }: { from: Date; to: Date },
    limit: number,
    after?: TimedPosition,
  ): Promise<CommentDto[]> {
    const db = this.em.fork().getKysely<unknown>();
    const conditions: RawBuilder<unknown>[] = [
      sql`workspace_id = ${workspaceId}`,
      hasWords,
      sql`${countedAt} >= ${from} and ${countedAt} < ${to}`,
      ...Object.entries(names).map(([column, name]) => sql`coalesce(${sql.ref(column)}, '') = ${name}`),
      ...(language === undefined ? [] : [await inLanguages(db, workspaceId, [language])]),
      ...(after ? [sql`(${countedAt}, id) < (${after.at}, ${after.id}::uuid)`] : []),
    ];
    const { rows } = await sql<Omit<CommentDto, 'occurredAt' | 'countedAt'> & { occurred: number; counted: number }>`
      select id, source, instrument, scale, score, channel, language, bot, comment,
        (extract(epoch from occurred_at) * 1000)::float8 as occurred,
        (extract(epoch from ${countedAt}) * 1000)::float8 as counted
      from feedback_entry where ${sql.join(conditions, sql` and `)}
      order by ${countedAt} desc, id desc limit ${limit}`.execute(db);
    return rows.map(({ occurred, counted, ...row }) => ({
      ...row,
      occurredAt: new Date(occurred),
      countedAt: new Date(counted),
    }));
  }
}
