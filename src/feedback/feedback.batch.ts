import { isDeepStrictEqual } from 'node:util';
import { inLockOrder, type Transaction } from '#libs/persistence';
import { type RawBuilder, sql } from 'kysely';
import { FeedbackEntry } from './feedback-entry.entity.js';
import type { Settled } from '#libs/group-commit';
import { type Claim, claimWindows } from './feedback-window.batch.js';
import type { Change, FeedbackListeners } from './feedback.listeners.js';
import type { ScoreJournal } from '../counting/journal.js';
import { allMembers, columnOf, entryMembers, selectionOf, toRow } from './entry.members.js';
import { recordedNow, type TaggedEntry, timesOf, withSecond, withTag } from './stored-entry.js';
import type { Entry, NewEntry, Outcome, StoredOutcome, Submission } from './submission.js';

const list = (names: string[]): RawBuilder<unknown> => sql.raw(names.join(', '));

/** Columns that the transaction fills. */
const stamps = ['recorded_at', 'updated_at'];
const columns = entryMembers.map(columnOf).filter((column) => !stamps.includes(column));
/** Columns that an update leaves as they are. */
const identity = ['workspace_id', 'id', 'source', 'external_id'];
const assignments = list(
  columns.filter((column) => !identity.includes(column)).map((name) => `${name} = record.${name}`),
);
/** What names the entry, and what follows from the rest. Times are compared apart, since they may be left open. */
const notContent = ['workspaceId', 'id', 'source', 'externalId', 'languageTag', 'words'] as const;
const times = ['occurredAt', 'countedAt', 'recordedAt', 'updatedAt'] as const;
export const contentMembers = entryMembers.filter(
  (member): member is Exclude<typeof member, (typeof notContent | typeof times)[number]> =>
    ![...notContent, ...times].some((one) => one === member),
);

/** A submission with its row as JSON, made once: it is both what is sent and what is weighed. Times that it leaves open come later. */
export interface WithRow extends Submission {
  entry: TaggedEntry;
  row: string;
}

export function withRow(submission: Submission): WithRow {
  const entry = withTag(submission.entry);
  return { ...submission, entry, row: JSON.stringify(toRow(entry)) };
}

/**
 * Writes a batch in an open transaction. The number of statements does not grow with the batch, and rows are locked in
 * the same order everywhere: entries named by clients that are new, those that are there already, people, conversations,
 * windows, other new entries, each sorted. The journal of the score counts comes last.
 * @param submitted at most one with the same external id, and one with the same window
 * @returns what became of each, in the order of `submitted`; `again` where somebody else was in between
 */
export async function writeBatch(
  transaction: Transaction,
  submitted: WithRow[],
  journal: ScoreJournal,
  listeners: FeedbackListeners,
): Promise<Settled<Outcome>[]> {
  const batch = submitted.map((one) => dated(one, transaction.now));
  const naming = batch.filter(({ mayExist }) => mayExist);
  // Entries with external ids are inserted before any are looked up. Otherwise an entry that appears in between is new for
  // one transaction and there for another, and they lock in opposite orders. In this order a transaction that waits for a
  // new entry holds no other rows than new entries.
  const fresh = await insert(transaction, naming);
  const existing = await lockExisting(
    transaction,
    naming.filter(({ entry }) => !fresh.has(entry.id)),
  );
  const claims = await claimWindows(transaction, batch);
  const admitted = batch.map((one) => admit(one, claims.get(one.entry.id)));
  const decided = admitted.map((one) => ('row' in one ? decide(one, existing, transaction.now) : undefined));
  const only = (kind: Outcome['kind']): WithRow[] =>
    admitted.filter((one, index): one is WithRow => 'row' in one && decided[index]!.kind === kind);
  await update(transaction, only('updated'), existing);
  const others = only('recorded').filter(({ mayExist }) => !mayExist);
  const inserted = new Set([...fresh, ...(await insert(transaction, others))]);
  const settled = admitted.map((one, index): Settled<Outcome> => {
    if (!('row' in one)) return one.settled;
    const outcome = decided[index]!;
    const lost = outcome.kind === 'recorded' && !inserted.has(one.entry.id);
    return lost ? 'again' : { result: { ...outcome, closesAt: one.closesAt } };
  });
  await journalise(transaction, settled, existing, journal);
  await listeners.changed(transaction, changesIn(settled, batch));
  return settled;
}

/** Only the server makes external ids of which none may exist. */
function dated(submission: WithRow, now: Date): WithRow {
  const entry = submission.mayExist ? submission.entry : withSecond(submission.entry, now);
  return entry === submission.entry ? submission : withRow({ ...submission, entry });
}

async function lockExisting({ em, db, now }: Transaction, sought: WithRow[]): Promise<Map<string, Entry>> {
  if (sought.length === 0) return new Map();
  const { rows } = await sql<object>`
    select ${selectionOf(allMembers)}
    from (
      select entry.* from ${recordsOf(sought, now)} with ordinality as record
      join feedback_entry entry using (workspace_id, source, external_id)
      order by ordinality for update of entry
    ) locked`.execute(db);
  const entries = rows.map((row): Entry => Object.assign({}, em.map(FeedbackEntry, row)));
  return new Map(entries.map((entry) => [keyOf(entry), entry]));
}

