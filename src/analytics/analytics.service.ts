import type { Principal } from '#libs/access';
import { DatabaseClock } from '#libs/persistence';
import { canonicalLanguage } from '#libs/text';
import { type Fault, InvalidInput } from '#libs/problem-details';
import { Injectable } from '@nestjs/common';
import type { Source } from '../feedback/feedback-entry.entity.js';
import { FeedbackReader } from '../feedback/feedback.reader.js';
import { type Scale, scoreRangeOf } from '../feedback/scale.js';
import { dimensions, quarterHour, rest } from '../counting/change.js';
import {
  type BreakdownDto,
  type CommentDto,
  commentMembers,
  type CommentPage,
  type GroupDto,
  type InstrumentDto,
  type InstrumentsDto,
  type PeriodScoreDto,
  type SideDto,
  type SidesDto,
  type SubjectDto,
  type SummaryDto,
  type TimelineDto,
} from './analytics.dto.js';
import type {
  AnswerFilter,
  BreakdownQuery,
  InstrumentsQuery,
  ScoreQuery,
  SummaryQuery,
  TextQuery,
  TimelineQuery,
} from './analytics.query.dto.js';
import { bucketsOf } from './calendar.js';
import { NotCountedApart } from './analytics.problems.js';
import { type ComparisonQuery, readSide } from './comparison.query.dto.js';
import { atLeisure, mapAtLeisure } from './at-leisure.js';
import { compare, comparingAll, type Looks } from '#libs/statistics';
import {
  type CountFilter,
  type Extent,
  type Group,
  type Grouping,
  type Instrument,
  notCountedTogether,
  ScoreReader,
} from '../counting/reader.js';
import { Marks } from './marks.js';
import { metricsOf } from './metric.js';
import { type AnyScore, Reading } from './reading.js';
import { before, overlap, type Period, periodOf } from './period.js';
import { shown } from './shown.js';
import { ShownNames } from './shown-names.js';
import { Tally } from '../counting/tally.js';

type Names = Omit<AnswerFilter, keyof Period | 'tz'>;

/** What a query asks for, as far as it can be answered with one kind of score. */
interface Asked {
  workspaceId: string;
  filter: CountFilter;
  reading: Reading;
  subject: Pick<SubjectDto, keyof SubjectDto>;
  period: Period;
}

/** One side of a comparison. */
interface ComparedSide {
  filter: CountFilter;
  period: Period;
  fromTheFirst: boolean;
}

interface SideScore {
  score: AnyScore | null;
  shown: Pick<SideDto, keyof SideDto>;
}

const mostBuckets = 2_000;
/** Milliseconds before a release that what came since is compared with. */
const beforeRelease = 90 * 86_400_000;
const shownCandidates = 20;

