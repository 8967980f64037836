import {
  Between,
  enumSchema,
  IsInstantOrDay,
  IsTimeZone,
  Must,
  PageQuery,
  QueryInteger,
  Strict,
  Text,
} from '#libs/validation';
import { IntersectionType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { type Source, sources, type State, states } from '../feedback/feedback-entry.entity.js';
import { type Scale, scales } from '../feedback/scale.js';
import { type BandSet, bandNames, bandSetNames } from '../feedback/bands.js';
import { type CalendarInterval, calendarIntervals } from './calendar.js';
import { type Grouping, groupings } from '../counting/reader.js';
import { type Metric, metrics } from './metric.js';

const IsOneOf = (values: readonly string[]): PropertyDecorator =>
  Must(`be one of ${values.join(', ')}, given once`, (value) => values.includes(value as string), enumSchema(values));

/** What is asked about. */
class InstrumentFilter {
  /** The door that the answers came through. */
  @IsOptional()
  @IsOneOf(sources)
  source?: Source;

  /** A survey's name, a question's id, `message` or `conversation`. */
  @IsOptional()
  @Text()
  instrument?: string;

  /** What the scores mean. */
  @IsOptional()
  @IsOneOf(scales)
  scale?: Scale;
}

/** Which answers: those that fit every filter. An empty `channel`, `language`, `bot` or `version` means answers without one. */
export class AnswerFilter extends InstrumentFilter {
  /** Where it was said; empty: answers without one. */
  @IsOptional()
  @Text()
  channel?: string;

  /** In any of its spellings: `zh_cn` is `zh-CN`; empty: answers without one. */
  @IsOptional()
  @Text()
  language?: string;

  /** The bot that the survey was about; empty: answers without one. */
  @IsOptional()
  @Text()
  bot?: string;

  /** The release of the bot, model or prompt that was talked to; empty: answers without one. Scores have it without any of the three above. */
  @IsOptional()
  @Text()
  version?: string;

  /** The earliest time, rounded down to a quarter of an hour; of a day, its beginning in `tz`. Default: 30 days before `to`. */
  @IsOptional()
  @IsInstantOrDay()
  from?: string;

  /** The time before which it was, rounded up to a quarter of an hour; of a day, its beginning in `tz`. Default: now. */
  @IsOptional()
  @IsInstantOrDay()
  to?: string;

  /** The time zone whose wall clock counts. */
  @IsOptional()
  @IsTimeZone()
  tz: string = 'UTC';
}

/** What every score is asked for with. What the filters leave must be of one source, instrument and scale. */
export class ScoreQuery extends AnswerFilter {
  /** Default: `nps` for nps, `mean` for rating, `options` for choice, else `share`, that of the best band. */
  @IsOptional()
  @IsOneOf(metrics)
  metric?: Metric;

  /** Where bands end; `kore` counts a 6 on the scale nps as passive. */
  @IsOptional()
  @IsOneOf(bandSetNames)
  bands: BandSet = 'standard';

  /** Fewer answers are not sufficient for a verdict. */
  @IsOptional()
  @QueryInteger()
  @Between(1, 1_000_000)
  minN: number = 10;
}

@Strict()
export class SummaryQuery extends ScoreQuery {}

@Strict()
export class TimelineQuery extends ScoreQuery {
  /** How long a bucket is, by the wall clock of the time zone. */
  @IsOptional()
  @IsOneOf(calendarIntervals)
  interval: CalendarInterval = 'day';
}

@Strict()
export class BreakdownQuery extends ScoreQuery {
  /** With `instrument` or `source`, the filters need only leave one scale. */
  @IsOneOf(groupings)
  by: Grouping;
}

@Strict()
export class InstrumentsQuery extends InstrumentFilter {}

@Strict()
export class TextQuery extends IntersectionType(AnswerFilter, PageQuery) {
  /** A band of scores by its name, \`resolved\` or \`unresolved\`. */
  @IsOptional()
  @IsOneOf(bandNames)
  band?: string;

  /** Where bands end; \`kore\` counts a 6 on the scale nps as passive. */
  @IsOptional()
  @IsOneOf(bandSetNames)
  bands?: BandSet;

  /** The label of one of the reasons; empty: answers without a reason. */
  @IsOptional()
  @Text()
  reason?: string;

  /**
   * Every word of this is a part of the comment or of the details of a reason, whatever its case. Of long texts the first 65,536
   * characters are searched.
   */
  @IsOptional()
  @Text(1, 255)
  q?: string;

  /** How far a team is with it. */
  @IsOptional()
  @IsOneOf(states)
  state?: State;
}
