import { RedisConnection } from '#libs/redis';
import { Module } from '@nestjs/common';
import { DuplicateMarks, NoDuplicateMarks } from './duplicate.marks.js';
import { RedisDuplicateMarks } from './redis-duplicate.marks.js';
import { FeedbackMetrics } from './feedback.metrics.js';
import { FeedbackRemover } from './feedback.remover.js';
import { FeedbackWriter } from './feedback.writer.js';
import { ScoreCounts } from '../counting/counts.js';
import { ScoreFolder } from '../counting/folder.js';
import { ScoreJournal } from '../counting/journal.js';
import { ScoreSeries } from '../counting/series.js';

@Module({
  providers: [
    {
      provide: DuplicateMarks,
      useFactory: (redis?: RedisConnection) => (redis ? new RedisDuplicateMarks(redis) : new NoDuplicateMarks()),
      inject: [{ token: RedisConnection, optional: true }],
    },
    FeedbackMetrics,
    FeedbackRemover,
    FeedbackWriter,
    ScoreCounts,
    ScoreFolder,
    ScoreJournal,
    ScoreSeries,
  ],
  exports: [FeedbackMetrics, FeedbackRemover, FeedbackWriter, ScoreCounts, ScoreJournal],
})
export class FeedbackModule {}
