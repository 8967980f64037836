import { type Transaction, Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { locks } from '../locks.js';
import { FeedbackEntry, type Source } from './feedback-entry.entity.js';
import { type Counted, countedMembers } from '../counting/change.js';
import { ScoreJournal } from '../counting/journal.js';
import { selectionOf } from './entry.members.js';
import { hasWords } from './comment.js';
import { type DeletedEntry, FeedbackListeners } from './feedback.listeners.js';
import { isAbout } from './respondent.js';
import type { Entry } from './submission.js';

/** Which entry: by its own id, or by the name that its door's client knows it by. */
export type EntryName = { id: string } | { source: Source; externalId: string };

/** Deletes entries and people. Rows are locked in the order in which the batches that write them lock them. */
@Injectable()
export class FeedbackRemover {
  constructor(
    private readonly transactions: Transactions,
    private readonly journal: ScoreJournal,
    private readonly listeners: FeedbackListeners,
  ) {}

  /**
   * Deletes an entry, the window that it opened (the person may speak again), and what listeners keep of it.
   * @returns whether there was one
   */
  async remove(workspaceId: string, name: EntryName): Promise<boolean> {
    const named =
      'id' in name ? sql`id = ${name.id}` : sql`(source, external_id) = (${name.source}, ${name.externalId})`;
    return this.transactions.run(async (transaction) => {
      const [entry] = await deleteEntries(transaction, sql`workspace_id = ${workspaceId} and ${named}`);
      if (!entry) return false;
      const { db } = transaction;
      await sql`delete from feedback_window where workspace_id = ${workspaceId} and business = ${entry.channel}
        and respondent = ${entry.respondent} and entry_id = ${entry.id}`.execute(db);
      await this.listeners.erased(transaction, { workspaceId, entries: [entry], respondent: null, erased: 1 });
      await this.journal.append(transaction, [], [entry]);
      return true;
    });
  }

  /**
   * Erases everything that is known of a respondent: entries, windows, messages, conversations, profile, and what
   * listeners keep of them.
   * @returns how many entries, messages, conversations and profiles that were
   */
  async erase(workspaceId: string, respondent: string): Promise<number> {
    const erasing = async (transaction: Transaction): Promise<number> => {
      const { erased, entries } = await eraseIn(transaction, workspaceId, respondent);
      // What is kept of an entry that was stored meanwhile stays with it.
      await this.listeners.erased(transaction, { workspaceId, entries, respondent, erased });
      await this.journal.append(transaction, [], entries);
      return erased;
    };
    return this.transactions.run(erasing, { statementTimeout: 30_000 });
  }
}

/** Locks the entries that fit, in the order of all who lock entries. @returns their ids */
export async function lockEntries({ db }: Transaction, which: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from feedback_entry where ${which} order by source, external_id collate "C", id for update`.execute(db);
  return rows.map(({ id }) => id);
}

/** What listeners, the counts and the window need of a deleted entry. */
type Deleted = DeletedEntry & Pick<Entry, 'respondent' | keyof Counted>;
const left = selectionOf([
  ...new Set([...countedMembers, 'id', 'respondent', 'externalId', 'languageTag', 'version'] as const),
]);

/** Deletes the entries that fit. */
export async function deleteEntries({ db, em }: Transaction, which: RawBuilder<unknown>): Promise<Deleted[]> {
  const { rows } = await sql<{ said_in_words: boolean }>`
    delete from feedback_entry where ${which} returning ${left}, coalesce(${hasWords}, false) as said_in_words`.execute(
    db,
  );
  return rows.map(({ said_in_words: hasComment, ...row }): Deleted =>
    Object.assign({}, em.map(FeedbackEntry, row), { hasComment }),
  );
}

/** @returns the entries, and how many records there were with them */
async function eraseIn(
  transaction: Transaction,
  workspaceId: string,
  respondent: string,
): Promise<{ erased: number; entries: Deleted[] }> {
  const { db } = transaction;
  const theirs = sql`workspace_id = ${workspaceId} and respondent = ${respondent}`;
  await locks.erasure(workspaceId, respondent).take(db);
  const said = sql`workspace_id = ${workspaceId} and ${isAbout(respondent)}`;
  const locked = await lockEntries(transaction, said);
  await sql`select respondent from person where ${theirs} for update`.execute(db);
  await sql`delete from feedback_window where ${theirs}`.execute(db);
  // An entry with an external id may be locked by an update. One that was stored since the locking above is left, because
  // it would be locked out of order.
  const gone = sql`${said} and (external_id is null or id = any(${locked}::uuid[]))`;
  const entries = await deleteEntries(transaction, gone);
  let erased = entries.length;
  for (const table of ['message', 'conversation', 'person']) {
    const { rows } = await sql`delete from ${sql.table(table)} where ${theirs} returning 1`.execute(db);
    erased += rows.length;
  }
  return { erased, entries };
}
