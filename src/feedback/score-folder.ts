import { Injectable, Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { ScoreCounts } from './score-counts.js';

/** Milliseconds from the end of one round to the next. */
const pause = 1_500;

/**
 * Keeps the journal of the score counts short, in every process: what is in it costs every reader some time. Replicas
 * share the work, and one takes over what another one left.
 */
@Injectable()
export class ScoreFolder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ScoreFolder.name);
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(private readonly counts: ScoreCounts) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.fold().finally(() => this.schedule());
    }, pause).unref();
  }

  private async fold(): Promise<void> {
    try {
      for (const workspaceId of await this.counts.pending()) {
        if (!this.stopped) await this.counts.fold(workspaceId);
      }
      this.failing = false;
    } catch (error) {
      // The next round does it. An outage is said once.
      if (!this.failing) this.logger.warn({ err: error }, 'the score counts could not be folded yet');
      this.failing = true;
    }
  }

  /** What is left in the journal stays there for whoever comes next. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }
}