/** Scores, how sure they are, and how they compare. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly counts: ScoreReader,
    private readonly entries: FeedbackReader,
    private readonly clock: DatabaseClock,
    private readonly names: ShownNames,
    private readonly marks: Marks,
  ) {}

  async summary({ workspaceId }: Principal, query: SummaryQuery): Promise<SummaryDto> {
    const { filter, reading, subject, period } = await this.understand(workspaceId, query);
    const earlier = before(period);
    const groups = await this.counts.tallies(workspaceId, filter, [earlier.from, earlier.to, period.to]);
    const [previous, current] = talliesOf(groups[0], 2) as [Tally, Tally];
    const [score, other] = [reading.scoreOf(current), reading.scoreOf(previous)];
    return {
      source: subject.source,
      instrument: subject.instrument,
      label: subject.label,
      range: subject.range,
      tz: subject.tz,
      ...ofPeriod(reading, current, period),
      ...reading.changes(current, previous),
      previous: ofPeriod(reading, previous, earlier),
      change: score && other && compare(score, other, query.minN),
    };
  }

  async timeline({ workspaceId }: Principal, query: TimelineQuery): Promise<TimelineDto> {
    const { filter, reading, subject, period } = await this.understand(workspaceId, query);
    const bounds = bucketsOf(period.from, period.to, query.interval, query.tz, mostBuckets);
    if (!bounds) throw invalid('interval', `the period must have at most ${mostBuckets} intervals`);
    const groups = await this.counts.tallies(workspaceId, filter, bounds);
    const tallies = talliesOf(groups[0], bounds.length - 1);
    const buckets = await mapAtLeisure(tallies, (tally, i) =>
      ofPeriod(reading, tally, { from: bounds[i]!, to: bounds[i + 1]! }),
    );
    return { ...subject, interval: query.interval, buckets };
  }

  async breakdown({ workspaceId }: Principal, query: BreakdownQuery): Promise<BreakdownDto> {
    // What begins at a fixed time is looked at again as it grows.
    const looks = query.from === undefined ? 'once' : 'always';
    const { filter, reading, subject, period } = await this.understand(workspaceId, query, { by: query.by, looks });
    const groups = await this.counts.tallies(workspaceId, filter, [period.from, period.to], query.by);
    const total = groups.reduce((sum, { tallies }) => sum.add(tallies[0]!), new Tally());
    const described = await mapAtLeisure(groups, (group) => ({ group, score: reading.describe(group.tallies[0]!) }));
    const answered = described.filter(({ score }) => score.n > 0);
    const pairs = answered.flatMap(({ group: { tallies } }): [AnyScore, AnyScore][] => {
      const [score, others] = [reading.scoreOf(tallies[0]!), reading.scoreOf(total.without(tallies[0]!))];
      return score && others ? [[score, others]] : [];
    });
    const comparisons = await atLeisure(comparingAll(pairs, query.minN, looks));
    const labels = await this.names.ofGroups(workspaceId, query.by, groups);
    const all = answered.map(({ group: { source, ...named }, score }, i): GroupDto => {
      const { name: group, rest } = shown(named.name);
      const label = labels({ source, ...named });
      return { group, label, rest, source: source as Source | null, ...score, vsRest: comparisons[i] ?? null };
    });
    const sorted = all.toSorted((a, b) => b.n - a.n || (a.group < b.group ? -1 : 1));
    return { ...subject, by: query.by, groups: sorted };
  }

  async comparison({ workspaceId }: Principal, query: ComparisonQuery): Promise<SidesDto> {
    refuseUnnamed(query);
    const { reading, filter, subject } = await this.understand(workspaceId, query, { looks: 'always' });
    const [a, b] = await this.sidesOf(workspaceId, query, filter);
    const [first, second] = await Promise.all([
      this.scoreOf(workspaceId, a, reading),
      this.scoreOf(workspaceId, b, reading),
    ]);
    const { from: _from, to: _to, ...asked } = subject;
    return {
      ...asked,
      a: first.shown,
      b: second.shown,
      change: first.score && second.score && compare(second.score, first.score, query.minN, 'always'),
    };
  }

  /** @throws InvalidInput where an answer could be on both sides */
  private async sidesOf(
    workspaceId: string,
    query: ComparisonQuery,
    filter: CountFilter,
  ): Promise<[ComparedSide, ComparedSide]> {
    if (query.release !== undefined) return this.sidesOfRelease(workspaceId, query.release, query, filter);
    const [a, b] = [
      await this.sideOf(workspaceId, query, filter, 'a'),
      await this.sideOf(workspaceId, query, filter, 'b'),
    ];
    if (mayOverlap(a, b))
      throw invalid('b', `b must leave out all answers of a, by ${dimensions.join(', ')}, from or to`);
    return [a, b];
  }

  private async sidesOfRelease(
    workspaceId: string,
    id: string,
    query: ComparisonQuery,
    filter: CountFilter,
  ): Promise<[ComparedSide, ComparedSide]> {
    const named = (['a', 'b', 'from'] as const).filter((member) => query[member] !== undefined);
    if (named.length > 0)
      throw invalid(named[0]!, `${named[0]} cannot be given with release, which says what is compared`);
    const mark = await this.marks.of(workspaceId, id);
    if (!mark) throw invalid('release', 'there is no such release');
    if (mark.bot !== null && filter.bot !== undefined && filter.bot !== mark.bot)
      throw invalid('bot', `bot must be ${JSON.stringify(mark.bot)} here, or left out`);
    const own = { ...filter, ...(await this.countedFilterOf(workspaceId, { bot: mark.bot ?? filter.bot })) };
    refuseTogether(own);
    const { to } = periodOf({ to: query.to, tz: query.tz }, this.clock.now());
    const at = Math.floor(mark.at.getTime() / quarterHour) * quarterHour;
    const [extent] = await this.counts.extents(workspaceId, own);
    const first = Math.max(at - beforeRelease, Math.min(extent?.first ?? at, at));
    return [
      { filter: own, period: { from: first, to: Math.min(at, to) }, fromTheFirst: false },
      { filter: own, period: { from: Math.min(at, to), to }, fromTheFirst: false },
    ];
  }

  private async sideOf(
    workspaceId: string,
    query: ComparisonQuery,
    filter: CountFilter,
    member: 'a' | 'b',
  ): Promise<ComparedSide> {
    const { from = query.from, to = query.to, ...names } = readSide(query[member]!);
    const period = periodOf({ from, to, tz: query.tz }, this.clock.now(), Infinity, member);
    const own = await this.countedFilterOf(workspaceId, names);
    const filters = { ...filter, ...own };
    refuseTogether(filters);
    return { filter: filters, period, fromTheFirst: from === undefined };
  }

  private async scoreOf(
    workspaceId: string,
    { filter, period, fromTheFirst }: ComparedSide,
    reading: Reading,
  ): Promise<SideScore> {
    const [extent] = fromTheFirst ? await this.counts.extents(workspaceId, filter) : [];
    const from = fromTheFirst ? Math.min(extent?.first ?? Infinity, period.to) : period.from;
    const groups = from < period.to ? await this.counts.tallies(workspaceId, filter, [from, period.to]) : [];
    const tally = talliesOf(groups[0], 1)[0]!;
    const { channel = null, language = null, bot = null, version = null } = filter;
    const shown = { channel, language, bot, version, ...ofPeriod(reading, tally, { from, to: period.to }) };
    return { score: reading.scoreOf(tally), shown };
  }

  async instruments({ workspaceId }: Principal, query: InstrumentsQuery): Promise<InstrumentsDto> {
    const filter = await this.countedFilterOf(workspaceId, query);
    const extents = await this.counts.extents(workspaceId, filter);
    const labels = await this.names.ofInstruments(workspaceId, extents);
    return { data: extents.map((extent) => ({ ...described(extent), label: labels(extent) })) };
  }

  async text({ workspaceId }: Principal, query: TextQuery): Promise<CommentPage> {
    const { from, to } = periodOf(query, this.clock.now());
    const period = { from: new Date(from), to: new Date(to) };
    const texts = Object.fromEntries(Object.entries(filterOf(query)).map(([member, name]) => [member, [name]]));
    const { q, band, bands: bandSet, reason, state } = query;
    const one = <T>(value: T | undefined) => (value === undefined ? undefined : [value]);
    const further = { q, bands: one(band), bandSet, reasons: one(reason), states: one(state) };
    const filter = { texts, hasWords: true, ...further, ...period };
    const { data, nextCursor } = await this.entries.page('comments', workspaceId, commentMembers, filter, query);
    const comments = data as Omit<CommentDto, 'label'>[];
    const labels = await this.names.ofInstruments(workspaceId, comments);
    return { ...period, data: comments.map((comment) => ({ ...comment, label: labels(comment) })), nextCursor };
  }

  /** @throws InvalidInput where the filters leave several kinds of score */
  private async understand(
    workspaceId: string,
    query: ScoreQuery,
    { by, looks = 'once' }: { by?: Grouping; looks?: Looks } = {},
  ): Promise<Asked> {
    const period = periodOf(query, this.clock.now());
    const filter = await this.countedFilterOf(workspaceId, query, by);
    refuseTogether(filter, by);
    const { source, instrument, scale } = await this.instrumentOf(workspaceId, filter, openMembers(by));
    const possible = metricsOf(scale, source);
    const metric = query.metric ?? possible[0];
    if (metric === undefined) throw invalid('scale', `scale ${scale} has no score; see /v1/analytics/text`);
    if (!possible.includes(metric)) throw invalid('metric', `metric must be one of ${possible.join(', ')} here`);
    const reading = new Reading(scale, metric, query.bands, query.minN, looks);
    const times = { tz: query.tz, from: new Date(period.from), to: new Date(period.to) };
    const named = { ...filter, scale, ...(source && { source }), ...(instrument !== null && { instrument }) };
    const counted = { ...named, withOptions: metric === 'options' };
    const shownInstrument = instrument === rest ? null : instrument;
    const label = (await this.names.ofInstruments(workspaceId, [{ source, instrument }]))({ source, instrument });
    const subject = { source, instrument: shownInstrument, label, scale, metric, range: reading.range, ...times };
    return { workspaceId, filter: counted, reading, period, subject };
  }

  /** @throws NotCountedApart where there is no number of what a filter asks for */
  private async countedFilterOf(workspaceId: string, query: Names, by?: Grouping): Promise<CountFilter> {
    const filter = filterOf(query);
    const members = await this.counts.notCountedApart(workspaceId, filter, by);
    if (members.length > 0) throw new NotCountedApart(members);
    return filter;
  }

  /** What the filters leave. `source` and `instrument` are null where they are left open or nothing was answered. */
  private async instrumentOf(
    workspaceId: string,
    filter: CountFilter,
    open: (keyof Instrument)[],
  ): Promise<{ source: Source | null; instrument: string | null; scale: Scale }> {
    const registered = await this.counts.instruments(workspaceId, filter);
    const isOne = ambiguities(registered, open).length === 0;
    const candidates = isOne ? registered : await this.counts.extents(workspaceId, filter);
    const faults = ambiguities(candidates, open);
    if (faults.length > 0) throw new InvalidInput(faults);
    const [one] = candidates;
    const scale = filter.scale ?? one?.scale;
    if (!scale) throw invalid('scale', 'scale is needed: the filters leave nothing that has been answered');
    const known = (member: 'source' | 'instrument') =>
      filter[member] ?? (open.includes(member) ? undefined : one?.[member]);
    return {
      source: (known('source') as Source) ?? null,
      instrument: known('instrument') ?? null,
      scale: scale as Scale,
    };
  }
}

