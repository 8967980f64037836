import { failureKind, Transactions } from '#libs/persistence';
import { IsolationLevel } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { keyOfSeries, other, seriesOf } from './change.js';
import { addToCounts, changesIn, counterList, counters, rowsMoved, sums } from './counts.sql.js';
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

/** What is folded at a time, so that no statement is a long one: rows of the journal, and changes in them (or one row). */
const foldAtOnce = { rows: 200, changes: 2_500 };
/** Milliseconds that a statement of it may take all the same: nobody waits for it. */
const patience = 8_000;
const shownDifferences = 20;
const attempts = 5;

/** The names by which entries are counted, as they are stored; the options of a `choice` beside the answers. */
const countedBy = sql.raw(
  `entry.source, entry.instrument, entry.scale, tick.option,
  coalesce(entry.channel, ''), coalesce(entry.language, ''), coalesce(entry.bot, '')`,
);
const rawNames = ['source', 'instrument', 'scale', 'option', 'channel', 'language', 'bot'] as const;
const rawList = sql.raw(rawNames.join(', '));
const ticked = sql`feedback_entry entry cross join lateral (
  select '' as option union all
  select coalesce(nullif(value, ''), ${sql.lit(other)}) from json_array_elements_text(options) as value) tick`;

type RawNames = Record<(typeof rawNames)[number], string>;

/**
 * The score counts of a workspace: how many entries of each kind fell into each quarter of an hour, hour and day. Their
 * changes come through the journal, which readers add to them, so that they are exact at any moment.
 */
@Injectable()
export class ScoreCounts {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly series: ScoreSeries,
  ) {}

  /** Workspaces whose journal holds something. */
  async pending(): Promise<string[]> {
    const rows = await this.em.fork().execute<{ id: string }[]>('select distinct workspace_id as id from score_change');
    return rows.map(({ id }) => id);
  }

  /**
   * Moves the journal into the counts, unless somebody else is at it. It takes what has been committed, whole rows and by
   * sight rather than by number: what commits late is not skipped. With `signal` aborted it stops between two steps.
   */
  async fold(workspaceId: string, signal?: AbortSignal): Promise<void> {
    let more = true;
    while (more) more = (await this.foldSome(workspaceId)) && !signal?.aborted;
  }

  private foldSome(workspaceId: string): Promise<boolean> {
    return this.transactions.run(
      async ({ db }) => {
        const { rows: locks } = await sql<{ taken: boolean }>`
          select pg_try_advisory_xact_lock(${foldLock(workspaceId)}) as taken`.execute(db);
        return locks[0]!.taken && foldOnce(db, workspaceId);
      },
      { patience },
    );
  }

  /** Moves the whole journal into the counts, and removes the rows that count nothing any more. */
  async settle(workspaceId: string): Promise<void> {
    const nothing = sql.raw(counters.map((counter) => `${counter} = 0`).join(' and '));
    await this.em.fork().transactional(async (em) => {
      const db = em.getKysely<unknown>();
      await sql`select pg_advisory_xact_lock(${foldLock(workspaceId)})`.execute(db);
      while (await foldOnce(db, workspaceId));
      await sql`delete from score_count where workspace_id = ${workspaceId} and ${nothing}`.execute(db);
    });
  }

  /** Recounts the entries, and compares what was counted with that, as it all was at one moment. */
  async verify(workspaceId: string): Promise<Verification> {
    await this.countedSeries(this.em.fork().getKysely(), workspaceId);
    return this.atOneMoment(async (db) => {
      const recounted = rowsMoved(workspaceId, await this.recount(db, workspaceId));
      const journal = sql`(select * from score_change where workspace_id = ${workspaceId})`;
      const negative = sql.raw(counters.map((counter) => `-${counter}`).join(', '));
      const differs = sql.raw(counters.map((counter) => `sum(${counter}) <> 0`).join(' or '));
      const { rows } = await sql<Record<string, unknown>>`
        select differing.*, kept, ${rawList}, count(*) over ()::int as differences
        from (
          select series_id, minutes, at, ${sums} from (
            select series_id, minutes, at, ${counterList} from score_count where workspace_id = ${workspaceId}
            union all select * from ${rowsMoved(workspaceId, changesIn(journal))} pending
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
    }, foldLock(workspaceId));
  }

  /** In one snapshot. With a `lock`: again from the beginning if it was waited for, since the snapshot is older. */
  private async atOneMoment<T>(work: (db: Kysely<unknown>) => Promise<T>, lock?: RawBuilder<unknown>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.em.fork().transactional(
          async (em) => {
            const db = em.getKysely<unknown>();
            await sql`set local work_mem = '128MB'`.execute(db);
            if (lock) await sql`select pg_advisory_xact_lock(${lock})`.execute(db);
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
    const columns = sql.join([
      ...rawNames.map((name) => sql`${names.map((row) => row[name])}::text[]`),
      sql`${ids}::bigint[]`,
    ]);
    return sql`
      select named.series_id, case when tick.option = '' then score end as score,
        case when tick.option = '' then resolved end as resolved,
        to_timestamp(floor(extract(epoch from least(occurred_at, recorded_at)) / 900) * 900) as at, 1 as delta
      from ${ticked}
      join unnest(${columns}) as named (${rawList}, series_id)
        on (${sql.raw(rawNames.map((name) => `named.${name}`).join(', '))}) = (${countedBy})
      where workspace_id = ${workspaceId}`;
  }

  private async countedSeries(db: Kysely<unknown>, workspaceId: string): Promise<{ names: RawNames[]; ids: string[] }> {
    const { rows: names } = await sql<RawNames>`
      select ${rawList} from (select distinct ${countedBy} from ${ticked} where workspace_id = ${workspaceId})
        as used (${rawList})`.execute(db);
    const series = names.map(({ option, ...entry }) => seriesOf({ ...entry, workspaceId }, option));
    const ids = await this.series.idsOf(series);
    return { names, ids: series.map((one) => ids.get(keyOfSeries(one))!) };
  }
}

/** @returns whether there is more */
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

/** Whoever moves or replaces counts holds it: nobody else changes them. */
function foldLock(workspaceId: string): RawBuilder<unknown> {
  return sql`hashtextextended(${`score counts ${workspaceId}`}, 0)`;
}

const seriesMembers = ['kept', ...rawNames] as const;

function toDifference(row: Record<string, unknown>): CountDifference {
  const differing = counters.filter((counter) => Number(row[counter]) !== 0);
  return {
    series: Object.fromEntries(seriesMembers.map((member) => [member, String(row[member])])),
    minutes: Number(row['minutes']),
    at: new Date(row['at'] as string),
    difference: Object.fromEntries(differing.map((counter) => [counter, Number(row[counter])])),
  };
}
