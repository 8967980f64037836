import { PeriodicTask } from '#libs/background';
import { Injectable, Logger, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { ScoreCounts } from './counts.js';

/** Milliseconds from the end of one round to the next. */
const pause = 1_500;

/**
 * Keeps the journal of the score counts short, in every process: what is in it costs every reader some time. Replicas
 * share the work, and one takes over what another one left.
 */
@Injectable()
export class ScoreFolder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ScoreFolder.name);
  private readonly folding = new PeriodicTask(pause, (signal) => this.fold(signal));
  private failing = false;

  constructor(private readonly counts: ScoreCounts) {}

  onApplicationBootstrap(): void {
    this.folding.start();
  }

  private async fold(signal: AbortSignal): Promise<void> {
    let failure: unknown;
    // What fails is left to the next round, and no workspace waits for another one's.
    const noted = (error: unknown): void => void (failure ??= error);
    const workspaces = await this.counts.pending().catch(noted);
    for (const workspaceId of workspaces ?? []) {
      if (!signal.aborted) await this.counts.fold(workspaceId, signal).catch(noted);
    }
    // An outage is said once.
    if (failure && !this.failing) this.logger.warn({ err: failure }, 'the score counts could not be folded yet');
    this.failing = failure !== undefined;
  }

  /** What is left in the journal stays there for whoever comes next. */
  beforeApplicationShutdown(): Promise<void> {
    return this.folding.stop();
  }
}
