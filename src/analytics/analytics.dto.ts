import { type Method, methods, type Verdict, verdicts } from '#libs/statistics';
import { enumeration, Values } from '#libs/validation';
import { ApiProperty, OmitType } from '@nestjs/swagger';
import { type Grouping, groupings } from '../counting/reader.js';
import { ReasonDto } from '../entries/entry.dto.js';
import { type Reason, type Source, sources } from '../feedback/feedback-entry.entity.js';
import { type Scale, scales } from '../feedback/scale.js';
import { type CalendarInterval, calendarIntervals } from './calendar.js';
import { type Metric, metrics } from './metric.js';

enumeration('IntervalMethod', methods);
enumeration('Verdict', verdicts);

/** Where the true value lies, with a confidence of `level`. */
export class ConfidenceIntervalDto {
  /** In units of the estimate. */
  low: number;
  /** In units of the estimate. */
  high: number;
  /** 0–1. */
  level: number;
  /**
   * How it was computed. What ends in `-once` holds for one look that was planned beforehand, what ends in `-always` however
   * often somebody looks. `newcombe-widened-once` was widened to hold 0, since Fisher's test cannot tell the two shares apart.
   */
  @Values(methods)
  method: Method;
}

/** The least and the greatest of some numbers, both included. */
export class RangeDto {
  low: number;
  high: number;
}

/** How many gave a score. */
export class ScoreShareDto {
  @ApiProperty({ type: 'integer' })
  score: number;
  @ApiProperty({ type: 'integer', minimum: 0 })
  count: number;
  /** 0–1; null without answers. */
  share: number | null;
}

/** A part of the answers. */
class ShareDto {
  name: string;
  @ApiProperty({ type: 'integer', minimum: 0 })
  count: number;
  /** 0–1; null without answers. */
  share: number | null;
  ci: ConfidenceIntervalDto | null;
}

/** A named range of scores and the share of the answers that lie in it. */
export class BandDto extends ShareDto {
  /** The scores that it holds; null for `resolved` and `unresolved`. */
  scores: RangeDto | null;
}

/** An option of a `choice`, its value as text, and the share of the answers that ticked it. */
export class OptionDto extends ShareDto {
  /** Whether these are all options that are not counted by name, such as those beyond the first 100 of an instrument. */
  rest: boolean;
}

/** A score, how many answers it stands on, and how sure it is. */
export class ScoreDto {
  @Values(scales)
  scale: Scale;
  @Values(metrics)
  metric: Metric;
  /** Answers. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  n: number;
  /** A share 0–1, a net promoter score −100..100, or a mean in units of the scale; null without answers, and for `options`. */
  estimate: number | null;
  /**
   * null where there is none: without answers, for the mean or the net promoter score of one answer, and for `options`, each of
   * which has its own.
   */
  ci: ConfidenceIntervalDto | null;
  /** Whether there are `minN` answers. */
  sufficient: boolean;
  /** Every score of the scale; none for `options` and `resolved`. */
  distribution: ScoreShareDto[];
  /** Best first; `resolved` and `unresolved` for the metric `resolved`. */
  bands: BandDto[];
  /** The most chosen first; only for the metric `options`. */
  options: OptionDto[];
}

/** How a score differs from another one: this minus that, in units of the score. */
export class ComparisonDto {
  /** The difference; null where one of the two has no answers. */
  estimate: number | null;
  /** null where the estimate is, or where there is none. */
  ci: ConfidenceIntervalDto | null;
  /** `not distinguishable`: from chance. */
  @Values(verdicts)
  verdict: Verdict;
}

/** A score of a period. */
export class PeriodScoreDto extends ScoreDto {
  from: Date;
  /** Not included. */
  to: Date;
}

/** A band, and how its share differs from that in the period before. */
export class ChangedBandDto extends BandDto {
  /** Corrected for the number of bands. */
  change: ComparisonDto;
}

/** An option, and how its share differs from that in the period before. */
export class ChangedOptionDto extends OptionDto {
  /** Corrected for the number of options. */
  change: ComparisonDto;
}

/** What was asked about, as it was understood. */
export class SubjectDto {
  /** null where there are several, or none. */
  @Values(sources)
  source: Source | null;
  /** null where there are several, or none. */
  instrument: string | null;
  /** The name of the instrument for people: of a question its text as it is now; else null. */
  label: string | null;
  @Values(scales)
  scale: Scale;
  @Values(metrics)
  metric: Metric;
  /** The least and the greatest estimate that there can be; null for `options`. */
  range: RangeDto | null;
  /** The time zone whose wall clock counts. */
  tz: string;
  /** The beginning that was used. */
  from: Date;
  /** The end that was used. */
  to: Date;
}

