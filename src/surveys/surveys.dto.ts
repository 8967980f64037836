import {
  Between,
  enumeration,
  Integer,
  IsInstant,
  isInstant,
  Must,
  Nested,
  OneOf,
  parseInstant,
  Text,
  Values,
  Visible,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsOptional } from 'class-validator';
import type { Scale } from '../feedback/scale.js';
import { maxRespondentLength } from '../feedback/respondent.js';
import { KeepsLimitsOf } from '../openapi/limits.js';

export const surveyTypes = enumeration('SurveyType', ['THUMB', 'NPS', 'CSAT']);
export type SurveyType = (typeof surveyTypes)[number];

export const scaleOf = { THUMB: 'thumb', NPS: 'nps', CSAT: 'csat' } as const satisfies Record<SurveyType, Scale>;

const scores: Record<SurveyType, { min: number; max: number; wanted: string }> = {
  THUMB: { min: 0, max: 1, wanted: '0 or 1' },
  NPS: { min: 0, max: 10, wanted: 'an integer from 0 to 10' },
  CSAT: { min: 1, max: 5, wanted: 'an integer from 1 to 5' },
};

function scoresOf(dto: object) {
  const { type } = dto as { type: unknown };
  return surveyTypes.includes(type as SurveyType) ? scores[type as SurveyType] : undefined;
}

/** A score that the survey's type knows. Where the type is not valid, only the type is at fault: any number will do. */
const IsScoreOfType = (): PropertyDecorator =>
  Must(
    (_, dto) => `be ${scoresOf(dto)?.wanted ?? 'a number'}`,
    (value, dto) => {
      const range = scoresOf(dto);
      if (typeof value !== 'number' || !range) return typeof value === 'number';
      return Number.isInteger(value) && value >= range.min && value <= range.max;
    },
    { type: 'integer', minimum: 0, maximum: 10 },
  );

/** An instant after that of the member `earlier`. Where `earlier` is not valid, only `earlier` is at fault. */
const IsAfter = (earlier: string): PropertyDecorator =>
  Must(`be after ${earlier}`, (value, dto) => {
    const begin = (dto as Record<string, unknown>)[earlier];
    return !isInstant(begin) || parseInstant(value as string) > parseInstant(begin);
  });

/** What somebody answered to a survey. Every member is required. */
export class SaveFeedback {
  /** Who answers: an e-mail address or an enterprise id. Ours: answered in NFC, without invisible characters. */
  @Visible(maxRespondentLength)
  channelUId: string;

  /** The survey. Ours: 1 to 255 characters. */
  @Text(1, 255)
  name: string;

  /** Ours: THUMB 0 or 1, NPS 0 to 10, CSAT 1 to 5, integers. */
  @IsScoreOfType()
  score: number;

  /** Where it was answered. Ours: 1 to 255 characters. */
  @Text(1, 255)
  channel: string;

  /** What the score means. */
  @OneOf(surveyTypes)
  type: SurveyType;

  /** Answered as sent. Ours: analytics take `zh_cn` for `zh-CN`. */
  @Text(1, 35)
  language: string;

  /** What the person was shown; may be empty. Not answered. */
  @Text()
  message: string;
}

/** The saved response. `__v` is always 0. */
@KeepsLimitsOf(SaveFeedback)
export class SavedFeedbackDto {
  botId: string;
  channel: string;
  language: string;
  @ApiProperty({ type: 'integer' })
  score: number;
  /** When it was saved. */
  timestamp: Date;
  /** Ours: the same instant. */
  createdOn: Date;
  /** The same instant in milliseconds since 1970. */
  @ApiProperty({ type: 'integer' })
  timestampValue: number;
  @Values(surveyTypes)
  type: SurveyType;
  name: string;
  channelUId: string;
  /** The bot's. */
  orgId: string;
  /** The bot's. */
  accountId: string;
  /** The bot's. */
  userId: string;
  /** Unique: 24 hex digits, the first eight the second of `timestamp`. */
  @ApiProperty({ pattern: '^[0-9a-f]{24}$' })
  _id: string;
  /** Always 0. */
  @ApiProperty({ type: 'integer' })
  __v: number;
}

/** Which responses. */
export class ResponseFilters {
  /** Inclusive. */
  @IsInstant()
  from: string;

  /** Exclusive; after `from`. */
  @IsInstant()
  @IsAfter('from')
  to: string;

  /** Any of these; absent, null or empty: all. */
  @IsOptional()
  @IsArray()
  @Text(0, Infinity, { each: true })
  channel?: string[] | null;
}

/** In which order. */
export class ResponseSort {
  /** Ours: nothing but `timestamp`. */
  @IsOptional()
  @OneOf(['timestamp'])
  by?: 'timestamp' | null;

  /** Ours: `desc` when absent; responses of the same instant are in that order of their `_id`. */
  @IsOptional()
  @OneOf(['asc', 'desc'])
  order?: 'asc' | 'desc' | null;
}

/** Which responses, in which order, and how many. */
export class FindResponses {
  @Nested(() => ResponseFilters)
  filters: ResponseFilters;

  @IsOptional()
  @Nested(() => ResponseSort)
  sort?: ResponseSort | null;

  /** Ours: 50 when absent. */
  @IsOptional()
  @Integer()
  @Between(1, 100)
  limit?: number | null;

  /** Ours: 0 when absent. */
  @IsOptional()
  @Integer()
  @Between(0, 100_000)
  skip?: number | null;
}

/** One saved response. */
@KeepsLimitsOf(SaveFeedback)
export class SurveyResponseDto {
  /** The `_id` that it was saved under. */
  @ApiProperty({ pattern: '^[0-9a-f]{24}$' })
  _id: string;
  surveyName: string;
  /** Of a THUMB `Like/Dislike`. */
  surveyType: 'Like/Dislike' | 'NPS' | 'CSAT';
  /** Ours: the bot's. */
  userId: string;
  channelUId: string;
  /** Ours: null, saveFeedback knows no session. */
  sessionId: string | null;
  channel: string;
  language: string;
  @ApiProperty({ type: 'integer' })
  score: number;
  /** Ours: null, unless it was collected elsewhere and came home in a batch: saveFeedback takes no comments. */
  comments: string | null;
  timestamp: Date;
}

/** The responses that fit. */
export class FoundResponsesDto {
  /** Whether there are more behind these. */
  moreAvailable: boolean;
  /** Of all that match, whatever `limit` and `skip` are. */
  @ApiProperty({ type: 'integer' })
  totalCount: number;
  result: SurveyResponseDto[];
}
