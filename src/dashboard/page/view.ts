import type { Bands, Instrument, Interval, Metric, PeriodScore, Query, Scale, Source, State } from './api.js';
import { browserZone, dateOf, isZone } from './clock.js';
import { bandSetNames, metricNames, scaleNames, sourceNames, stateNames } from './words.js';

export const periods = { '24h': 'Last 24 hours', '7d': '7 days', '30d': '30 days', '90d': '90 days', custom: 'Custom' };
export type PeriodName = keyof typeof periods;

/** What the reader looks at. It is the fragment of the address, which no server sees; the key is no part of it. */
export interface View {
  source: Source | null;
  instrument: string | null;
  scale: Scale | null;
  period: PeriodName;
  /** The days of a custom period, both included. */
  first: string | null;
  last: string | null;
  /** Null for any, '' for answers without one. */
  channel: string | null;
  language: string | null;
  bot: string | null;
  /** Null for the usual one. */
  metric: Metric | null;
  bands: Bands;
  tz: string;
  /** Null for one that suits the period. */
  interval: Interval | null;
  /** The part of the figures whose answers are shown; all where null. */
  since: string | null;
  until: string | null;
  band: string | null;
  /** What the answers below the figures are searched for. */
  q: string | null;
  reason: string | null;
  state: State | null;
}

export const wholeView = { since: null, until: null, band: null };
/** The view without what its answers are searched for. */
export const unsearched = { q: null, reason: null, state: null };
const everything: Omit<View, 'tz'> = {
  ...wholeView,
  source: null,
  instrument: null,
  scale: null,
  period: '30d',
  first: null,
  last: null,
  channel: null,
  language: null,
  bot: null,
  metric: null,
  bands: 'standard',
  interval: null,
  ...unsearched,
};

/** The view that an address names. What it does not name, or names wrongly, is as it is at the beginning. */
export function viewIn(fragment: string): View {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const text = (name: string) => given.get(name);
  const one = <T extends string>(name: string, of: Record<T, unknown>) =>
    (Object.keys(of) as T[]).find((value) => value === given.get(name)) ?? null;
  const date = (name: string) => (isDate(given.get(name)) ? given.get(name) : null);
  const instant = (name: string) => (Number.isNaN(Date.parse(given.get(name) ?? '')) ? null : given.get(name));
  const [first, last] = [date('first'), date('last')];
  const period = one('period', periods) ?? everything.period;
  const isCustom = period === 'custom' && first !== null && last !== null && first <= last;
  const [since, until] = [instant('since'), instant('until')];
  const tz = text('tz');
  return {
    source: one('source', sourceNames),
    instrument: text('instrument'),
    scale: one('scale', scaleNames),
    period: period === 'custom' && !isCustom ? everything.period : period,
    ...(isCustom ? { first, last } : { first: null, last: null }),
    channel: text('channel'),
    language: text('language'),
    bot: text('bot'),
    metric: one('metric', metricNames),
    bands: one('bands', bandSetNames) ?? 'standard',
    tz: tz !== null && isZone(tz) ? tz : browserZone,
    interval: one('interval', intervalLengths),
    ...(since && until ? { since, until } : { since: null, until: null }),
    band: text('band'),
    q: text('q') || null,
    reason: text('reason'),
    state: one('state', stateNames),
  };
}

/** The other way round. The time zone and the instrument are always named, so that the address shows all its readers the same. */
export function fragmentOf(view: View): string {
  const usual: Record<string, string | null> = everything;
  const named = Object.entries(view).filter(([name, value]) => value !== null && value !== usual[name]);
  return `#${new URLSearchParams(named as [string, string][])}`;
}

export function isDate(text: string | null): text is string {
  return (
    text !== null &&
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    text >= '0002' &&
    text < '9999-12-31'
  );
}

const hour = 3_600_000;
const quarter = hour / 4;
const lengths = { '24h': 24 * hour, '7d': 7 * 24 * hour, '30d': 30 * 24 * hour, '90d': 90 * 24 * hour };

