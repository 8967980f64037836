import { leastUuidAt } from '#libs/ids';
import type { Transaction } from '#libs/persistence';
import { type RawBuilder, sql } from 'kysely';
import { inLanguages } from './earlier-entries.js';
import { allMembers, selectionOf } from './entry.members.js';
import { FeedbackEntry } from './feedback-entry.entity.js';
import { conditionsOf, type EntryFilter } from './feedback.reader.js';
import type { Entry } from './submission.js';

/** Entries of a workspace that fit, by when they were recorded: `from` <= recordedAt < `to`. */
export interface Recorded {
  workspaceId: string;
  filter: EntryFilter;
  from: Date;
  to: Date;
}

/** Milliseconds between the making of an entry's id and the time at which it is recorded, at most. */
const slack = 60_000;

/** How many there are, but no more than `most`. */
export async function countRecorded(transaction: Transaction, recorded: Recorded, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::float8 as count from (
      select from feedback_entry where ${await conditionOf(transaction, recorded)} limit ${most}
    ) found`.execute(transaction.db);
  return rows[0]!.count;
}

/**
 * Some of them, in the order of their ids, that nobody can delete before the transaction ends.
 * @param after the id after which they begin
 */
export async function holdRecorded(
  transaction: Transaction,
  recorded: Recorded,
  after: string | undefined,
  limit: number,
): Promise<{ entries: Entry[]; last: string | undefined }> {
  const { db, em } = transaction;
  const next = after === undefined ? sql`true` : sql`id > ${after}::uuid`;
  const found = await sql<{ id: string }>`
    select id from feedback_entry where ${await conditionOf(transaction, recorded)} and ${next}
    order by workspace_id, id limit ${limit}`.execute(db);
  const ids = found.rows.map(({ id }) => id);
  // Locked in the order of all who lock entries.
  const { rows } = await sql<object>`
    select ${selectionOf(allMembers)} from feedback_entry
    where workspace_id = ${recorded.workspaceId} and id = any(${ids}::uuid[])
    order by source, external_id collate "C", id for key share`.execute(db);
  const entries = rows.map((row): Entry => Object.assign({}, em.map(FeedbackEntry, row)));
  return { entries, last: ids.at(-1) };
}

/** Ids are UUIDv7: their order is about that of recording, so the primary key finds the range. */
async function conditionOf(
  { db }: Transaction,
  { workspaceId, filter, from, to }: Recorded,
): Promise<RawBuilder<unknown>> {
  const all = [
    sql`workspace_id = ${workspaceId}`,
    sql`id >= ${leastUuidAt(from.getTime() - slack)}::uuid and id < ${leastUuidAt(to.getTime() + slack)}::uuid`,
    sql`recorded_at >= ${from} and recorded_at < ${to}`,
    ...conditionsOf(filter),
  ];
  if (filter.texts?.language) all.push(await inLanguages(db, workspaceId, filter.texts.language));
  return sql.join(all, sql` and `);
}
