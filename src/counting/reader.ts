import { enumeration } from '#libs/validation';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { type Counting, type Dimension, dimensions, lonelyDimensions } from './change.js';
import { changesIn, counterList, counters, journalOf, moved, type RollUp, widths } from './counts.sql.js';
import { isCountedAnew, namesInRest } from './names.js';
import { piecesOf } from './pieces.js';
import { Tally } from './tally.js';

/** What is asked and answered on one scale. */
export interface Instrument {
  source: string;
  instrument: string;
  scale: string;
}

/** Which answers: those that fit every member that is there. */
export interface CountFilter extends Partial<Instrument>, Partial<Record<Dimension, string>> {
  /** Counts the options of a `choice` too. */
  withOptions?: boolean;
}

/** What groups can be made by. */
export const groupings = enumeration('Grouping', ['channel', 'language', 'instrument', 'bot', 'version', 'source']);
export type Grouping = (typeof groupings)[number];

/** The answers of one group. Only an instrument needs its source to be told from the others. */
export interface Group {
  source: string | null;
  /** '' for answers without one; {@link rest} for those that are not counted by name. */
  name: string;
  /** One for each bucket. */
  tallies: Tally[];
}

/** An instrument and how much there is of it. */
export interface Extent extends Instrument {
  n: number;
  /** Epoch milliseconds of the quarter hours of the first and the last answer. */
  first: number;
  last: number;
}

interface Row extends Record<`s${number}`, number> {
  source: string | null;
  name: string;
  option: string;
  bucket: number;
  n: number;
  resolved: number;
  unresolved: number;
}

const asNumbers = sql.raw(counters.map((counter) => `sum(${counter})::float8 as ${counter}`).join(', '));

/** Reads the score counts of one workspace, what is still in the journal included, as they are at one moment. */
@Injectable()
export class ScoreReader {
  constructor(private readonly em: EntityManager) {}

  /**
   * The filters that name something that is not counted apart, so that there is no number of it. While a workspace is
   * counted anew, its lonely dimensions may not be complete.
   */
  async notCountedApart(workspaceId: string, filter: CountFilter, by?: Grouping): Promise<(keyof CountFilter)[]> {
    const db = this.em.fork().getKysely<unknown>();
    const lonely = lonelyDimensions.filter((one) => filter[one] !== undefined || one === by);
    if (lonely.length > 0 && (await isCountedAnew(db, workspaceId))) return lonely;
    return namesInRest(db, workspaceId, filter);
  }

  /** Instruments that have had answers, even if all of them were removed since. */
  async instruments(workspaceId: string, filter: CountFilter): Promise<Instrument[]> {
    const { rows } = await sql<Instrument>`
      select distinct source, instrument, scale from score_series series
      where ${fits(workspaceId, { source: filter.source, instrument: filter.instrument, scale: filter.scale }, 'total')}
      order by source, instrument, scale`.execute(this.em.fork().getKysely());
    return rows;
  }

  /**
   * The answers of each group in each bucket; without `by` they are all in one group.
   * @param bounds epoch milliseconds, quarters of an hour: one more than there are buckets
   */
  async tallies(workspaceId: string, filter: CountFilter, bounds: number[], by?: Grouping): Promise<Group[]> {
    const kept = keptFor(filter, by);
    const group = sql`${by === 'instrument' ? sql.raw('series.source') : sql.lit(null)} as source,
      ${by ? sql.ref(`series.${by}`) : sql.lit('')} as name, series.option`;
    const { rows } = await sql<Row>`
      with series as materialized (
        select id, ${group} from score_series series where ${fits(workspaceId, filter, kept)}
      )
      select source, name, option, bucket, ${asNumbers} from (
        ${folded(workspaceId, bounds, kept)} union all
        select ${group}, width_bucket(x.at, ${times(bounds)}), ${moved} from ${pending(workspaceId)}
          where ${fits(workspaceId, filter, countedIn(kept))} and x.at >= ${new Date(bounds[0]!)} and x.at < ${new Date(bounds.at(-1)!)}
      ) counted group by 1, 2, 3, 4`.execute(this.em.fork().getKysely());
    return groupsOf(rows, bounds.length - 1);
  }

