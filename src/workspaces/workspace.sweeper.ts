import { setTimeout as delay } from 'node:timers/promises';
import { PeriodicWork } from '#libs/background';
import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { WorkspaceRows } from './workspace.rows.js';

/** Milliseconds from the end of one round to the next. */
const pause = 1_000;
/** Milliseconds after a deletion until the transactions that were under way have ended. */
const settling = 2_000;

/**
 * Deletes the rows of deleted workspaces, in every process; replicas share the work. A sweep begins two seconds after the
 * deletion, when what was being written then has been written. It is repeated for a day, each time after twice as long,
 * for whatever came later: a process that cannot hear of revocations lets a credential in for half a minute, and an
 * import may be under way for hours. A sweep that was interrupted is begun again by the next process.
 */
@Injectable()
export class WorkspaceSweeper extends PeriodicWork {
  constructor(
    private readonly transactions: Transactions,
    private readonly rows: WorkspaceRows,
  ) {
    super(pause);
  }

  protected override async round(signal: AbortSignal): Promise<void> {
    await this.forEach(await this.due(), signal, (workspaceId) => this.sweep(workspaceId, signal));
  }

  private due(): Promise<string[]> {
    return this.transactions.run(async ({ db }) => {
      const { rows } = await sql<{ id: string }>`
        select workspace_id as id from deleted_workspace
        where coalesce(swept_at + (swept_at - deleted_at), deleted_at + ${settling} * interval '1 ms') <= clock_timestamp()
        order by deleted_at`.execute(db);
      return rows.map(({ id }) => id);
    });
  }

  private async sweep(workspaceId: string, signal: AbortSignal): Promise<void> {
    await this.rows.delete(workspaceId, signal);
    if (signal.aborted) return;
    await this.transactions.run(async ({ db }) => {
      await sql`
        update deleted_workspace set swept_at = clock_timestamp() where workspace_id = ${workspaceId}`.execute(db);
      await sql`
        delete from deleted_workspace
        where workspace_id = ${workspaceId} and swept_at - deleted_at > interval '1 day'`.execute(db);
    });
  }

  /** Sweeps a deleted workspace until nothing is left of it. */
  async finish(workspaceId: string): Promise<void> {
    let wait = settling;
    do {
      await delay(wait);
      await this.rows.delete(workspaceId);
      wait = 250;
    } while ((await this.rows.tablesInUse(workspaceId)).length > 0);
  }
}
