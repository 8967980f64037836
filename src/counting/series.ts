import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import { locks } from '../locks.js';
import {
  type Counting,
  type Dimension,
  keyOfNames,
  keyOfSeries,
  leafDimensions,
  type Names,
  seriesColumns,
  type SeriesNames,
} from './change.js';
import { type RollUp, rollUps } from './counts.sql.js';
import { withRest } from './names.js';

/** A series as it is stored: `kept` says which dimensions are told apart in it. */
interface StoredSeries extends Names {
  kept: RollUp | Counting;
}

/** Series whose number is remembered: those of a busy instance, in some megabytes. */
const remembered = 10_000;

/** Knows the number of every series, and gives one to a new series. */
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

  /** New series are stored one after the other. The callers hold connections themselves, so this takes one more at most. */
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
  const counted: StoredSeries[] = await withRest(db, workspaceId, series);
  const upper = counted.filter(isLeaf).flatMap((leaf) => rollUps.map((kept) => rolledUp(leaf, kept)));
  const upperIds = await intern(db, workspaceId, upper);
  const ids = await intern(db, workspaceId, counted, upperIds);
  return counted.map((one) => ids.get(keyOfStored(one))!);
}

function isLeaf({ kept }: StoredSeries): boolean {
  return kept === 'all';
}

/** The roll-up of a leaf in which only the dimension `kept` is told apart. */
function rolledUp(leaf: StoredSeries, kept: RollUp): StoredSeries {
  const told = leafDimensions.map((dimension) => [dimension, dimension === kept ? leaf[dimension] : '']);
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
    rollUps.map((kept) => {
      const idOf = (row: StoredSeries) => (isLeaf(row) && upperIds?.get(keyOfStored(rolledUp(row, kept)))) || null;
      return sql`${rows.map(idOf)}::bigint[]`;
    }),
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
