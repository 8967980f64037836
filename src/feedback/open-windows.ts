import { createHash } from 'node:crypto';
import { DatabaseClock } from '#libs/persistence';
import { RedisConnection } from '#libs/redis';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Optional } from '@nestjs/common';
import { sql } from 'kysely';
import { windowKeyOf } from './feedback-window.batch.js';
import type { NewEntry } from './submission.js';

/**
 * Answers duplicates past the queue. Redis holds a mark of each window that was claimed, until it closes. A mark says
 * where it is worth while to look, and no more: it may be lost, or be left behind by a deletion. The window decides.
 */
@Injectable()
export class OpenWindows {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: DatabaseClock,
    @Optional() private readonly redis?: RedisConnection,
  ) {}

  /** When the window of `entry` closes, if it is marked and open; null: the queue finds out. */
  async closing(entry: NewEntry): Promise<Date | null> {
    const marked = await this.redis?.run((client) => client.exists(markOf(entry)));
    if (!marked) return null;
    const { rows } = await sql<{ closes_at: number; now: number }>`
      select ceil(extract(epoch from closes_at) * 1000)::float8 as closes_at,
        floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now
      from feedback_window
      where workspace_id = ${entry.workspaceId} and business = ${entry.channel} and respondent = ${entry.respondent}
        and closes_at > clock_timestamp()`.execute(this.em.fork().getKysely());
    if (!rows[0]) return null;
    this.clock.set(new Date(rows[0].now));
    return new Date(rows[0].closes_at);
  }

  /** Marks the window that `entry` claimed. Its commit may still be to come. */
  mark(entry: NewEntry, closesAt: Date): void {
    const left = closesAt.getTime() - this.clock.now().getTime();
    if (left > 0) void this.redis?.run((client) => client.set(markOf(entry), '1', { PX: Math.ceil(left) }));
  }
}

/** It names a person: only its hash is stored. */
function markOf(entry: NewEntry): string {
  return `duplicate:${createHash('sha256').update(windowKeyOf(entry)).digest('base64url')}`;
}
