import { PeriodicWork } from '#libs/background';
import { Transactions } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import { locks } from '../locks.js';
import { addToCounts, changesIn, counters, rowsMoved } from './counts.sql.js';

/** Milliseconds from the end of one round to the next. */
const pause = 1_500;
/** The most that one statement folds: rows of the journal, and changes in them. One row is folded however many it holds. */
const foldAtOnce = { rows: 200, changes: 2_500 };
/** Milliseconds that such a statement may take. */
const statementTimeout = 8_000;

/**
 * Folds the journal into the counts, in every process: what is in the journal costs every reader some time. Replicas share
 * the work, and one takes over what another one left: at a stop, what is in the journal stays there.
 */
@Injectable()
export class ScoreFolder extends PeriodicWork {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
  ) {
    super(pause);
  }

  protected override async round(signal: AbortSignal): Promise<void> {
    await this.forEach(await this.pending(), signal, (workspaceId) => this.fold(workspaceId, signal));
  }

  /** Workspaces whose journal holds something. */
  private async pending(): Promise<string[]> {
    const rows = await this.em.fork().execute<{ id: string }[]>('select distinct workspace_id as id from score_change');
    return rows.map(({ id }) => id);
  }

  /**
   * Folds what has been committed to the journal of a workspace, unless somebody else is doing so. With `signal` aborted it
   * stops between two steps.
   */
  async fold(workspaceId: string, signal?: AbortSignal): Promise<void> {
    let more = true;
    while (more) more = (await this.foldSome(workspaceId)) && !signal?.aborted;
  }

  private foldSome(workspaceId: string): Promise<boolean> {
    return this.transactions.run(
      async ({ db }) => (await locks.scoreCounts(workspaceId).takeIfFree(db)) && foldOnce(db, workspaceId),
      { statementTimeout },
    );
  }

  /** Folds the whole journal of a workspace, and removes the rows of the counts that count nothing any more. */
  async settle(workspaceId: string): Promise<void> {
    const nothing = sql.raw(counters.map((counter) => `${counter} = 0`).join(' and '));
    await this.em.fork().transactional(async (em) => {
      const db = em.getKysely<unknown>();
      await locks.scoreCounts(workspaceId).take(db);
      while (await foldOnce(db, workspaceId));
      await sql`delete from score_count where workspace_id = ${workspaceId} and ${nothing}`.execute(db);
    });
  }
}

/**
 * Folds the first rows that can be seen. It must not go on behind the last number that was folded, because a row that
 * commits late may have a smaller one.
 * @returns whether there is more
 */
async function foldOnce(db: Kysely<unknown>, workspaceId: string): Promise<boolean> {
  const { rows } = await sql<{ waiting: number; folded: number }>`
    with waiting as (
      select id, sum(cardinality(delta)) over (order by id) - cardinality(delta) as before from (
        select id, delta from score_change where workspace_id = ${workspaceId} order by id limit ${foldAtOnce.rows}) first
    ), taken as (
      delete from score_change where workspace_id = ${workspaceId} and id in (
        select id from waiting where before < ${foldAtOnce.changes})
      returning *
    ), added as (${addToCounts(workspaceId, rowsMoved(workspaceId, changesIn(sql`taken`)))})
    select (select count(*) from waiting)::int as waiting, (select count(*) from taken)::int as folded`.execute(db);
  const { waiting, folded } = rows[0]!;
  return waiting === foldAtOnce.rows || folded < waiting;
}