/** A submission without a window is admitted as it is; one with a window only if that was granted. */
function admit(
  submission: WithRow,
  claim: Claim | undefined,
): (WithRow & { closesAt?: Date }) | { settled: Settled<Outcome> } {
  if (!claim) return submission;
  if (claim === 'again') return { settled: 'again' };
  if (claim.kind !== 'granted') return { settled: { result: claim } };
  const { conversation, language, closesAt } = claim;
  return { ...withRow({ ...submission, entry: { ...submission.entry, conversation, language } }), closesAt };
}

function decide({ entry }: WithRow, existing: Map<string, Entry>, now: Date): StoredOutcome {
  const before = existing.get(keyOf(entry));
  if (!before) return { kind: 'recorded', entry: recordedNow(entry, now) };
  if (hasContentOf(before, entry)) return { kind: 'unchanged', entry: before };
  // A transaction that waited for the row may have begun before the row was last changed.
  const updatedAt = now > before.updatedAt ? now : before.updatedAt;
  return { kind: 'updated', entry: { ...before, ...entry, id: before.id, ...timesOf(entry, now, before), updatedAt } };
}

/** Whether `after` would change nothing. */
export function hasContentOf(before: Entry, after: NewEntry): boolean {
  return contentMembers.every((one) => isDeepStrictEqual(before[one], after[one])) && hasTimesOf(before, after);
}

/** A time at which an entry counts is only moved further back, unless the submission says it in so many words. */
function hasTimesOf(before: Entry, after: NewEntry): boolean {
  const { occurredAt, countedAt } = timesOf(after, before.recordedAt, before);
  const moved = countedAt.getTime() - before.countedAt.getTime();
  return occurredAt.getTime() === before.occurredAt.getTime() && (after.countedAt ? moved === 0 : moved >= 0);
}

async function update({ db, now }: Transaction, batch: WithRow[], existing: Map<string, Entry>): Promise<void> {
  if (batch.length === 0) return;
  await sql`
    update feedback_entry entry
    set ${assignments}, updated_at = greatest(entry.updated_at, ${now})
    from ${recordsOf(batch, now, existing)} as record
    where (entry.workspace_id, entry.source, entry.external_id)
      = (record.workspace_id, record.source, record.external_id)`.execute(db);
}

async function insert({ db, now }: Transaction, batch: WithRow[]): Promise<Set<string>> {
  if (batch.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    insert into feedback_entry (${list(columns)}, recorded_at, updated_at)
    select ${list(columns)}, ${now}, ${now} from ${recordsOf(batch, now)} as record
    on conflict (workspace_id, source, external_id) where external_id is not null do nothing
    returning id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

async function journalise(
  transaction: Transaction,
  settled: Settled<Outcome>[],
  existing: Map<string, Entry>,
  journal: ScoreJournal,
): Promise<void> {
  const stored = settled.flatMap((one) =>
    one !== 'again' && 'result' in one && 'entry' in one.result ? [one.result] : [],
  );
  const changed = stored.filter(({ kind }) => kind !== 'unchanged');
  const updated = changed.filter(({ kind }) => kind === 'updated');
  const added = changed.map(({ entry }) => entry);
  const removed = updated.map(({ entry }) => existing.get(keyOf(entry))!);
  await journal.append(transaction, added, removed);
}

/** What listeners are told: what is new or other than before, and was not said long ago. */
function changesIn(settled: Settled<Outcome>[], batch: WithRow[]): Change[] {
  return settled.flatMap((one, index): Change[] => {
    if (one === 'again' || !('result' in one) || !('entry' in one.result) || batch[index]!.entry.isOld) return [];
    const { kind, entry } = one.result;
    return kind === 'unchanged' ? [] : [{ kind, entry }];
  });
}

/** The rows of a batch with their times, in the order of locking. One parameter, whatever their number. */
function recordsOf(batch: WithRow[], now: Date, existing?: Map<string, Entry>): RawBuilder<unknown> {
  const rows = inLockOrder(batch, ({ entry }) => keyOf(entry)).map(({ row, entry }) => {
    const { occurredAt, countedAt } = timesOf(entry, now, existing?.get(keyOf(entry)));
    const open = entry.occurredAt ? '' : `"occurred_at":"${occurredAt.toISOString()}",`;
    return `${row.slice(0, -1)},${open}"counted_at":"${countedAt.toISOString()}"}`;
  });
  return sql`json_populate_recordset(null::feedback_entry, ${`[${rows.join(',')}]`}::json)`;
}

/** What is unique of an entry besides its id. */
export function keyOf({
  workspaceId,
  source,
  externalId,
}: Pick<Entry, 'workspaceId' | 'source' | 'externalId'>): string {
  return `${workspaceId}/${source}/${externalId}`;
}
