import { type Kysely, sql } from 'kysely';
import { countedName, type Dimension, dimensions, type NamedColumn, type Names, rest } from './change.js';

/** How many names of a kind are counted apart in a workspace; of options, in an instrument. */
const limits: Record<NamedColumn, number> = {
  instrument: 1_000,
  option: 100,
  channel: 100,
  language: 100,
  bot: 100,
  version: 5_000,
};

interface Name {
  /** What is named. */
  dimension: NamedColumn;
  /** The source of an instrument; source and instrument of an option. */
  owner: string;
  name: string;
}

/** Names that answers are asked for by; '' asks for those without one. */
export interface AskedNames extends Partial<Record<'instrument' | Dimension, string>> {
  source?: string;
}

/**
 * Gives names a place while there is one, and puts the rest in place of the others. The first names of each kind have the
 * places. A name never loses its place, so it is always counted alike: what is taken back is taken off the series to which
 * it was added.
 */
export async function withRest<T extends Names>(db: Kysely<unknown>, workspaceId: string, series: T[]): Promise<T[]> {
  const placed = await placeAll(db, workspaceId, series, namesBeforeOptions);
  // Options of all instruments in the rest share one set of places. With a set for each, new instruments would make room
  // for any number of options.
  return placeAll(db, workspaceId, placed, optionOf);
}

function namesBeforeOptions({ source, instrument, ...dimensioned }: Names): Name[] {
  const own = dimensions.map((dimension) => ({ dimension, owner: '', name: dimensioned[dimension] }));
  return [{ dimension: 'instrument', owner: source, name: instrument }, ...own];
}

function optionOf({ source, instrument, option }: Names): Name[] {
  return [{ dimension: 'option', owner: `${source}/${instrument}`, name: option }];
}

async function placeAll<T extends Names>(
  db: Kysely<unknown>,
  workspaceId: string,
  series: T[],
  namesIn: (names: Names) => Name[],
): Promise<T[]> {
  const named = series.map((one) => namesIn(one).filter(({ name }) => name !== '' && name !== rest));
  const placed = await place(db, workspaceId, named.flat());
  return series.map((one, index) => {
    const others = named[index]!.filter((name) => !placed.has(keyOfName(name)));
    return { ...one, ...Object.fromEntries(others.map(({ dimension }) => [dimension, rest])) };
  });
}

/** @returns those that have a place, by {@link keyOfName} */
async function place(db: Kysely<unknown>, workspaceId: string, wanted: Name[]): Promise<Set<string>> {
  const names = [...new Map(wanted.map((name) => [keyOfName(name), name])).values()];
  if (names.length === 0) return new Set();
  const column = (member: keyof Name) => names.map((name) => name[member]);
  const wantedRows = sql`unnest(${column('dimension')}::text[], ${column('owner')}::text[], ${column('name')}::text[],
    ${names.map(({ dimension }) => limits[dimension])}::int[])
    with ordinality as wanted (dimension, owner, name, most, position)`;
  await sql`
    insert into score_name (workspace_id, dimension, owner, name)
    select ${workspaceId}, dimension, owner, name from (
      select wanted.*,
        row_number() over (partition by dimension, case when dimension = 'option' then owner end order by position)
        + (select count(*) from score_name taken where taken.workspace_id = ${workspaceId}
            and taken.dimension = wanted.dimension and (taken.owner = wanted.owner or wanted.dimension <> 'option')) as place
      from ${wantedRows}
      where not exists (select from score_name taken where taken.workspace_id = ${workspaceId}
        and (taken.dimension, taken.owner, taken.name) = (wanted.dimension, wanted.owner, wanted.name))
    ) fresh where place <= most`.execute(db);
  const { rows } = await sql<Name>`
    select dimension, owner, name from score_name join ${wantedRows} using (dimension, owner, name)
    where workspace_id = ${workspaceId}`.execute(db);
  return new Set(rows.map(keyOfName));
}

function keyOfName({ dimension, owner, name }: Name): string {
  return `${dimension}\0${owner}\0${name}`;
}

/** Whether a workspace is to be counted anew, so that its counts are not yet what this release makes of its entries. */
export async function isCountedAnew(db: Kysely<unknown>, workspaceId: string): Promise<boolean> {
  const { rows } = await sql`select from score_recount where workspace_id = ${workspaceId}`.execute(db);
  return rows.length > 0;
}

/**
 * Which of these names have answers that are, or would be, counted in the rest: a name that is never counted apart, and one
 * that has no place while all places are taken. Sources share the places of instruments.
 */
export async function namesInRest(
  db: Kysely<unknown>,
  workspaceId: string,
  { source, ...asked }: AskedNames,
): Promise<('instrument' | Dimension)[]> {
  const columns = (['instrument', ...dimensions] as const).filter((column) => asked[column]);
  if (columns.length === 0) return [];
  const names = columns.map((column) => countedName(column, asked[column]!));
  const ofSource = source === undefined ? sql`true` : sql`source = ${source}`;
  const { rows } = await sql<{ column: (typeof columns)[number] }>`
    select dimension as column
    from unnest(${columns}::text[], ${names}::text[], ${columns.map((column) => limits[column])}::int[])
      as asked (dimension, name, places)
    where asked.name = ${rest}
      -- An earlier release counted the rest as "other", which a workspace may still be until it is counted anew.
      or (asked.name = 'other' and exists (select from score_recount where workspace_id = ${workspaceId}))
      or (places <= (select count(*) from score_name taken
          where taken.workspace_id = ${workspaceId} and taken.dimension = asked.dimension)
        and exists (
          select from (
            select '' as owner where asked.dimension <> 'instrument' union all
            select source from score_series where asked.dimension = 'instrument'
              and workspace_id = ${workspaceId} and kept = 'total' and instrument = ${rest} and ${ofSource}
          ) owners
          where not exists (select from score_name taken where taken.workspace_id = ${workspaceId}
            and (taken.dimension, taken.owner, taken.name) = (asked.dimension, owners.owner, asked.name))))`.execute(
    db,
  );
  return rows.map(({ column }) => column);
}
