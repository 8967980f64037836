import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { locks } from '../locks.js';
import { seriesColumns } from './change.js';
import { addToCounts, changesIn, counterList, counters, journalOf, rowsMoved, sums } from './counts.sql.js';
import { allOf, recount, seriesIn, slicesOf } from './recount.js';
import { ScoreSeries } from './series.js';

/** A row whose counters differ from the entries, each by `counted` minus recounted. */
export interface CountDifference {
  series: Record<string, string>;
  minutes: number;
  at: Date;
  difference: Record<string, number>;
}

/** What a recount found. */
export interface Verification {
  /** How many rows differ. */
  differences: number;
  /** The first of them. */
  examples: CountDifference[];
}

export interface RebuildOptions {
  /** Does nothing where nobody has listed the workspace in `score_recount`. */
  ifListed?: boolean;
  /** Leaves the workspace there, to be counted once more. */
  staysListed?: boolean;
  /** Once it is aborted, the rebuild stops between two steps, changes nothing and throws. */
  signal?: AbortSignal;
  /** Is told after each step how many entries have been counted. */
  progress?: (entries: number) => void;
}

const shownDifferences = 20;
/** Milliseconds that a recount may take. */
const statementTimeout = 6 * 3_600_000;

/** Compares the counts of a workspace with its entries, and makes them anew from these. */
@Injectable()
export class ScoreCounts {
  constructor(
    private readonly transactions: Transactions,
    private readonly series: ScoreSeries,
  ) {}

  /** Recounts the entries, and compares what was counted with that, as it all was at one moment. */
  async verify(workspaceId: string): Promise<Verification> {
    await this.findSeries(workspaceId);
    return this.transactions.run(
      async ({ db }) => {
        await sql`set local work_mem = '128MB'`.execute(db);
        const recounted = rowsMoved(workspaceId, await recount(db, this.series, allOf(workspaceId)));
        const pending = rowsMoved(workspaceId, changesIn(journalOf(workspaceId)));
        const negative = sql.raw(counters.map((counter) => `-${counter}`).join(', '));
        const differs = sql.raw(counters.map((counter) => `sum(${counter}) <> 0`).join(' or '));
        const { rows } = await sql<Record<string, unknown>>`
          select differing.*, kept, ${sql.raw(seriesColumns.join(', '))}, count(*) over ()::int as differences
          from (
            select series_id, minutes, at, ${sums} from (
              select series_id, minutes, at, ${counterList} from score_count where workspace_id = ${workspaceId}
              union all select * from ${pending} pending
              union all select series_id, minutes, at, ${negative} from ${recounted} recounted
            ) one group by 1, 2, 3 having ${differs}
          ) differing
          left join score_series series on series.workspace_id = ${workspaceId} and series.id = series_id
          order by differing.at, series_id, minutes limit ${shownDifferences}`.execute(db);
        return { differences: Number(rows[0]?.['differences'] ?? 0), examples: rows.map(toDifference) };
      },
      { statementTimeout, snapshot: true },
    );
  }

  /**
   * Counts anew from the entries, as they are at one moment. Entries may be written meanwhile: their changes are added to
   * the journal and stay there.
   */
  async rebuild(workspaceId: string, options: RebuildOptions = {}): Promise<void> {
    const { ifListed = false, staysListed = false, signal, progress } = options;
    await this.findSeries(workspaceId, signal);
    await this.transactions.run(
      async ({ db }) => {
        // After waiting for the lock the snapshot is older than what was committed meanwhile: the statements below then meet
        // a conflict, and the transaction is repeated.
        await locks.scoreCounts(workspaceId).take(db);
        const { rows } = await sql`select from score_recount where workspace_id = ${workspaceId}`.execute(db);
        if (ifListed && rows.length === 0) return;
        if (!staysListed) await sql`delete from score_recount where workspace_id = ${workspaceId}`.execute(db);
        await sql`delete from score_change where workspace_id = ${workspaceId}`.execute(db);
        await sql`delete from score_count where workspace_id = ${workspaceId}`.execute(db);
        for await (const slice of slicesOf(db, workspaceId)) {
          signal?.throwIfAborted();
          const changes = await recount(db, this.series, slice);
          await addToCounts(workspaceId, rowsMoved(workspaceId, changes)).execute(db);
          progress?.(slice.end);
        }
      },
      { statementTimeout, snapshot: true },
    );
  }

  /** Stores the series of all entries: they are stored on another connection, and a snapshot does not see later ones. */
  private async findSeries(workspaceId: string, signal?: AbortSignal): Promise<void> {
    await this.transactions.run(
      async ({ db }) => {
        for await (const slice of slicesOf(db, workspaceId)) {
          signal?.throwIfAborted();
          await seriesIn(db, this.series, slice);
        }
      },
      { statementTimeout },
    );
  }
}

function toDifference(row: Record<string, unknown>): CountDifference {
  const differing = counters.filter((counter) => Number(row[counter]) !== 0);
  return {
    series: Object.fromEntries(['kept', ...seriesColumns].map((column) => [column, String(row[column])])),
    minutes: Number(row['minutes']),
    at: new Date(row['at'] as string),
    difference: Object.fromEntries(differing.map((counter) => [counter, Number(row[counter])])),
  };
}
