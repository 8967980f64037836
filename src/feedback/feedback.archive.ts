import type { Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ScoreJournal } from '../counting/journal.js';
import { toRow } from './entry.members.js';
import type { Entry } from './submission.js';

/** Stores what was said before this server was there: entries with all their times, many at once. */
@Injectable()
export class FeedbackArchive {
  constructor(private readonly journal: ScoreJournal) {}

  /** Looks up ahead of the transaction what the counts will need: it takes a connection of its own. */
  async prepare(entries: Entry[]): Promise<void> {
    await this.journal.prepare(entries);
  }

  /** New entries, in an open transaction. A thousand or so at a time, so that no statement is a long one. */
  async store(transaction: Transaction, entries: Entry[]): Promise<void> {
    const rows = JSON.stringify(entries.map(toRow));
    await sql`
      insert into feedback_entry
      select * from json_populate_recordset(null::feedback_entry, ${rows}::json)`.execute(transaction.db);
    await this.journal.append(transaction, entries, []);
  }
}