/** The score of a period, and how it differs from the one before. */
export class SummaryDto extends PeriodScoreDto {
  /** null where there are several, or none. */
  @Values(sources)
  source: Source | null;
  /** null where there are several, or none. */
  instrument: string | null;
  /** The name of the instrument for people: of a question its text as it is now; else null. */
  label: string | null;
  /** The least and the greatest estimate that there can be; null for `options`. */
  range: RangeDto | null;
  /** The time zone whose wall clock counts. */
  tz: string;
  /** Best first; `resolved` and `unresolved` for the metric `resolved`. */
  override bands: ChangedBandDto[];
  /** The most chosen first; only for the metric `options`. */
  override options: ChangedOptionDto[];
  /** The period before, of the same length. */
  previous: PeriodScoreDto;
  /** Since the period before; null for `options`. */
  change: ComparisonDto | null;
}

/** The score of every interval of a period. */
export class TimelineDto extends SubjectDto {
  /** The length of a bucket, as it was asked for. */
  @Values(calendarIntervals)
  interval: CalendarInterval;
  /** Without a gap; the first and the last are cut off where the period is. */
  buckets: PeriodScoreDto[];
}

/** The score of one group. */
export class GroupDto extends ScoreDto {
  /** '' for answers without one; `other` for the rest. */
  group: string;
  /**
   * The name of the group for people: a bot's name, a channel's given name, a question's text as it is now, a language's
   * own code; null where there is none.
   */
  label: string | null;
  /**
   * Whether these are all answers that are not counted by name: the names beyond the first 1,000 instruments, the
   * first 5,000 versions and the first 100 of everything else, names of more than 512 bytes, and languages outside BCP 47. No filter asks for them alone.
   */
  rest: boolean;
  /** Of an instrument, where it is from; else null. */
  @Values(sources)
  source: Source | null;
  /** Against all other groups together, corrected for their number; null for `options`. */
  vsRest: ComparisonDto | null;
}

/** The score of every group. */
export class BreakdownDto extends SubjectDto {
  /** What makes the groups, as it was asked for. */
  @Values(groupings)
  by: Grouping;
  /** Those with answers, the most first. */
  groups: GroupDto[];
}

/** The score of one side of a comparison, and which answers it is made of. */
export class SideDto extends PeriodScoreDto {
  /** null where it takes those of all channels. */
  channel: string | null;
  /** null where it takes those in all languages. */
  language: string | null;
  /** null where it takes those about all bots. */
  bot: string | null;
  /** null where it takes those about all versions. */
  version: string | null;
  /** The beginning that was used: without one, the first answer. */
  override from: Date;
}

/** Two scores side by side. What it says holds however often somebody looks. */
export class SidesDto extends OmitType(SubjectDto, ['from', 'to'] as const) {
  a: SideDto;
  b: SideDto;
  /** b less a: `higher` says that b is. null for `options`. */
  change: ComparisonDto | null;
}

/** Something that there are answers to. */
export class InstrumentDto {
  @Values(sources)
  source: Source;
  /** A survey's name, a question's id, `message` or `conversation`; `other` for the rest. */
  instrument: string;
  /** Its name for people: of a question its text as it is now; else null. */
  label: string | null;
  /** Whether these are all instruments of the source that are not counted by name. */
  rest: boolean;
  @Values(scales)
  scale: Scale;
  /** The scores that can be made of its answers, the usual one first; none for `text`. */
  @Values(metrics, { each: true })
  metrics: Metric[];
  /** The least and the greatest score of an answer; null where answers are no numbers. */
  range: RangeDto | null;
  /** Answers of all times. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  n: number;
  /** The quarter of an hour of the first answer. */
  first: Date;
  /** The quarter of an hour of the last answer. */
  last: Date;
}

/** Everything that there are answers to. */
export class InstrumentsDto {
  /** The most answered first. */
  data: InstrumentDto[];
}

/** What somebody said in words. */
export class CommentDto {
  /** Of the entry. */
  @ApiProperty({ format: 'uuid' })
  id: string;
  @Values(sources)
  source: Source;
  instrument: string;
  /** The name of the instrument for people: of a question its text as it is now; else null. */
  label: string | null;
  @Values(scales)
  scale: Scale;
  score: number | null;
  channel: string | null;
  language: string | null;
  bot: string | null;
  version: string | null;
  /** The respondent's own words; null where only reasons have some. */
  comment: string | null;
  /** Why, each with the respondent's own words. */
  @ApiProperty({ type: () => [ReasonDto], nullable: true })
  reasons: Reason[] | null;
  /** When it was said, by whoever said so. */
  occurredAt: Date;
  /** When it counts. */
  countedAt: Date;
}

type CommentMember = Exclude<keyof CommentDto, 'label'>;

/** The members of a comment that are members of its entry. */
export const commentMembers = Object.keys({
  id: true,
  source: true,
  instrument: true,
  scale: true,
  score: true,
  channel: true,
  language: true,
  bot: true,
  version: true,
  comment: true,
  reasons: true,
  occurredAt: true,
  countedAt: true,
} satisfies Record<CommentMember, true>) as CommentMember[];

/** A page of what people said in words, newest first. */
export class CommentPage {
  /** The beginning that was used. */
  from: Date;
  /** The end that was used. */
  to: Date;
  data: CommentDto[];
  /** null on the last page. */
  nextCursor: string | null;
}