  /** Instruments that have answers now. */
  async extents(workspaceId: string, filter: CountFilter): Promise<Extent[]> {
    const kept = keptFor(filter);
    const { rows } = await sql<Extent>`
      with counted as (
        select source, instrument, scale, days.n, edges.first, edges.last from score_series series
        cross join lateral (select sum(n) as n from score_count c
          where c.workspace_id = ${workspaceId} and c.series_id = series.id and c.minutes = ${widths.day}) days
        cross join lateral (select ${edge(workspaceId, 'asc')} as first, ${edge(workspaceId, 'desc')} as last) edges
        where ${fits(workspaceId, filter, kept)}
        union all
        select source, instrument, scale, sum(n), min(at) filter (where n > 0), max(at) filter (where n > 0) from (
          select source, instrument, scale, x.at, sum(x.delta) as n from ${pending(workspaceId)}
          where ${fits(workspaceId, filter, countedIn(kept))} group by 1, 2, 3, 4
        ) change group by 1, 2, 3
      )
      select source, instrument, scale, sum(n)::float8 as n,
        extract(epoch from min(first))::float8 * 1000 as first, extract(epoch from max(last))::float8 * 1000 as last
      from counted group by 1, 2, 3 having sum(n) > 0 order by 4 desc, 1, 2, 3`.execute(this.em.fork().getKysely());
    return rows;
  }
}

/** Of these dimensions together there is no count: the lonely ones, if what is asked needs another one as well. */
export function notCountedTogether(filter: CountFilter, by?: Grouping): Dimension[] {
  const needed = neededFor(filter, by);
  return needed.length > 1 ? needed.filter(isLonely) : [];
}

/** The roll-up to read: the one that is already summed up over what is neither filtered nor grouped by. */
function keptFor(filter: CountFilter, by?: Grouping): RollUp | Counting {
  const needed = neededFor(filter, by);
  return needed.length > 1 ? 'all' : (needed[0] ?? 'total');
}

/** The series whose changes move a roll-up. */
function countedIn(kept: RollUp | Counting): Counting {
  return isLonely(kept) ? kept : 'all';
}

function isLonely(kept: string): kept is (typeof lonelyDimensions)[number] {
  return lonelyDimensions.some((one) => one === kept);
}

function neededFor(filter: CountFilter, by?: Grouping): Dimension[] {
  return dimensions.filter((dimension) => filter[dimension] !== undefined || by === dimension);
}

function fits(workspaceId: string, filter: CountFilter, kept: string): RawBuilder<unknown> {
  const { withOptions = false, ...names } = filter;
  const conditions = Object.entries(names).flatMap(([column, name]) =>
    name === undefined ? [] : [sql`${sql.ref(`series.${column}`)} = ${name}`],
  );
  if (!withOptions) conditions.push(sql`option = ''`);
  return sql.join([sql`workspace_id = ${workspaceId}`, sql`kept = ${kept}`, ...conditions], sql` and `);
}

/** Rows of the widest kind that fit into the buckets. */
function folded(workspaceId: string, bounds: number[], kept: string): RawBuilder<unknown> {
  const { quarter, hour, day } = widths;
  const pieces = piecesOf(bounds, kept === 'all' ? [day, quarter] : [day, hour, quarter]);
  return sql`
    select series.source, series.name, series.option, width_bucket(c.at, ${times(bounds)}) as bucket, ${counterList}
    from unnest(${pieces.map(({ minutes }) => minutes)}::smallint[], ${times(pieces.map(({ low }) => low))},
      ${times(pieces.map(({ high }) => high))}) as piece (minutes, low, high)
    cross join series
    cross join lateral (
      select * from score_count c where c.workspace_id = ${workspaceId} and c.series_id = series.id
        and c.minutes = piece.minutes and c.at >= piece.low and c.at < piece.high offset 0
    ) c`;
}

/**
 * The changes `x` in the journal, each with the `series` that it moves. These are looked up one by one: the
 * other way round each of them would read the journal.
 */
function pending(workspaceId: string): RawBuilder<unknown> {
  return sql`(${changesIn(journalOf(workspaceId))}) x cross join lateral (
    select * from score_series where workspace_id = ${workspaceId} and id = x.series_id offset 0) series`;
}

function edge(workspaceId: string, order: 'asc' | 'desc'): RawBuilder<unknown> {
  return sql`(select at from score_count c where c.workspace_id = ${workspaceId} and c.series_id = series.id
    and c.minutes = ${widths.quarter} and n > 0 order by at ${sql.raw(order)} limit 1)`;
}

function times(instants: number[]): RawBuilder<unknown> {
  return sql`${instants.map((instant) => new Date(instant).toISOString())}::timestamptz[]`;
}

function groupsOf(rows: Row[], buckets: number): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = `${row.source}/${row.name}`;
    const group = groups.get(key) ?? {
      source: row.source,
      name: row.name,
      tallies: Array.from({ length: buckets }, () => new Tally()),
    };
    groups.set(key, group);
    count(row, group.tallies[row.bucket - 1]!);
  }
  return [...groups.values()];
}

function count(row: Row, tally: Tally): void {
  if (row.option !== '') return tally.tick(row.option, row.n);
  tally.n += row.n;
  tally.resolved += row.resolved;
  tally.unresolved += row.unresolved;
  tally.scores.forEach((_, score) => (tally.scores[score]! += row[`s${score}`]!));
}
