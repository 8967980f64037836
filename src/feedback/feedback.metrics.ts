import { Counter, Histogram } from '@prometheus-io/client';
import { Injectable } from '@nestjs/common';

/** What the writer counts. `health` publishes it, so nothing in it tells workspaces apart. */
@Injectable()
export class FeedbackMetrics {
  readonly submissions = new Counter({
    name: 'afterword_submissions_total',
    help: 'Entries that were handed over to be stored, by what became of them.',
    labelNames: ['source', 'outcome'] as const,
    registers: [],
  });

  readonly batchSize = new Histogram({
    name: 'afterword_batch_entries',
    help: 'Entries that shared a commit.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 1_024],
    registers: [],
  });

  readonly batchDuration = new Histogram({
    name: 'afterword_batch_duration_seconds',
    help: 'From the beginning of a batch to its commit, repetitions included.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [],
  });
}
