import {
  IfSent,
  IsInstantOrDay,
  IsTimeZone,
  Must,
  Nested,
  OneOf,
  PageQuery,
  Strict,
  Text,
  Values,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { ConfidenceIntervalDto } from '../analytics/analytics.dto.js';
import { type Metric, metrics } from '../analytics/metric.js';
import { type Source, sources } from '../feedback/feedback-entry.entity.js';
import { type Scale, scales } from '../feedback/scale.js';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { type StepName, stepNames } from './steps.js';
import {
  type Direction,
  directions,
  type Kind,
  kinds,
  type Raised,
  type State,
  states,
  type Watch,
} from './watch.entity.js';

const IsNumber = (): PropertyDecorator =>
  Must('be a number', (value) => typeof value === 'number' && Number.isFinite(value), { type: 'number' });

/** Which answers: those that fit every member that is there. An empty text means answers without one. */
@Strict()
export class WatchFilters {
  /** Where it was said. */
  @IsOptional()
  @Text(0, 255)
  channel?: string | null;

  /** In any of its spellings: `zh_cn` is `zh-CN`. */
  @IsOptional()
  @Text(0, 35)
  language?: string | null;

  /** The bot that it is about. */
  @IsOptional()
  @Text(0, 255)
  bot?: string | null;

  /** The release of the bot, model or prompt that was talked to. */
  @IsOptional()
  @Text(0, 255)
  version?: string | null;
}

/** A new watch. */
@Strict()
export class CreateWatch {
  /** For people. */
  @Text(1, 255)
  name: string;

  /** `target`: is the score beyond a value that was promised? `change`: has it moved, whenever that was? */
  @OneOf(kinds)
  kind: Kind;

  /** The door that the answers came through. Needed where several have the instrument, or none yet. */
  @IsOptional()
  @OneOf(sources)
  source?: Source | null;

  /** A survey's name, a question's id, `message` or `conversation`. */
  @Text(1, 255)
  instrument: string;

  /** What the scores mean. Needed where the instrument has several, or none yet. */
  @IsOptional()
  @OneOf(scales)
  scale?: Scale | null;

  /** Default: `nps` for nps, `mean` for rating, else `share`, that of the best band. */
  @IsOptional()
  @OneOf(metrics)
  metric?: Metric | null;

  /** Which answers. Default: all. */
  @IsOptional()
  @Nested(() => WatchFilters)
  filters?: WatchFilters | null;

  /** In units of the metric. Needed by the kind `target`, and only there. */
  @IsOptional()
  @IsNumber()
  target?: number | null;

  /** On which side of the target the score is when the watch is raised. Default: `below`. Only of the kind `target`. */
  @IsOptional()
  @OneOf(directions)
  direction?: Direction | null;

  /** How often it is looked at. Of a score that follows the weekday only `week` tells a change from a weekend. Default: `day`. */
  @IsOptional()
  @OneOf(stepNames)
  step?: StepName | null;

  /** The time zone whose wall clock says where steps begin. Default: `UTC`. */
  @IsOptional()
  @IsTimeZone()
  tz?: string | null;

  /** The first step begins here or after it, at most ten years ago; past steps are looked at at once. Default: now. */
  @IsOptional()
  @IsInstantOrDay()
  from?: string | null;
}

/** A change of a watch: what is absent stays as it is. What it asks stays for good: to ask something else, make another one. */
@Strict()
export class ChangeWatch {
  /** For people. */
  @IfSent()
  @Text(1, 255)
  name?: string;

  /** Settles a watch that is raised. */
  @IfSent()
  @OneOf(['settled'])
  state?: 'settled';
}

@Strict()
export class WatchesQuery extends PageQuery {
  /** Only those in this state. */
  @IsOptional()
  @OneOf(states)
  state?: State;
}

@Strict()
export class WatchHistoryQuery extends PageQuery {}

/** Answers on one side of a moment. */
export class WatchedScoreDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  n: number;
  /** In units of the metric; null without answers. */
  estimate: number | null;
}

/** What raised a watch. */
export class RaisedDto {
  /** When: the end of the step that was looked at. */
  at: Date;
  /** The beginning of the step since which the score is another one, or beyond the target. */
  since: Date;
  /** The answers before that, from the first that the watch followed. */
  before: WatchedScoreDto;
  /** The answers from that step on. */
  after: WatchedScoreDto;
}

