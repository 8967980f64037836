import { Module } from '@nestjs/common';
import { BulkWriter } from './bulk.writer.js';
import { FeedbackArchive } from './feedback.archive.js';
import { EarlierEntries } from './earlier-entries.js';
import { EarlierRatings } from './earlier-ratings.js';
import { FeedbackCensus } from './feedback.census.js';
import { FeedbackListeners } from './feedback.listeners.js';
import { FeedbackMetrics } from './feedback.metrics.js';
import { FeedbackReader } from './feedback.reader.js';
import { FeedbackRemover } from './feedback.remover.js';
import { FeedbackWriter } from './feedback.writer.js';
import { OpenWindows } from './open-windows.js';
import { PlainBatches } from './plain.batch.js';
import { CountingModule } from '../counting/counting.module.js';

@Module({
  imports: [CountingModule],
  providers: [
    BulkWriter,
    FeedbackArchive,
    EarlierEntries,
    EarlierRatings,
    FeedbackCensus,
    FeedbackListeners,
    FeedbackMetrics,
    FeedbackReader,
    FeedbackRemover,
    FeedbackWriter,
    OpenWindows,
    PlainBatches,
  ],
  exports: [
    BulkWriter,
    EarlierEntries,
    EarlierRatings,
    FeedbackArchive,
    FeedbackCensus,
    FeedbackListeners,
    FeedbackMetrics,
    FeedbackReader,
    FeedbackRemover,
    FeedbackWriter,
    OpenWindows,
  ],
})
export class FeedbackModule {}
