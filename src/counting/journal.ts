import type { Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import {
  changesOf,
  type Counted,
  countedMembers,
  keyOfSeries,
  type Named,
  type ScoreChange,
  seriesOf,
} from './change.js';
import { ScoreSeries } from './series.js';

/** The most changes in a row, so that folding one row takes little time. */
const rowSize = 1_000;

const epoch = new Date(0);

type Likeness = Exclude<keyof Counted, 'countedAt' | 'options'>;
const likeness = countedMembers.filter((member): member is Likeness => member !== 'countedAt' && member !== 'options');

/** SQL that writes down `additions`, as {@link ScoreJournal.additionsOf} made them, at the time `countedAt`. */
export function insertAdditions(additions: string, countedAt: string): string {
  return `insert into score_change (workspace_id, series_id, score, resolved, at, delta)
    select workspace_id, series_id, score, resolved,
      array_fill(date_bin('15 min', ${countedAt}, '0001-01-01Z'), array[cardinality(delta)]), delta
    from json_to_recordset(${additions}::json)
      as addition (workspace_id uuid, series_id bigint[], score smallint[], resolved boolean[], delta int[])`;
}

/**
 * Writes down how the score counts change, in the transaction that changes the entries. It adds rows
 * and touches none that is there, so that no transaction waits for another one. Readers add the journal to the counts.
 */
@Injectable()
export class ScoreJournal {
  constructor(private readonly series: ScoreSeries) {}

  /** Finds the series of `entries` before the transaction begins: a new series takes a connection of its own. */
  async prepare(entries: Named[]): Promise<void> {
    await this.series.idsOf(entries.flatMap(seriesOf));
  }

  /**
   * What {@link insertAdditions} takes: how entries that all count at one time change the counts.
   * @returns JSON, a row for each workspace
   */
  async additionsOf(entries: Omit<Counted, 'countedAt'>[]): Promise<string> {
    const alike = Map.groupBy(entries, likenessOf).values();
    const changes = summed([...alike].flatMap((same) => changesOf({ ...same[0]!, countedAt: epoch }, same.length)));
    const ids = await this.series.idsOf(changes.map(({ series }) => series));
    const rows = rowsOf(changes).map(([workspace_id, own]) => ({
      workspace_id,
      series_id: own.map(({ series }) => ids.get(keyOfSeries(series))!),
      score: own.map(({ score }) => score),
      resolved: own.map(({ resolved }) => resolved),
      delta: own.map(({ delta }) => delta),
    }));
    return JSON.stringify(rows);
  }

  /** Notes that the entries `removed`, as they were when they were locked, gave way to `added`. */
  async append({ db }: Pick<Transaction, 'db'>, added: Counted[], removed: Counted[]): Promise<void> {
    const up = added.flatMap((entry) => changesOf(entry, 1));
    const down = removed.flatMap((entry) => changesOf(entry, -1));
    const changes = summed([...up, ...down]);
    if (changes.length === 0) return;
    const ids = await this.series.idsOf(changes.map(({ series }) => series));
    const values = rowsOf(changes).map(([workspaceId, own]) => {
      const seriesIds = own.map(({ series }) => ids.get(keyOfSeries(series))!);
      const scores = own.map(({ score }) => score);
      const resolved = own.map((change) => change.resolved);
      const times = own.map(({ at }) => new Date(at).toISOString());
      const deltas = own.map(({ delta }) => delta);
      return sql`(${workspaceId}::uuid, ${seriesIds}::bigint[], ${scores}::smallint[], ${resolved}::boolean[],
        ${times}::timestamptz[], ${deltas}::int[])`;
    });
    await sql`insert into score_change (workspace_id, series_id, score, resolved, at, delta)
      values ${sql.join(values)}`.execute(db);
  }
}

/** The same for entries that change the counts alike: in a batch there are few kinds. NUL is in no text that is stored. */
function likenessOf(entry: Omit<Counted, 'countedAt'>): string {
  return [...likeness.map((member) => entry[member]), ...(entry.options ?? [])].join('\0');
}

/** The changes of each row, with its workspace. */
function rowsOf(changes: ScoreChange[]): [workspaceId: string, changes: ScoreChange[]][] {
  return [...Map.groupBy(changes, ({ series }) => series.workspaceId)].flatMap(([workspaceId, own]) =>
    slicesOf(own).map((slice): [string, ScoreChange[]] => [workspaceId, slice]),
  );
}

function slicesOf(changes: ScoreChange[]): ScoreChange[][] {
  return Array.from({ length: Math.ceil(changes.length / rowSize) }, (_, i) =>
    changes.slice(i * rowSize, (i + 1) * rowSize),
  );
}

/** Joins changes of the same count, and drops those that cancel each other out. */
function summed(changes: ScoreChange[]): ScoreChange[] {
  const sums = new Map<string, ScoreChange>();
  for (const change of changes) {
    const key = `${keyOfSeries(change.series)}\0${change.score}\0${change.resolved}\0${change.at}`;
    const sum = sums.get(key);
    if (sum) sum.delta += change.delta;
    else sums.set(key, { ...change });
  }
  return [...sums.values()].filter(({ delta }) => delta !== 0);
}
