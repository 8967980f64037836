import { PeriodicWork } from '#libs/background';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { ScoreCounts } from './counts.js';

/** Milliseconds from the start, and from the end of one round, to the next: replicas of the release before may still count. */
const pause = 60_000;
/** Milliseconds between two lines of the log about the same workspace. */
const saidEvery = 10_000;

/**
 * Counts workspaces anew whose counts are not what this release makes of their entries. A migration lists them in
 * `score_recount`; they leave the list when they have been counted. Replicas may all try: whoever comes second finds the
 * workspace no longer listed.
 */
@Injectable()
export class ScoreRebuilder extends PeriodicWork {
  constructor(
    private readonly em: EntityManager,
    private readonly counts: ScoreCounts,
  ) {
    super(pause);
  }

  protected override async round(signal: AbortSignal): Promise<void> {
    const listed = await this.em.fork().execute<{ id: string }[]>('select workspace_id as id from score_recount');
    await this.forEach([...listed.entries()], signal, ([index, { id }]) =>
      this.rebuild(id, `${index + 1} of ${listed.length}`, signal),
    );
  }

  private async rebuild(workspaceId: string, place: string, signal: AbortSignal): Promise<void> {
    let saidAt = performance.now();
    const progress = (entries: number): void => {
      if (performance.now() - saidAt < saidEvery) return;
      saidAt = performance.now();
      this.logger.log({ workspaceId, place, entries }, 'counting anew');
    };
    this.logger.log({ workspaceId, place }, 'counting anew');
    await this.counts.rebuild(workspaceId, { ifListed: true, signal, progress });
    this.logger.log({ workspaceId, place }, 'counted anew');
  }
}
