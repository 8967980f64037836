import { Module } from '@nestjs/common';
import { BulkWriter } from './bulk.writer.js';
import { FeedbackArchive } from './feedback.archive.js';
import { EarlierEntries } from './earlier-entries.js';
import { EarlierWords } from './earlier-words.js';
import { FeedbackCensus } from './feedback.census.js';
import { FeedbackListeners } from './feedback.listeners.js';
import { FeedbackMetrics } from './feedback.metrics.js';
import { FeedbackReader } from './feedback.reader.js';
import { FeedbackRemover } from './feedback.remover.js';
import { FeedbackReviewer } from './feedback.reviewer.js';
import { FeedbackWriter } from './feedback.writer.js';
import { OpenWindows } from './open-windows.js';
import { PlainBatches } from './plain.batch.js';
import { CountingModule } from '../counting/counting.module.js';

/**
 * The core: what people said, whichever door it came through. Doors translate their vendors' words into an entry and hand
 * it over; nothing in here knows them, nor HTTP. Seven tables belong to this room: `feedback_entry`, `feedback_window`,
 * `person`, `conversation`, `message`, and the lists `unfilled_language` and `unfilled_rating`.
 *
 * An entry (feedback-entry.entity.ts) is one thing that one person said. Its schema is the only list of its members:
 * entry.members.ts derives columns, filters and types from it. What a member means is said by scale.ts, rating.ts,
 * respondent.ts and comment.ts. submission.ts has the shapes in which a door hands an entry over and hears what became of
 * it; stored-entry.ts fills in what the store decides, such as the times.
 *
 * Writing. The writer (feedback.writer.ts) gathers what comes at the same time into batches, and answers after their COMMIT.
 * A batch of nothing but new entries is one statement (plain.batch.ts); any other is one transaction (feedback.batch.ts). An
 * entry with an external id is there once: sent again, it is updated. An entry with a window is stored only if its person
 * has not rated that business within the window (feedback-window.batch.ts); open-windows.ts answers most duplicates ahead of
 * the queue, with the help of Redis. A request with an Idempotency-Key has a transaction of its own, in which its entry is
 * written. Thousands of entries at a time go past the queue (bulk.writer.ts, feedback.bulk.ts); the demonstration, whose
 * entries have all their times, goes by feedback.archive.ts. Whatever changes entries appends to the journal of the counts
 * in the same transaction.
 *
 * Reading and removing. feedback.reader.ts reads lists page by page, newest first. feedback.remover.ts deletes an entry, or
 * erases a person with all that they said. Rooms that keep something about entries hear of it as listeners
 * (feedback.listeners.ts). All who lock rows lock them in one order, which feedback.batch.ts describes.
 *
 * People and conversations (person.entity.ts, conversation.ts, message.entity.ts) are there for the door that rates a
 * conversation with a registered person.
 *
 * What a team notes of an entry (feedback.reviewer.ts) is no part of what doors write, and stays when they write it again.
 *
 * Entries of earlier releases (earlier-entries.ts, earlier-ratings.ts, earlier-words.ts) are brought up to date after the
 * start, in chunks.
 */
@Module({
  imports: [CountingModule],
  providers: [
    BulkWriter,
    FeedbackArchive,
    EarlierEntries,
    EarlierWords,
    FeedbackCensus,
    FeedbackListeners,
    FeedbackMetrics,
    FeedbackReader,
    FeedbackRemover,
    FeedbackReviewer,
    FeedbackWriter,
    OpenWindows,
    PlainBatches,
  ],
  exports: [
    BulkWriter,
    EarlierEntries,
    EarlierWords,
    FeedbackArchive,
    FeedbackCensus,
    FeedbackListeners,
    FeedbackMetrics,
    FeedbackReader,
    FeedbackRemover,
    FeedbackReviewer,
    FeedbackWriter,
    OpenWindows,
  ],
})
export class FeedbackModule {}