/** The members that may have several values, because the groups differ in them. */
function openMembers(by?: Grouping): (keyof Instrument)[] {
  return by === 'instrument' || by === 'source' ? ['source', 'instrument'] : [];
}

/** The language is asked for by its canonical tag, under which it is counted; '' asks for answers without one. */
function filterOf({ source, instrument, scale, channel, language, bot, version }: Names): CountFilter {
  const tag = language ? canonicalLanguage(language) : language;
  const filter = { source, instrument, scale, channel, language: tag, bot, version };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null));
}

/** @throws InvalidInput where there is no count of all that a filter names together */
function refuseTogether(filter: CountFilter, by?: Grouping): void {
  const faults = notCountedTogether(filter, by).map((member) => {
    const others = dimensions.filter((one) => one !== member).join(', ');
    return {
      pointer: by === member ? '/by' : `/${member}`,
      detail: `${member} cannot be asked for with any of ${others}`,
    };
  });
  if (faults.length > 0) throw new InvalidInput(faults);
}

/** Whether an answer could be on both sides: no filter separates them, and their periods overlap. */
function mayOverlap(a: ComparedSide, b: ComparedSide): boolean {
  const [first, second] = [a.filter, b.filter];
  const differ = dimensions.some(
    (name) => first[name] !== undefined && second[name] !== undefined && first[name] !== second[name],
  );
  return !differ && overlap(a.period, b.period);
}

