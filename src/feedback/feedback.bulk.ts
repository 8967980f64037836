import { inLockOrder, type Transaction } from '#libs/persistence';
import { type RawBuilder, sql } from 'kysely';
import { countedAtSql } from '../counting/counted-at.js';
import type { ScoreJournal } from '../counting/journal.js';
import { contentMembers, keyOf } from './feedback.batch.js';
import type { FeedbackListeners } from './feedback.listeners.js';
import { arrayOf, columnOf, entryMembers, membersKeptAs, typeOf } from './entry.members.js';
import { recordedNow, type TaggedEntry } from './stored-entry.js';
import type { Entry } from './submission.js';

/** What became of an entry that was simply stored, or is there with all that it says. */
export interface Settled {
  kind: 'recorded' | 'unchanged';
  id: string;
}

/** Columns that a statement gets values for; the transaction's clock stands in all others. */
const sent = entryMembers.filter((member) => member !== 'recordedAt' && member !== 'updatedAt');
/** Those that the statement names; others are left out where no entry has any. */
const always = new Set<string>(['externalId', 'occurredAt', 'countedAt']);
const documents = new Set<string>(membersKeptAs('json'));
const list = (names: string[]): RawBuilder<unknown> => sql.raw(names.join(', '));

/**
 * Writes many entries in one statement, in an open transaction: those that are not there, sorted as all writers sort new
 * entries. Nothing that is there is locked or changed.
 * @param entries of each external id one at most
 * @returns what became of each, in order; undefined where an entry of that external id says, or may say, something else
 */
export async function writeBulk(
  transaction: Transaction,
  entries: TaggedEntry[],
  journal: ScoreJournal,
  listeners: FeedbackListeners,
): Promise<(Settled | undefined)[]> {
  const { db, now } = transaction;
  const records = inLockOrder(entries, keyOf);
  const timed = records.map((entry) => recordedNow(entry, now));
  const { rows } = await storing(records, timed, now).execute(db);
  const fates = new Map<string, Settled>();
  for (const { id, position } of rows) {
    const kind = position === null ? 'recorded' : 'unchanged';
    fates.set(position === null ? id : records[position - 1]!.id, { kind, id });
  }
  const recorded = timed.filter(({ id }) => fates.get(id)?.kind === 'recorded');
  await journal.append(transaction, recorded, []);
  const old = new Set(entries.filter(({ isOld }) => isOld).map(({ id }) => id));
  await listeners.changed(
    transaction,
    recorded.filter(({ id }) => !old.has(id)).map((entry) => ({ kind: 'recorded', entry })),
  );
  return entries.map(({ id }) => fates.get(id));
}

/** Answers with the ids of the entries that were stored, and with those that are there, each with its position from 1. */
function storing(
  records: TaggedEntry[],
  timed: Entry[],
  now: Date,
): RawBuilder<{ id: string; position: number | null }> {
  const used = sent.filter((member) => always.has(member) || records.some((entry) => entry[member] !== null));
  const columns = used.map(columnOf);
  const arrays = used.map((member) => sql`${arrayOf(valuesOf(member, records, timed))}::${sql.raw(typeOf(member))}[]`);
  const values = columns.map((column) =>
    column.endsWith('_at') ? sql`coalesce(${sql.ref(column)}, ${now})` : sql.ref(column),
  );
  return sql`
    with record as materialized (
      select * from unnest(${sql.join(arrays)}) with ordinality as record (${list(columns)}, position)
    ), same as materialized (
      select position, there.id from record cross join lateral (
        select id from feedback_entry entry
        where (entry.workspace_id, entry.source, entry.external_id)
          = (record.workspace_id, record.source, record.external_id) and ${sql.raw(sameness(used))} limit 1) there
    ), added as (
      insert into feedback_entry (${list(columns)}, recorded_at, updated_at)
      select ${sql.join(values)}, ${now}, ${now} from record
      where position not in (select position from same) order by position
      on conflict (workspace_id, source, external_id) where external_id is not null do nothing
      returning id
    )
    select position::int as position, id from same union all select null, id from added`;
}

/** What is sent of a member. A time that was left open stays open, so that it differs from no other. */
function valuesOf(member: keyof TaggedEntry & keyof Entry, records: TaggedEntry[], timed: Entry[]): unknown[] {
  if (member !== 'countedAt') return records.map((entry) => entry[member]);
  return records.map(({ occurredAt, countedAt }, at) => (occurredAt ?? countedAt) && timed[at]!.countedAt);
}

/** Whether the stored `entry` surely says what `record` says. JSON that is written differently may yet say the same. */
function sameness(used: readonly (keyof Entry)[]): string {
  const contents = contentMembers.map((member) => {
    const column = columnOf(member);
    if (!used.includes(member)) return `entry.${column} is null`;
    const type = documents.has(member) ? '::text' : '';
    return `entry.${column}${type} is not distinct from record.${column}${type}`;
  });
  const times = [
    'coalesce(record.occurred_at, entry.occurred_at) = entry.occurred_at',
    `coalesce(record.counted_at, ${countedAtSql}) = ${countedAtSql}`,
  ];
  return [...contents, ...times].join(' and ');
}
