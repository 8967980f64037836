import { RedisConnection } from '#libs/redis';
import { Module } from '@nestjs/common';
import { DuplicateMarks, NoDuplicateMarks } from './duplicate.marks.js';
import { RedisDuplicateMarks } from './redis-duplicate.marks.js';
import { FeedbackArchive } from './feedback.archive.js';
import { EarlierEntries } from './earlier-entries.js';
import { EarlierRatings } from './earlier-ratings.js';
import { FeedbackCensus } from './feedback.census.js';
import { FeedbackMetrics } from './feedback.metrics.js';
import { FeedbackReader } from './feedback.reader.js';
import { FeedbackRemover } from './feedback.remover.js';
import { FeedbackWriter } from './feedback.writer.js';
import { CountingModule } from '../counting/counting.module.js';

@Module({
  imports: [CountingModule],
  providers: [
    {
      provide: DuplicateMarks,
      useFactory: (redis?: RedisConnection) => (redis ? new RedisDuplicateMarks(redis) : new NoDuplicateMarks()),
      inject: [{ token: RedisConnection, optional: true }],
    },
    FeedbackArchive,
    EarlierEntries,
    EarlierRatings,
    FeedbackCensus,
    FeedbackMetrics,
    FeedbackReader,
    FeedbackRemover,
    FeedbackWriter,
  ],
  exports: [
    EarlierEntries,
    EarlierRatings,
    FeedbackArchive,
    FeedbackCensus,
    FeedbackMetrics,
    FeedbackReader,
    FeedbackRemover,
    FeedbackWriter,
  ],
})
export class FeedbackModule {}
