import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import { locks } from '../locks.js';
import {
  type Dimension,
  dimensions,
  keyOfNames,
  keyOfSeries,
  type NamedColumn,
  type Names,
  other,
  seriesColumns,
  type SeriesNames,
} from './change.js';
import { type RollUp, rollUps } from './counts.sql.js';

/** How many names of a kind are counted apart in a workspace; of options, in an instrument. */
const limits: Record<NamedColumn, number> = { instrument: 1_000, option: 100, channel: 100, language: 100, bot: 100 };

interface Name {
  /** What is named. */
  dimension: NamedColumn;
  /** The source of an instrument; source and instrument of an option. */
  owner: string;
  name: string;
}

/** A series as it is stored: `kept` says which dimensions are told apart in it. */
interface StoredSeries extends Names {
  kept: RollUp | 'all';
}

/** Series whose number is remembered: those of a busy instance, in some megabytes. */
const remembered = 10_000;

/**
 * Knows the number of every series, and gives one to a new series. The first names of each kind are counted apart, later
 * ones as `other`. A name never loses its place, so it is always counted alike: what is taken back is taken off the series
 * to which it was added.
 */
@Injectable()
export class ScoreSeries {
  private readonly ids = new Map<string, string>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly em: EntityManager) {}

  /**
   * The numbers of `series`, by {@link keyOfSeries}. New ones are stored at once, on a connection of their own: they
   * stay, whatever becomes of the caller's transaction.
   */
  async idsOf(series: SeriesNames[]): Promise<Map<string, string>> {
    const wanted = new Map(series.map((one) => [keyOfSeries(one), one]));
    const found = this.recall(wanted.keys());
    const missing = [...wanted].filter(([key]) => !found.has(key)).map(([, one]) => one);
    if (missing.length === 0) return found;
    for (const [key, id] of await this.inTurn(() => this.register(missing))) found.set(key, id);
    return found;
  }

  private recall(keys: Iterable<string>): Map<string, string> {
    const found = new Map<string, string>();
    for (const key of keys) {
      const id = this.ids.get(key);
      if (id !== undefined) found.set(key, id);
    }
    return found;
  }

  /** One connection at most, however many transactions wait for it with one of theirs. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async register(series: SeriesNames[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const [workspaceId, own] of Map.groupBy(series, (one) => one.workspaceId)) {
      const ids = await this.em.fork().transactional((em) => store(em.getKysely(), workspaceId, own));
      own.forEach((one, index) => found.set(keyOfSeries(one), ids[index]!));
    }
    for (const [key, id] of found) this.remember(key, id);
    return found;
  }

  private remember(key: string, id: string): void {
    if (this.ids.size >= remembered) this.ids.delete(this.ids.keys().next().value!);
    this.ids.set(key, id);
  }
}

/** Gives each series a number. */
async function store(db: Kysely<unknown>, workspaceId: string, series: SeriesNames[]): Promise<string[]> {
  await locks.scoreSeries(workspaceId).take(db);
  const counted = await countedNames(db, workspaceId, series.flatMap(namesOf));
  const leaves = series.map((one): StoredSeries => ({ ...one, ...countedAs(one, counted), kept: 'all' }));
  const upper = leaves.flatMap((leaf) => rollUps.map((kept) => rolledUp(leaf, kept)));
  const upperIds = await intern(db, workspaceId, upper);
  const ids = await intern(db, workspaceId, leaves, upperIds);
  return leaves.map((leaf) => ids.get(keyOfStored(leaf))!);
}

function namesOf({ source, instrument, option, ...dimensioned }: Names): Name[] {
  const names: Name[] = [
    { dimension: 'instrument', owner: source, name: instrument },
    { dimension: 'option', owner: `${source}/${instrument}`, name: option },
    ...dimensions.map((dimension) => ({ dimension, owner: '', name: dimensioned[dimension] })),
  ];
  return names.filter(({ name }) => name !== '' && name !== other);
}

/** Gives names a place while there is one. @returns those that have one, by {@link keyOfName} */
async function countedNames(db: Kysely<unknown>, workspaceId: string, wanted: Name[]): Promise<Set<string>> {
  const names = [...new Map(wanted.map((name) => [keyOfName(name), name])).values()];
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

function countedAs(series: Names, counted: Set<string>): Partial<Names> {
  const uncounted = namesOf(series).filter((name) => !counted.has(keyOfName(name)));
  return Object.fromEntries(uncounted.map(({ dimension }) => [dimension, other]));
}

/** No dimension but `kept` is told apart. */
function rolledUp(leaf: StoredSeries, kept: RollUp): StoredSeries {
  const told = dimensions.map((dimension) => [dimension, dimension === kept ? leaf[dimension] : '']);
  return { ...leaf, ...(Object.fromEntries(told) as Record<Dimension, string>), kept };
}

const columns = ['kept', ...seriesColumns] as const;
const columnList = sql.raw(columns.join(', '));
const rollUpList = sql.raw(rollUps.map((kept) => `${kept}_id`).join(', '));

/** The numbers of series, by {@link keyOfStored}; new ones are inserted. A leaf knows its roll-ups. */
async function intern(
  db: Kysely<unknown>,
  workspaceId: string,
  series: StoredSeries[],
  upperIds?: Map<string, string>,
): Promise<Map<string, string>> {
  const rows = [...new Map(series.map((one) => [keyOfStored(one), one])).values()];
  const names = sql.join(columns.map((column) => sql`${rows.map((row) => row[column])}::text[]`));
  const upper = sql.join(
    rollUps.map((kept) => sql`${rows.map((row) => upperIds?.get(keyOfStored(rolledUp(row, kept))) ?? null)}::bigint[]`),
  );
  await sql`
    insert into score_series (workspace_id, ${columnList}, ${rollUpList})
    select ${workspaceId}, * from unnest(${names}, ${upper})
    on conflict do nothing`.execute(db);
  const { rows: stored } = await sql<StoredSeries & { id: string }>`
    select id::text, ${columnList} from score_series join unnest(${names}) as wanted (${columnList}) using (${columnList})
    where workspace_id = ${workspaceId}`.execute(db);
  return new Map(stored.map((row) => [keyOfStored(row), row.id]));
}

function keyOfStored({ kept, ...names }: StoredSeries): string {
  return `${kept}\0${keyOfNames(names)}`;
}
