import { type RawBuilder, sql } from 'kysely';
import { leafDimensions } from './change.js';

export const maxScore = 10;
const scores = Array.from({ length: maxScore + 1 }, (_, score) => score);

/** The counters of a row: answers, answers of each score, and how many settled the matter or did not. */
export const counters = ['n', ...scores.map((score) => `s${score}`), 'resolved', 'unresolved'] as const;

/** The widths of rows, in minutes. */
export const widths = { quarter: 15, hour: 60, day: 1_440 } as const;

/** The sums of a leaf: of all answers, and by each dimension that it tells apart. */
export const rollUps = ['total', ...leafDimensions] as const;
export type RollUp = (typeof rollUps)[number];

export const counterList = sql.raw(counters.join(', '));
export const sums = sql.raw(counters.map((counter) => `sum(${counter})::int as ${counter}`).join(', '));
/** A series itself and, of a leaf, its roll-ups. */
const upper = sql.raw(
  `values (series.id, series.kept = 'all'), ${rollUps.map((kept) => `(series.${kept}_id, false)`).join(', ')}`,
);

/** The beginning of the row of `minutes` into which the time `at` falls, in all years that there are. */
export function binned(at: RawBuilder<unknown>, minutes: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`date_bin(make_interval(mins => ${minutes}), ${at}, timestamptz '0001-01-01 00:00:00+00')`;
}

/** The counters that a change (`delta`, `score`, `resolved`) of the relation `x` moves. */
export const moved = sql.raw(
  [
    'x.delta as n',
    ...scores.map((score) => `case when x.score = ${score} then x.delta else 0 end as s${score}`),
    'case when x.resolved then x.delta else 0 end as resolved',
    'case when not x.resolved then x.delta else 0 end as unresolved',
  ].join(', '),
);

/** The journal of a workspace. */
export function journalOf(workspaceId: string): RawBuilder<unknown> {
  return sql`(select * from score_change where workspace_id = ${workspaceId})`;
}

/** The changes in rows of the journal, one a row. */
export function changesIn(journal: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select x.* from ${journal} j
    cross join lateral unnest(j.series_id, j.score, j.resolved, j.at, j.delta) as x (series_id, score, resolved, at, delta)`;
}

/**
 * What changes do to the counts: (series_id, minutes, at) and the counters. Every change moves its own series and the
 * roll-ups of that, in rows of each width; leaves have no hours.
 */
export function rowsMoved(workspaceId: string, changes: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    with changed as materialized (
      select series_id, at, ${sums} from (select x.series_id, x.at, ${moved} from (${changes}) x) change group by 1, 2
    ), quarter as (
      select upper.id, upper.is_leaf, at, ${sums}
      from changed
      join score_series series on series.workspace_id = ${workspaceId} and series.id = changed.series_id
      join lateral (${upper}) as upper (id, is_leaf) on upper.id is not null
      group by 1, 2, 3
    )
    select id as series_id, width.minutes, ${binned(sql.raw('at'), sql.raw('width.minutes'))} as at, ${sums}
    from quarter cross join unnest(${Object.values(widths)}::smallint[]) as width (minutes)
    where not is_leaf or width.minutes <> ${widths.hour}
    group by 1, 2, 3
  )`;
}

/** Adds rows as {@link rowsMoved} makes them to the counts. */
export function addToCounts(workspaceId: string, rows: RawBuilder<unknown>): RawBuilder<unknown> {
  const added = sql.raw(counters.map((counter) => `${counter} = c.${counter} + excluded.${counter}`).join(', '));
  return sql`
    insert into score_count as c (workspace_id, series_id, minutes, at, ${counterList})
    select ${workspaceId}::uuid, series_id, minutes, at, ${counterList} from ${rows} as moved order by 2, 3, 4
    on conflict (workspace_id, series_id, minutes, at) do update set ${added}`;
}
