import type { ExactNumber } from '#libs/json-body';
import { languageTag } from '#libs/text';

/** The dimensions that leaves tell apart together. Any of them can be combined with any other. */
export const leafDimensions = ['channel', 'language', 'bot'] as const;

/** The dimensions of which each is counted alone, beside the leaves. Of one together with another there is no count. */
export const lonelyDimensions = ['version'] as const;

/** What answers are told apart by, beside what was asked. Each is a column of the entries and has a roll-up of its own. */
export const dimensions = [...leafDimensions, ...lonelyDimensions] as const;
export type Dimension = (typeof dimensions)[number];

/** The columns whose values are names that callers choose. */
export type NamedColumn = 'instrument' | 'option' | Dimension;

/** The columns that make a series within a workspace. */
export const seriesColumns = ['source', 'instrument', 'scale', 'option', ...dimensions] as const;

/**
 * What answers are counted by: a name for each column, '' where an answer has none. `option` is '' in the series of the
 * answers themselves; each option of a `choice` has a series of its own, which counts its ticks.
 */
export type Names = Record<(typeof seriesColumns)[number], string>;

/** What is told apart in a series that entries are counted in: what leaves tell apart, or one lonely dimension. */
export type Counting = 'all' | (typeof lonelyDimensions)[number];

/** A series that entries are counted in, and its workspace. */
export interface SeriesNames extends Names {
  workspaceId: string;
  kept: Counting;
}

/** One count up or down. */
export interface ScoreChange {
  series: SeriesNames;
  score: number | null;
  resolved: boolean | null;
  /** The quarter of an hour, in epoch milliseconds. */
  at: number;
  delta: number;
}

/** What an entry says about its series. */
export interface Named extends Record<Dimension, string | null> {
  workspaceId: string;
  source: string;
  instrument: string;
  scale: string;
  options: (string | number | ExactNumber)[] | null;
}

/** What an entry is counted by. */
export interface Counted extends Named {
  score: number | null;
  resolved: boolean | null;
  countedAt: Date;
}

/** The members of an entry that it is counted by. */
export const countedMembers = Object.keys({
  workspaceId: true,
  source: true,
  instrument: true,
  scale: true,
  score: true,
  resolved: true,
  options: true,
  channel: true,
  language: true,
  bot: true,
  version: true,
  countedAt: true,
} satisfies Record<keyof Counted, true>) as (keyof Counted)[];

/**
 * Stands in a series for all names that are not counted apart. U+FFFF is no character, and Unicode leaves it to programs
 * for such purposes; a name that is just this is not counted apart either.
 */
export const rest = '\uFFFF';

/** Milliseconds of the shortest time that is counted apart: the offset of every time zone in use is a multiple of it. */
export const quarterHour = 900_000;

/** UTF-8 bytes. Three names of this length fit into one row of an index. */
const maxNameBytes = 512;

/** What an entry adds to the counts; with `delta` −1, what it takes back. */
export function changesOf(entry: Counted, delta: number): ScoreChange[] {
  const at = Math.floor(entry.countedAt.getTime() / quarterHour) * quarterHour;
  const tick = { score: null, resolved: null };
  const answer = { score: entry.score, resolved: entry.resolved };
  return seriesOf(entry).map((series) => ({ series, ...(series.option === '' ? answer : tick), at, delta }));
}

/** The series in which an entry is counted while there is room for its names: those of the answers, then its options'. */
export function seriesOf(entry: Named): SeriesNames[] {
  const { workspaceId, source, scale } = entry;
  const asked = { workspaceId, source, instrument: countedName('instrument', entry.instrument), scale };
  const told = (dimension: Dimension, kept: boolean) => (kept ? countedName(dimension, entry[dimension] ?? '') : '');
  const seriesFor = (option: string, kept: Counting): SeriesNames => ({
    ...asked,
    option,
    kept,
    channel: told('channel', kept === 'all'),
    language: told('language', kept === 'all'),
    bot: told('bot', kept === 'all'),
    version: told('version', kept === 'version'),
  });
  const options = ['', ...(entry.options ?? []).map((option) => countedName('option', String(option)))];
  return options.flatMap((option) => [
    seriesFor(option, 'all'),
    ...lonelyDimensions.map((kept) => seriesFor(option, kept)),
  ]);
}

/** The name by which `name` is counted while there is room for it; the {@link rest} where it never is counted apart. */
export function countedName(column: NamedColumn, name: string): string {
  if (name === '') return column === 'option' ? rest : '';
  if (column === 'language') return languageTag(name) ?? rest;
  return name.length * 3 > maxNameBytes && Buffer.byteLength(name) > maxNameBytes ? rest : name;
}

/** As a text; NUL is in no name that PostgreSQL stores. */
export function keyOfSeries(series: SeriesNames): string {
  return `${series.workspaceId}\0${series.kept}\0${keyOfNames(series)}`;
}

export function keyOfNames(names: Names): string {
  return seriesColumns.map((column) => names[column]).join('\0');
}