/** A fault for every member in which the candidates differ, with the values to choose from. */
function ambiguities(candidates: Instrument[], open: (keyof Instrument)[]): Fault[] {
  const members = (['source', 'instrument', 'scale'] as const).filter((member) => !open.includes(member));
  return members.flatMap((member) => {
    const names = [...new Set(candidates.map((candidate) => candidate[member]))];
    if (names.length < 2) return [];
    const quoted = names.filter((name) => name !== rest).map((name) => JSON.stringify(name));
    const listed = quoted.slice(0, shownCandidates).join(', ');
    const more = quoted.length > shownCandidates ? ` or ${quoted.length - shownCandidates} more` : '';
    return [{ pointer: `/${member}`, detail: `${member} must be one of ${listed}${more}` }];
  });
}

/** @throws InvalidInput where the query names neither two sides nor a release */
function refuseUnnamed(query: ComparisonQuery): void {
  if (query.release !== undefined) return;
  const unnamed = (['a', 'b'] as const).filter((member) => query[member] === undefined);
  const faults = unnamed.map((member) => ({
    pointer: `/${member}`,
    detail: `${member} is needed where no release is named`,
  }));
  if (faults.length > 0) throw new InvalidInput(faults);
}

function invalid(member: string, detail: string): InvalidInput {
  return new InvalidInput([{ pointer: `/${member}`, detail }]);
}

function talliesOf(group: Group | undefined, buckets: number): Tally[] {
  return group?.tallies ?? Array.from({ length: buckets }, () => new Tally());
}

function described({ instrument, n, ...extent }: Extent): Omit<InstrumentDto, 'label'> {
  const [source, scale] = [extent.source as Source, extent.scale as Scale];
  const { name, rest } = shown(instrument);
  return {
    source,
    instrument: name,
    rest,
    scale,
    metrics: metricsOf(scale, source),
    range: scoreRangeOf(extent.scale) ?? null,
    n,
    first: new Date(extent.first),
    last: new Date(extent.last),
  };
}

function ofPeriod(reading: Reading, tally: Tally, { from, to }: Period): Pick<PeriodScoreDto, keyof PeriodScoreDto> {
  return { from: new Date(from), to: new Date(to), ...reading.describe(tally) };
}
