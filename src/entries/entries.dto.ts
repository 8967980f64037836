import {
  AnyOf,
  Between,
  enumeration,
  IfSent,
  IsInstantOrDay,
  IsTimeZone,
  OneOf,
  PageQuery,
  QueryInteger,
  Strict,
  Text,
} from '#libs/validation';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { type BandSet, bandNames, bandSetNames } from '../feedback/bands.js';
import { type Source, sources, type State, states } from '../feedback/feedback-entry.entity.js';
import { type Scale, scales } from '../feedback/scale.js';
import { EntryDto } from './entry.dto.js';

const trueOrFalse = enumeration('TrueOrFalse', ['true', 'false']);

/** Which entries: those that fit every filter. A filter given several times means any of. An empty `channel`, `language`, `bot` or `version` means entries without one. */
export class FeedbackFilters {
  /** The door that it came through. */
  @IsOptional()
  @AnyOf(sources)
  source?: Source[];

  /** What was asked: a survey's name, a question's id, `message` or `conversation`. */
  @IsOptional()
  @AnyOf()
  instrument?: string[];

  /** What the score means. */
  @IsOptional()
  @AnyOf(scales)
  scale?: Scale[];

  /** The lowest score; entries without a score do not fit. */
  @IsOptional()
  @QueryInteger()
  @Between(0, 10)
  scoreMin?: number;

  /** The highest score; entries without a score do not fit. */
  @IsOptional()
  @QueryInteger()
  @Between(0, 10)
  scoreMax?: number;

  /** Who said it. */
  @IsOptional()
  @AnyOf()
  respondent?: string[];

  /** The conversation that it is about. */
  @IsOptional()
  @AnyOf()
  conversation?: string[];

  /** Where it was said; empty: entries without one. */
  @IsOptional()
  @AnyOf()
  channel?: string[];

  /** In any of its spellings: `zh_cn` is `zh-CN`; empty: entries without one. */
  @IsOptional()
  @AnyOf()
  language?: string[];

  /** The bot that the survey was about; empty: entries without one. */
  @IsOptional()
  @AnyOf()
  bot?: string[];

  /** The release of the bot, model or prompt that was talked to; empty: entries without one. */
  @IsOptional()
  @AnyOf()
  version?: string[];

  /** Whether the conversation settled the matter; entries that do not say so do not fit. */
  @IsOptional()
  @OneOf(trueOrFalse)
  resolved?: 'true' | 'false';

  /** `true`: only entries with words of the respondent; `false`: only those without. */
  @IsOptional()
  @OneOf(trueOrFalse)
  hasComment?: 'true' | 'false';

  /**
   * A band of scores, on each scale where that has it: `promoter`, `passive`, `detractor`, `satisfied`, `neutral`,
   * `dissatisfied`, `positive`, `negative`; and `resolved`, `unresolved`.
   */
  @IsOptional()
  @AnyOf(bandNames)
  band?: string[];

  /** Where bands end; `kore` counts a 6 on the scale nps as passive. */
  @IsOptional()
  @OneOf(bandSetNames)
  bands?: BandSet;

  /** The label of one of its reasons; empty: entries without a reason. */
  @IsOptional()
  @AnyOf()
  reason?: string[];

  /**
   * Every word of this is a part of the comment or of the details of a reason, whatever its case. Of long texts the first 65,536
   * characters are searched.
   */
  @IsOptional()
  @Text(1, 255)
  q?: string;

  /** How far a team is with it; \`new\`: nobody has marked it yet. */
  @IsOptional()
  @AnyOf(states)
  state?: State[];

  /** The earliest `countedAt`; of a day, its beginning in `tz`. */
  @IsOptional()
  @IsInstantOrDay()
  from?: string;

  /** `countedAt` is before this; of a day, before its beginning in `tz`. */
  @IsOptional()
  @IsInstantOrDay()
  to?: string;

  /** The time zone in which days begin. */
  @IsOptional()
  @IsTimeZone()
  tz: string = 'UTC';
}

@Strict()
export class FeedbackQuery extends IntersectionType(FeedbackFilters, PageQuery) {}

@Strict()
export class ExportQuery extends FeedbackFilters {
  /** `csv` (RFC 4180, default) or `ndjson` (an entry a line). */
  @IsOptional()
  @OneOf(['csv', 'ndjson'])
  format: 'csv' | 'ndjson' = 'csv';
}

@Strict()
export class RespondentQuery extends PageQuery {}

/** What a team notes of an entry: what is absent stays as it is. */
@Strict()
export class ReviewFeedback {
  /** How far the team is with it. */
  @IfSent()
  @OneOf(states)
  state?: State;

  /** For the team; null takes it away. */
  @IsOptional()
  @Text(1, 2_000)
  note?: string | null;
}

/** A page of entries, newest first. */
export class FeedbackPage {
  /** By `countedAt`, newest first. */
  data: EntryDto[];
  /** null on the last page. */
  nextCursor: string | null;
}

/** What is known of a respondent besides what was said. */
export class ProfileDto {
  mobileNo: string | null;
  email: string | null;
  name: string | null;
  languageCode: string | null;
  /** Flat: text, numbers, booleans and null. */
  customData: object | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Everything that one person said, newest first. */
export class RespondentDto extends FeedbackPage {
  /** In Unicode's form NFC. */
  respondent: string;
  /** null where nobody was registered under that id. */
  profile: ProfileDto | null;
}

/** The receipt of an erasure. */
export class ErasureDto {
  /** How many records were erased: the profile, conversations, messages and entries. */
  @ApiProperty({ type: 'integer' })
  erased: number;
}
