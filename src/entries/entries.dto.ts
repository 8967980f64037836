import { IsInstant, PageQuery, QueryInteger, Strict } from '#libs/validation';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Max, Min } from 'class-validator';
import type { Scale, Source } from '../feedback/feedback-entry.entity.js';
import { EntryDto } from './entry.dto.js';

/** A filter that may be given several times and then means any of. */
const AnyOf = (values?: string[]): PropertyDecorator =>
  ApiProperty({ required: false, type: 'array', items: { type: 'string', ...(values && { enum: values }) } });

/** Which entries: those that fit every filter. A filter given several times means any of. An empty `channel`, `language` or `bot` means entries without one. */
export class FeedbackFilters {
  /** The door that it came through. */
  @IsOptional()
  @AnyOf(['message', 'survey', 'conversation', 'question'])
  @IsIn(['message', 'survey', 'conversation', 'question'], {
    each: true,
    message: '$property must be message, survey, conversation or question',
  })
  source?: Source[];

  /** What was asked: a survey's name, a question's id, `message` or `conversation`. */
  @IsOptional()
  @AnyOf()
  @IsString({ each: true })
  instrument?: string[];

  /** What the score means. */
  @IsOptional()
  @AnyOf(['thumb', 'csat', 'nps', 'rating', 'choice', 'text'])
  @IsIn(['thumb', 'csat', 'nps', 'rating', 'choice', 'text'], {
    each: true,
    message: '$property must be thumb, csat, nps, rating, choice or text',
  })
  scale?: Scale[];

  /** The lowest score; entries without a score do not fit. */
  @IsOptional()
  @QueryInteger()
  @Min(0, { message: '$property must be from 0 to 10' })
  @Max(10, { message: '$property must be from 0 to 10' })
  scoreMin?: number;

  /** The highest score; entries without a score do not fit. */
  @IsOptional()
  @QueryInteger()
  @Min(0, { message: '$property must be from 0 to 10' })
  @Max(10, { message: '$property must be from 0 to 10' })
  scoreMax?: number;

  /** Who said it. */
  @IsOptional()
  @AnyOf()
  @IsString({ each: true })
  respondent?: string[];

  /** The conversation that it is about. */
  @IsOptional()
  @AnyOf()
  @IsString({ each: true })
  conversation?: string[];

  /** Where it was said; empty: entries without one. */
  @IsOptional()
  @AnyOf()
  @IsString({ each: true })
  channel?: string[];

  /** In any of its spellings: `zh_cn` is `zh-CN`; empty: entries without one. */
  @IsOptional()
  @AnyOf()
  @IsString({ each: true })
  language?: string[];

  /** The bot that the survey was about; empty: entries without one. */
  @IsOptional()
  @AnyOf()
  @IsString({ each: true })
  bot?: string[];

  /** Whether the conversation settled the matter; entries that do not say so do not fit. */
  @IsOptional()
  @IsIn(['true', 'false'], { message: '$property must be true or false' })
  resolved?: 'true' | 'false';

  /** `true`: only entries with words of the respondent; `false`: only those without. */
  @IsOptional()
  @IsIn(['true', 'false'], { message: '$property must be true or false' })
  hasComment?: 'true' | 'false';

  /** The earliest `occurredAt`. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** `occurredAt` is before this. */
  @IsOptional()
  @IsInstant()
  to?: string;
}

@Strict()
export class FeedbackQuery extends IntersectionType(FeedbackFilters, PageQuery) {}

@Strict()
export class ExportQuery extends FeedbackFilters {
  /** `csv` (RFC 4180, default) or `ndjson` (an entry a line). */
  @IsOptional()
  @IsIn(['csv', 'ndjson'], { message: '$property must be csv or ndjson' })
  format: 'csv' | 'ndjson' = 'csv';
}

@Strict()
export class RespondentQuery extends PageQuery {}

/** A page of entries, newest first. */
export class FeedbackPage {
  /** By `occurredAt`, newest first. */
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
