import { leastUuidAt } from '#libs/ids';
import type { Fill, Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { type Counted, countedMembers } from '../counting/change.js';
import { ScoreJournal } from '../counting/journal.js';
import { selectionOf } from './entry.members.js';
import { FeedbackEntry } from './feedback-entry.entity.js';
import { ratingOf, type Value } from './rating.js';
import type { Entry } from './submission.js';

/** Rows of a chunk. */
const atOnce = 1_000;
/** Milliseconds after which an entry of that id has been stored or never will be. */
const settling = 60_000;

type Earlier = Pick<Entry, 'id' | 'choices' | keyof Counted>;
const selection = selectionOf([...countedMembers, 'id', 'choices']);

/** A workspace, and how far it has been looked through. */
interface Place {
  workspaceId: string;
  seen: string;
}

/**
 * Answers to ratings that were stored before there were scales of their lengths: as a `rating` of five where no value was
 * above five, and else as a `choice`. What was offered tells their scale, and the counts move with them. A migration lists
 * the workspaces in `unfilled_rating`; for a day replicas of an earlier release may still store such answers. The room of
 * the questions says which of them are ratings.
 */
@Injectable()
export abstract class EarlierRatings implements Fill {
  readonly name = 'entries looked through for earlier ratings';

  constructor(private readonly journal: ScoreJournal) {}

  /** Which of these instruments of a workspace are ratings. */
  protected abstract ratingsAmong(
    transaction: Transaction,
    workspaceId: string,
    instruments: string[],
  ): Promise<Set<string>>;

  /** Looks through some entries, in the order of their ids. */
  async fillSome(transaction: Transaction): Promise<number> {
    const place = await next(transaction);
    if (!place) {
      await forget(transaction);
      return 0;
    }
    const chunk = await chunkAfter(transaction, place);
    // Deleted meanwhile.
    if (chunk.length === 0) return 0;
    const wanted = chunk.flatMap(({ id, isWanted }) => (isWanted ? id : []));
    const found = await lock(transaction, place, wanted);
    const filled = await this.fill(transaction, found);
    if (found.length < wanted.length) return filled;
    await sql`update unfilled_rating set seen = ${chunk.at(-1)!.id} where workspace_id = ${place.workspaceId}`.execute(
      transaction.db,
    );
    return chunk.length;
  }

  private async fill(transaction: Transaction, entries: Earlier[]): Promise<number> {
    if (entries.length === 0) return 0;
    const instruments = [...new Set(entries.map((one) => one.instrument))];
    const ratings = await this.ratingsAmong(transaction, entries[0]!.workspaceId, instruments);
    const before = entries
      .filter(({ scale, instrument }) => scale === 'rating' || ratings.has(instrument))
      .filter((entry) => filled(entry).scale !== entry.scale);
    const after = before.map(filled);
    await update(transaction, after);
    await this.journal.append(transaction, after, before);
    return after.length;
  }

  /** How many entries have not been looked through. */
  async left(transaction: Transaction): Promise<number> {
    const { rows } = await sql<{ left: number }>`
      select count(*)::float8 as left from unfilled_rating listed join feedback_entry entry using (workspace_id)
      where ${unseen(transaction)}`.execute(transaction.db);
    return rows[0]!.left;
  }
}

/** Of the entries `entry` of the workspaces `listed` those that are still to be looked at. Ids begin with a time. */
function unseen({ now }: Transaction): RawBuilder<unknown> {
  return sql`entry.id > listed.seen and entry.id < ${leastUuidAt(now.getTime() - settling)}::uuid`;
}

const hasUnseen = (transaction: Transaction): RawBuilder<unknown> => sql`exists (
  select from feedback_entry entry where entry.workspace_id = listed.workspace_id and ${unseen(transaction)})`;

async function next(transaction: Transaction): Promise<Place | undefined> {
  const { rows } = await sql<Place>`
    select workspace_id as "workspaceId", seen from unfilled_rating listed where ${hasUnseen(transaction)}
    limit 1 for update skip locked`.execute(transaction.db);
  return rows[0];
}

async function forget(transaction: Transaction): Promise<void> {
  await sql`
    delete from unfilled_rating where workspace_id in (
      select workspace_id from unfilled_rating listed
      where listed_at < ${transaction.now}::timestamptz - interval '1 day' and not ${hasUnseen(transaction)}
      for update skip locked)`.execute(transaction.db);
}

async function chunkAfter(
  transaction: Transaction,
  { workspaceId }: Place,
): Promise<{ id: string; isWanted: boolean }[]> {
  const { rows } = await sql<{ id: string; isWanted: boolean }>`
    select id, choices is not null and source = 'question'
      and (scale = 'rating' or scale = 'choice' and json_array_length(options) = 1) as "isWanted"
    from unfilled_rating listed join feedback_entry entry using (workspace_id)
    where workspace_id = ${workspaceId} and ${unseen(transaction)} order by id limit ${atOnce}`.execute(transaction.db);
  return rows;
}

async function lock({ em, db }: Transaction, { workspaceId }: Place, ids: string[]): Promise<Earlier[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<object>`
    select ${selection} from feedback_entry
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) and choices is not null for update skip locked`.execute(
    db,
  );
  return rows.map((row): Earlier => em.map(FeedbackEntry, row));
}

function filled(entry: Earlier): Earlier {
  const offered = (entry.choices as { value: Value }[]).map(({ value }) => value);
  const said = String(entry.options?.[0] ?? entry.score);
  const chosen = offered.find((value) => String(value) === said);
  return chosen === undefined ? entry : { ...entry, ...ratingOf(offered, chosen) };
}

async function update({ db }: Transaction, entries: Earlier[]): Promise<void> {
  const column = <M extends keyof Earlier>(member: M) => entries.map((entry) => entry[member]);
  const options = entries.map((entry) => entry.options && JSON.stringify(entry.options));
  await sql`
    update feedback_entry entry set scale = filled.scale, score = filled.score, options = filled.options::json
    from unnest(${column('workspaceId')}::uuid[], ${column('id')}::uuid[], ${column('scale')}::text[],
      ${column('score')}::smallint[], ${options}::text[]) as filled (workspace_id, id, scale, score, options)
    where (entry.workspace_id, entry.id) = (filled.workspace_id, filled.id)`.execute(db);
}
