import type { TimedPosition } from '#libs/validation';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import type { CommentDto } from './analytics.dto.js';
import { hasWords } from '../feedback/comment.js';
import type { CountFilter } from '../counting/reader.js';

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
    const conditions: RawBuilder<unknown>[] = [
      sql`workspace_id = ${workspaceId}`,
      hasWords,
      sql`occurred_at >= ${from} and occurred_at < ${to}`,
      ...Object.entries(names).map(([column, name]) => sql`coalesce(${sql.ref(column)}, '') = ${name}`),
      // The entry keeps its own spelling.
      ...(language === undefined ? [] : [sql`lower(replace(coalesce(language, ''), '_', '-')) = lower(${language})`]),
      ...(after ? [sql`(occurred_at, id) < (${after.at}, ${after.id}::uuid)`] : []),
    ];
    const { rows } = await sql<Omit<CommentDto, 'occurredAt'> & { at: number }>`
      select id, source, instrument, scale, score, channel, language, bot, comment,
        floor(extract(epoch from occurred_at) * 1000)::float8 as at
      from feedback_entry where ${sql.join(conditions, sql` and `)}
      order by occurred_at desc, id desc limit ${limit}`.execute(this.em.fork().getKysely());
    return rows.map(({ at, ...row }) => ({ ...row, occurredAt: new Date(at) }));
  }
}
