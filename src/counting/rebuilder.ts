import { PeriodicWork } from '#libs/background';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { ScoreCounts } from './counts.js';

/** Milliseconds from the end of one round to the next. By then no replica of the release before stores entries. */
const pause = 60_000;
/** Milliseconds between two lines of the log about the same workspace. */
const saidEvery = 10_000;

/**
 * Counts workspaces anew whose counts are not what this release makes of their entries. A migration lists them in
 * `score_recount`. They are counted at the start, so that analytics are not empty for long, and again a minute later:
 * replicas of the release before may have stored entries meanwhile. Then they leave the list. Replicas may all try: whoever
 * comes after that finds the workspace no longer listed.
 */
@Injectable()
export class ScoreRebuilder extends PeriodicWork {
  private isFirst = true;

  constructor(
    private readonly em: EntityManager,
    private readonly counts: ScoreCounts,
  ) {
    super(pause, 0);
  }

  protected override async round(signal: AbortSignal): Promise<void> {
    const listed = await this.em.fork().execute<{ id: string }[]>('select workspace_id as id from score_recount');
    await this.forEach([...listed.entries()], signal, ([index, { id }]) =>
      this.rebuild(id, `${index + 1} of ${listed.length}`, signal),
    );
    this.isFirst = false;
  }

  private async rebuild(workspaceId: string, place: string, signal: AbortSignal): Promise<void> {
    let saidAt = performance.now();
    const progress = (entries: number): void => {
      if (performance.now() - saidAt < saidEvery) return;
      saidAt = performance.now();
      this.logger.log({ workspaceId, place, entries }, 'counting anew');
    };
    this.logger.log({ workspaceId, place }, 'counting anew');
    await this.counts.rebuild(workspaceId, { ifListed: true, staysListed: this.isFirst, signal, progress });
    this.logger.log({ workspaceId, place }, 'counted anew');
  }
}
