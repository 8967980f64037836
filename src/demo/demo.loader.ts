import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ScoreFolder } from '../counting/folder.js';
import { FeedbackArchive } from '../feedback/feedback.archive.js';
import { FeedbackCensus } from '../feedback/feedback.census.js';
import { locks } from '../locks.js';
import { DemoCast } from './demo.cast.js';
import { tell } from './demo.story.js';

/** How many records were loaded. */
export interface DemoSize {
  entries: number;
  bots: number;
  questions: number;
}

/** What is loaded: for the same seed the same feedback, of the last `days`. */
export interface Telling {
  seed: number;
  days: number;
}

/** Is called with the number of entries that have been stored. */
export type Progress = (done: number, of: number) => void;

const slice = 1_000;
/** Milliseconds that a statement may take. */
const statementTimeout = 120_000;

/** Loads the demonstration into a workspace in one transaction: all of it or nothing. */
@Injectable()
export class DemoLoader {
  constructor(
    private readonly transactions: Transactions,
    private readonly cast: DemoCast,
    private readonly archive: FeedbackArchive,
    private readonly census: FeedbackCensus,
    private readonly folder: ScoreFolder,
  ) {}

  /** @throws where the workspace holds feedback */
  async load(workspaceId: string, { seed, days }: Telling, progress: Progress): Promise<DemoSize> {
    const size = await this.transactions.enclose(
      async (transaction) => {
        // The transaction is idle while the entries are made up.
        await sql`set local idle_in_transaction_session_timeout = '1min'`.execute(transaction.db);
        await locks.demo(workspaceId).take(transaction.db);
        if ((await this.census.of(workspaceId)).entries > 0)
          throw new Error('The demonstration is loaded already; `demo clear` removes it.');
        const cast = await this.cast.make(workspaceId);
        const entries = tell(cast, transaction.now, seed, days);
        await this.archive.prepare(entries);
        for (let from = 0; from < entries.length; from += slice) {
          await this.archive.store(transaction, entries.slice(from, from + slice));
          progress(Math.min(from + slice, entries.length), entries.length);
        }
        return { entries: entries.length, bots: cast.bots.length, questions: cast.questions.length };
      },
      { statementTimeout },
    );
    await this.folder.fold(workspaceId);
    return size;
  }
}
