import { type Kysely, type RawBuilder, sql } from 'kysely';
import { countedAtSql } from './counted-at.js';
import { keyOfSeries, type Names, rest, seriesColumns, seriesOf } from './change.js';
import { binned, widths } from './counts.sql.js';
import type { ScoreSeries } from './series.js';

/** Entries that are recounted in one statement. */
const sliceSize = 20_000;

const nameList = sql.raw(seriesColumns.join(', '));
/** The entries as they are counted: each once with the option '', and once with every option that it ticked. */
const ticked = sql`feedback_entry entry cross join lateral (
  select '' as option union all
  select coalesce(nullif(value, ''), ${sql.lit(rest)}) from json_array_elements_text(options) as value) tick`;
/** The {@link seriesColumns} of those, as they were sent. */
const sentNames = sql.raw(
  seriesColumns.map((column) => (column === 'option' ? 'tick.option' : `coalesce(entry.${column}, '')`)).join(', '),
);

/** Which entries of which workspace. */
export interface Slice {
  workspaceId: string;
  which: RawBuilder<unknown>;
}

/** A slice of a workspace, and how many entries there are at most up to its end. */
interface NumberedSlice extends Slice {
  end: number;
}

/** All entries of a workspace. */
export function allOf(workspaceId: string): Slice {
  return { workspaceId, which: sql`workspace_id = ${workspaceId}` };
}

/** The entries of a workspace in parts, each of which can be recounted in a moment. */
export async function* slicesOf(db: Kysely<unknown>, workspaceId: string): AsyncGenerator<NumberedSlice> {
  let { which } = allOf(workspaceId);
  for (let end = sliceSize; ; end += sliceSize) {
    const { rows } = await sql<{ id: string }>`
      select id from feedback_entry where ${which} order by id offset ${sliceSize - 1} limit 1`.execute(db);
    const last = rows[0]?.id;
    if (last === undefined) return yield { workspaceId, which, end };
    yield { workspaceId, which: sql`${which} and id <= ${last}`, end };
    which = sql`workspace_id = ${workspaceId} and id > ${last}`;
  }
}

/** Entries as changes of the counts. */
export async function recount(db: Kysely<unknown>, series: ScoreSeries, slice: Slice): Promise<RawBuilder<unknown>> {
  const counted = await seriesIn(db, series, slice);
  const columns = seriesColumns.map((column) => sql`${counted.map(({ sent }) => sent[column])}::text[]`);
  return sql`
    select named.series_id, case when tick.option = '' then score end as score,
      case when tick.option = '' then resolved end as resolved,
      ${binned(sql.raw(countedAtSql), sql.lit(widths.quarter))} as at, 1 as delta
    from ${ticked}
    join unnest(${sql.join([...columns, sql`${counted.map(({ id }) => id)}::bigint[]`])}) as named (${nameList}, series_id)
      on (${sql.raw(seriesColumns.map((column) => `named.${column}`).join(', '))}) = (${sentNames})
    where ${slice.which}`;
}

/** The names of entries as they were sent, each with the number of every series in which it is counted. */
export async function seriesIn(
  db: Kysely<unknown>,
  series: ScoreSeries,
  { workspaceId, which }: Slice,
): Promise<{ sent: Names; id: string }[]> {
  const { rows } = await sql<Names>`
    select ${nameList} from (select distinct ${sentNames} from ${ticked} where ${which}) as used (${nameList})`.execute(
    db,
  );
  const counted = rows.flatMap((sent) => {
    const options = sent.option === '' ? null : [sent.option];
    const all = seriesOf({ ...sent, workspaceId, options });
    return all.filter(({ option }) => (option === '') === (sent.option === '')).map((names) => ({ sent, names }));
  });
  const ids = await series.idsOf(counted.map(({ names }) => names));
  return counted.map(({ sent, names }) => ({ sent, id: ids.get(keyOfSeries(names))! }));
}