/** Whether the score followed the weekday in the 90 days before its watch was made: chi-square, at 0.001. */
export class WeekdaysDto {
  /** Answers that were tested. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  n: number;
  /** How improbable such weekdays are if they do not matter. */
  p: number;
  /** If so, weekends look like changes to a watch by day: make one by week. */
  follows: boolean;
}

/** Which answers a watch takes; null: any, an empty text: those without one. */
export class WatchedAnswersDto {
  channel: string | null;
  language: string | null;
  bot: string | null;
  version: string | null;
}

/** A standing question about a score, looked at after each step. Its answer holds at every look. */
@KeepsLimitsOf(CreateWatch)
export class WatchDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** For people. */
  name: string;
  @Values(kinds)
  kind: Kind;
  @Values(sources)
  source: Source;
  instrument: string;
  @Values(scales)
  scale: Scale;
  @Values(metrics)
  metric: Metric;
  filters: WatchedAnswersDto;
  /** In units of the metric; null of the kind `change`. */
  target: number | null;
  /** null of the kind `change`. */
  @Values(directions)
  direction: Direction | null;
  @Values(stepNames)
  step: StepName;
  tz: string;
  /** The beginning of the first step. */
  from: Date;
  /** null of a watch by week, and where there were fewer than 70 answers. */
  weekdays: WeekdaysDto | null;
  /** `settled`: the last alarm is over. */
  @Values(states)
  state: State;
  /** The last alarm; null before the first. */
  raised: RaisedDto | null;
  /** The end of the last step that was looked at; that of none is `from`. */
  lookedUntil: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** A page of watches, newest first. */
export class WatchPage {
  data: WatchDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

/** A whole step. */
export class WatchStepDto {
  from: Date;
  /** Not included. */
  to: Date;
}

/** All answers that a watch follows. */
export class FollowedDto extends WatchedScoreDto {
  /** From here on: the beginning of the watch, or its last alarm. */
  since: Date;
  /** As sure as one false alarm in 20 years asks; null without answers. */
  ci: ConfidenceIntervalDto | null;
}

/** What a watch said once. */
export class WatchHistoryItemDto {
  /** From 1. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  number: number;
  /** When it was said. */
  at: Date;
  /** The step that was looked at; null where somebody settled the watch. */
  step: WatchStepDto | null;
  /** Answers of the step that were taken. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  n: number;
  /** The score of the step; null without answers. */
  estimate: number | null;
  /** Entries that were recorded in the step and count before the one before it, such as imports: they are left out. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  late: number;
  /** Answers that were left out since their respondent had given one in the step. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  repeated: number;
  /** null where somebody settled the watch. */
  followed: FollowedDto | null;
  /** In which the watch was then. */
  @Values(states)
  state: State;
  /** Whether the watch was raised or settled by this; else null. */
  @Values(['raised', 'settled'])
  event: 'raised' | 'settled' | null;
  /** The last alarm; null before the first. */
  raised: RaisedDto | null;
}

/** A page of what a watch said, newest first. */
export class WatchHistoryPage {
  data: WatchHistoryItemDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export function raisedDto({ at, since, before, after }: Raised): RaisedDto {
  return { at: new Date(at), since: new Date(since), before, after };
}

type Shown = Pick<Watch, Exclude<keyof WatchDto, 'from' | 'lookedUntil'> | 'beginsAt' | 'nextFrom'>;

export function toWatchDto(watch: Shown): WatchDto {
  const { id, name, kind, source, instrument, scale, metric, target, direction, step, tz, weekdays, state } = watch;
  const { channel = null, language = null, bot = null, version = null } = watch.filters;
  return {
    id,
    name,
    kind,
    source,
    instrument,
    scale,
    metric,
    filters: { channel, language, bot, version },
    target,
    direction,
    step,
    tz,
    from: watch.beginsAt,
    weekdays,
    state,
    raised: watch.raised && raisedDto(watch.raised),
    lookedUntil: watch.nextFrom,
    createdAt: watch.createdAt,
    updatedAt: watch.updatedAt,
  };
}
