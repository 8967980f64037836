import { languageTag } from '#libs/validation';

/** What answers are counted by: a combination of names, '' where an answer has none. */
export interface SeriesNames {
  workspaceId: string;
  source: string;
  instrument: string;
  scale: string;
  /** '' for the answers themselves; each option of a `choice` has a series of its own, which counts its ticks. */
  option: string;
  channel: string;
  language: string;
  bot: string;
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

/** What an entry is counted by. */
export interface Counted {
  workspaceId: string;
  source: string;
  instrument: string;
  scale: string;
  score: number | null;
  resolved: boolean | null;
  options: (string | number)[] | null;
  channel: string | null;
  language: string | null;
  bot: string | null;
  occurredAt: Date;
  recordedAt: Date;
}

/** What is not counted by its own name. Something that has this name is counted along with it. */
export const other = 'other';

/** Milliseconds of the shortest time that is counted apart: the offset of every time zone in use is a multiple of it. */
export const quarterHour = 900_000;

/** UTF-8 bytes. Three names of this length fit into one row of an index. */
const maxNameBytes = 512;

/** What an entry adds to the counts; with `delta` −1, what it takes back. */
export function changesOf(entry: Counted, delta: number): ScoreChange[] {
  // What was said to have happened later than it was stored is counted when it was stored.
  const time = Math.min(entry.occurredAt.getTime(), entry.recordedAt.getTime());
  const at = Math.floor(time / quarterHour) * quarterHour;
  const answer = { series: seriesOf(entry, ''), score: entry.score, resolved: entry.resolved, at, delta };
  const ticks = (entry.options ?? []).map((option) => ({
    series: seriesOf(entry, String(option) || other),
    score: null,
    resolved: null,
    at,
    delta,
  }));
  return [answer, ...ticks];
}

/** The names under which an entry is counted, as long as there is room for them. */
export function seriesOf(
  entry: Pick<Counted, 'workspaceId' | 'source' | 'instrument' | 'scale' | 'channel' | 'language' | 'bot'>,
  option: string,
): SeriesNames {
  return {
    workspaceId: entry.workspaceId,
    source: entry.source,
    instrument: bounded(entry.instrument),
    scale: entry.scale,
    option: bounded(option),
    channel: bounded(entry.channel ?? ''),
    language: entry.language ? (languageTag(entry.language) ?? other) : '',
    bot: bounded(entry.bot ?? ''),
  };
}

function bounded(name: string): string {
  return name.length * 3 > maxNameBytes && Buffer.byteLength(name) > maxNameBytes ? other : name;
}

/** As a text; NUL is in no name that PostgreSQL stores. */
export function keyOfSeries(series: SeriesNames): string {
  const { workspaceId, source, instrument, scale, option, channel, language, bot } = series;
  return `${workspaceId}\0${source}\0${instrument}\0${scale}\0${option}\0${channel}\0${language}\0${bot}`;
}
