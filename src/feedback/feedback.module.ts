import { Module } from '@nestjs/common';
import { FeedbackMetrics } from './feedback.metrics.js';
import { FeedbackRemover } from './feedback.remover.js';
import { FeedbackWriter } from './feedback.writer.js';
import { ScoreCounts } from './score-counts.js';
import { ScoreFolder } from './score-folder.js';
import { ScoreJournal } from './score-journal.js';
import { ScoreSeries } from './score-series.js';

@Module({
  providers: [FeedbackMetrics, FeedbackRemover, FeedbackWriter, ScoreCounts, ScoreFolder, ScoreJournal, ScoreSeries],
  exports: [FeedbackMetrics, FeedbackRemover, FeedbackWriter, ScoreCounts, ScoreJournal],
})
export class FeedbackModule {}
