import { type AdvisoryLock, failureKind } from '#libs/persistence';
import { IsolationLevel } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { locks } from '../locks.js';
import { countedAtColumn, keyOfSeries, type Names, other, seriesColumns, seriesOf } from './change.js';
import {
  addToCounts,
  binned,
  changesIn,
  counterList,
  counters,
  journalOf,
  rowsMoved,
  sums,
  widths,
} from './counts.sql.js';
import { ScoreSeries } from './series.js';

/** A count that is not what the entries say: `counted` minus recounted, of those counters that differ. */
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

const shownDifferences = 20;
const attempts = 5;

const nameList = sql.raw(seriesColumns.join(', '));
/** The entries as they are counted: each once with the option '', and once with every option that it ticked. */
const ticked = sql`feedback_entry entry cross join lateral (
  select '' as option union all
  select coalesce(nullif(value, ''), ${sql.lit(other)}) from json_array_elements_text(options) as value) tick`;
/** The {@link seriesColumns} of those, as they were sent. */
const sentNames = sql.raw(
  seriesColumns.map((column) => (column === 'option' ? 'tick.option' : `coalesce(entry.${column}, '')`)).join(', '),
);

/** Compares the counts of a workspace with its entries, and makes them anew from these. */
@Injectable()
export class ScoreCounts {
  constructor(
    private readonly em: EntityManager,
    private readonly series: ScoreSeries,
  ) {}

  /** Recounts the entries, and compares what was counted with that, as it all was at one moment. */
  async verify(workspaceId: string): Promise<Verification> {
    await this.countedSeries(this.em.fork().getKysely(), workspaceId);
    return this.atOneMoment(async (db) => {
      const recounted = rowsMoved(workspaceId, await this.recount(db, workspaceId));
      const pending = rowsMoved(workspaceId, changesIn(journalOf(workspaceId)));
      const negative = sql.raw(counters.map((counter) => `-${counter}`).join(', '));
      const differs = sql.raw(counters.map((counter) => `sum(${counter}) <> 0`).join(' or '));
      const { rows } = await sql<Record<string, unknown>>`
        select differing.*, kept, ${nameList}, count(*) over ()::int as differences
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
    });
  }

  /** Counts anew from the entries. Entries may be written meanwhile. */
  async rebuild(workspaceId: string): Promise<void> {
    await this.countedSeries(this.em.fork().getKysely(), workspaceId);
    await this.atOneMoment(async (db) => {
      const recount = await this.recount(db, workspaceId);
      await sql`delete from score_change where workspace_id = ${workspaceId}`.execute(db);
      await sql`delete from score_count where workspace_id = ${workspaceId}`.execute(db);
      await addToCounts(workspaceId, rowsMoved(workspaceId, recount)).execute(db);
    }, locks.scoreCounts(workspaceId));
  }

  /** In one snapshot. With a `lock`: again from the beginning if it was waited for, since the snapshot is older. */
  private async atOneMoment<T>(work: (db: Kysely<unknown>) => Promise<T>, lock?: AdvisoryLock): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.em.fork().transactional(
          async (em) => {
            const db = em.getKysely<unknown>();
            await sql`set local work_mem = '128MB'`.execute(db);
            await lock?.take(db);
            return work(db);
          },
          { isolationLevel: IsolationLevel.REPEATABLE_READ },
        );
      } catch (error) {
        if (failureKind(error) !== 'conflict' || attempt === attempts) throw error;
      }
    }
  }

  /** The entries as changes of the counts. */
  private async recount(db: Kysely<unknown>, workspaceId: string): Promise<RawBuilder<unknown>> {
    const { names, ids } = await this.countedSeries(db, workspaceId);
    const columns = seriesColumns.map((column) => sql`${names.map((row) => row[column])}::text[]`);
    return sql`
      select named.series_id, case when tick.option = '' then score end as score,
        case when tick.option = '' then resolved end as resolved,
        ${binned(countedAtColumn, sql.lit(widths.quarter))} as at, 1 as delta
      from ${ticked}
      join unnest(${sql.join([...columns, sql`${ids}::bigint[]`])}) as named (${nameList}, series_id)
        on (${sql.raw(seriesColumns.map((column) => `named.${column}`).join(', '))}) = (${sentNames})
      where workspace_id = ${workspaceId}`;
  }

  /** The names of entries as they were sent, each with the number of the series in which it is counted. */
  private async countedSeries(db: Kysely<unknown>, workspaceId: string): Promise<{ names: Names[]; ids: string[] }> {
    const { rows: names } = await sql<Names>`
      select ${nameList} from (select distinct ${sentNames} from ${ticked} where workspace_id = ${workspaceId})
        as used (${nameList})`.execute(db);
    const series = names.map(({ option, ...entry }) =>
      seriesOf({ ...entry, workspaceId, options: option === '' ? null : [option] }).at(-1)!,
    );
    const ids = await this.series.idsOf(series);
    return { names, ids: series.map((one) => ids.get(keyOfSeries(one))!) };
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