/** What the API is asked for as `from` and `to`: instants, or days, which begin where the server finds that they do. */
export interface Period {
  from: string;
  /** Not included. */
  to: string;
  /** In milliseconds, as if every day had as many. */
  length: number;
}

/** The period of a view at a time; of so many hours or days, in whole quarters of an hour, which is what the API counts in. */
export function periodOf({ period, first, last }: View, now: number): Period {
  if (period !== 'custom') return between(Math.ceil(now / quarter) * quarter - lengths[period], lengths[period]);
  const { to, length, from } = between(Date.parse(first!), Date.parse(last!) + 24 * hour - Date.parse(first!));
  return { from: from.slice(0, 10), to: to.slice(0, 10), length };
}

function between(from: number, length: number): Period {
  return { from: new Date(from).toISOString(), to: new Date(from + length).toISOString(), length };
}

/** The days that the period of a view holds, to begin with when choosing others. */
export function daysOf(view: View, now: number): { first: string; last: string } {
  if (view.period === 'custom') return { first: view.first!, last: view.last! };
  const { from } = periodOf(view, now);
  return { first: dateOf(Date.parse(from), view.tz), last: dateOf(now, view.tz) };
}

const intervalLengths = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour };
/** More bars than these could not be told apart. */
const mostBars = 200;

/** Intervals that make a readable number of bars of a period. */
export function intervalsFor({ length }: Period): Interval[] {
  const fitting = (Object.keys(intervalLengths) as Interval[]).filter((interval) => {
    const bars = length / intervalLengths[interval];
    return bars >= 1 && bars <= mostBars;
  });
  return fitting.length > 0 ? fitting : ['month'];
}

export function intervalOf(view: View, period: Period): Interval {
  const fitting = intervalsFor(period);
  if (view.interval && fitting.includes(view.interval)) return view.interval;
  return fitting.find((interval) => period.length / intervalLengths[interval] <= 45) ?? fitting.at(-1)!;
}

/** The view of an instrument: what belonged to the one before is forgotten. */
export function viewOf(
  view: View,
  { source, instrument, scale }: Pick<Instrument, 'source' | 'instrument' | 'scale'>,
): View {
  return { ...view, ...wholeView, source, instrument, scale, metric: null, reason: null };
}

/** Where a view names no instrument: the one with the most answers, if possible one that has a score. */
export function chosen(view: View, instruments: Instrument[]): View {
  if (view.source && view.instrument !== null && view.scale) return view;
  const named = instruments.filter(({ rest }) => !rest);
  const most = named.find(({ metrics }) => metrics.length > 0) ?? named[0];
  return most ? viewOf(view, most) : view;
}

/** The instrument of a view, if it still has answers. */
export function instrumentOf(view: View, instruments: Instrument[]): Instrument | undefined {
  return instruments.find(
    ({ source, instrument, scale, rest }) =>
      !rest && source === view.source && instrument === view.instrument && scale === view.scale,
  );
}

/** The filters that every request of a view has in common. */
export function filterOf({ source, instrument, scale, channel, language, bot, tz }: View, period: Period): Query {
  return { source, instrument, scale, channel, language, bot, from: period.from, to: period.to, tz };
}

export function scoreQuery(view: View, period: Period): Query {
  return { ...filterOf(view, period), metric: view.metric, bands: view.bands };
}

/** The answers behind the figures of a view, or behind the part of them that was picked, as far as they fit what is searched for. */
export function answersQuery(view: View, period: Period): Query {
  const { since, until, band, bands, q, reason, state } = view;
  return {
    ...filterOf(view, period),
    ...(since && { from: since, to: until }),
    ...(band !== null && { band, bands }),
    q,
    reason,
    state,
  };
}

export function pick(view: View, bucket: Pick<PeriodScore, 'from' | 'to'> | null, band: string | null): View {
  return { ...view, since: bucket?.from ?? null, until: bucket?.to ?? null, band };
}
