import { AnyOf, IfSent, IsInstant, PageQuery, Repeatable, Strict, Text, Values, Visible } from '#libs/validation';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsOptional } from 'class-validator';
import { numberNamed, type Status, statuses, statusNamed } from '../departments/department.entity.js';
import { maxRespondentLength } from '../feedback/respondent.js';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { type QuestionOption, QuestionConfig } from './question.config.dto.js';
import { type NativeType, nativeTypes, typeNamed, typeNames } from './question.config.js';
import { channelNamed, channelNames, type NativeChannel, nativeChannels, type Question } from './question.entity.js';
import { AreChannels, AreDepartments, IsConfig, IsQuestionText, IsStatus, IsType, schemas } from './question.rules.js';
import { DepartmentName, QuestionDetails } from './questions.dto.js';
import type { Criteria } from './questions.query.js';

/** A new question. What is absent: `active`, no details, no departments, no channels. */
@Strict()
export class CreateQuestion extends QuestionDetails {
  /** 1 to 4000 characters, not all of them blank. */
  @IsQuestionText()
  question: string;

  /** `Rating`, `Text`, `Radio` or `Checkbox`. */
  @IsType()
  type: string;
}

/** A change of a question: what is absent stays as it is; null clears. */
@Strict()
export class ChangeQuestion {
  /** 1 to 4000 characters, not all of them blank. */
  @IfSent()
  @IsQuestionText()
  question?: string;

  /** `Rating`, `Text`, `Radio` or `Checkbox`. */
  @IfSent()
  @IsType()
  type?: string;

  /** `active` or `disabled`: then it takes answers for a day more. */
  @IfSent()
  @IsStatus()
  status?: string;

  /** The details, by type, as a whole. An array is taken as its `values`. Unknown members are kept. */
  @IsOptional()
  @IsConfig()
  @ApiPropertyOptional({ oneOf: [...schemas.config.oneOf, { type: 'null' }] })
  config?: QuestionConfig | QuestionOption[] | null;

  /** Where it is asked: ids, or objects with `id`. Repeats are dropped. */
  @IsOptional()
  @AreDepartments()
  @ApiPropertyOptional({ ...schemas.departments, nullable: true })
  departments?: (number | { id: number })[] | null;

  /** `chat`, `SMS`, `email`: one, or an array. Repeats are dropped. */
  @IsOptional()
  @AreChannels()
  @ApiPropertyOptional({ oneOf: [...schemas.channels.oneOf, { type: 'null' }] })
  channels?: string | string[] | null;
}

/** Each filter may be repeated: any of its values will do. */
@Strict()
export class QuestionsQuery extends PageQuery {
  /** Asked in the department of this id. */
  @IsOptional()
  @Repeatable('the id of a department', (text) => numberNamed(text) !== undefined)
  department?: string | string[];

  /** Asked in `Chat`, `SMS` or `Email`. */
  @IsOptional()
  @Repeatable('Chat, SMS or Email', (text) => channelNamed(text) !== undefined)
  channel?: string | string[];

  /** `active` or `disabled`. */
  @IsOptional()
  @Repeatable('active or disabled', (text) => statusNamed(text) !== undefined)
  status?: string | string[];

  /** `Rating`, `Text`, `Radio` or `Checkbox`. */
  @IsOptional()
  @Repeatable('Rating, Text, Radio or Checkbox', (text) => typeNamed(text) !== undefined)
  type?: string | string[];

  /** A part of the question, whatever its case. */
  @IsOptional()
  @AnyOf()
  search?: string | string[];
}

/** A question, whichever API it was made with. */
@KeepsLimitsOf(CreateQuestion, 'question')
export class QuestionDto {
  /** Names the question from now on; an answer's `instrument` is this number as text. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  id: number;
  /** What people are asked. */
  question: string;
  @Values(nativeTypes)
  type: NativeType;
  /** As it was sent. */
  config: QuestionConfig;
  /** The departments that ask it. */
  departments: DepartmentName[];
  /** Where it may be asked; none: anywhere. */
  @Values(nativeChannels, { each: true })
  channels: NativeChannel[];
  dateCreated: Date;
  @Values(statuses)
  status: Status;
}

/** A page of questions. */
export class QuestionPage {
  /** Newest first. */
  data: QuestionDto[];
  /** The `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

/** What one respondent says to one question. */
@Strict()
export class NewAnswer {
  /**
   * Rating and Radio: one of the question's values, as a string or a number. Checkbox: an array of them without repeats.
   * Text: a string of at most `limit` characters.
   */
  @Allow()
  @ApiPropertyOptional(schemas.value)
  value?: unknown;

  /** Who answers: 1 to 255 characters, none of them invisible. */
  @IsOptional()
  @Visible(maxRespondentLength)
  respondent?: string | null;

  /** The conversation that the question was asked in. */
  @IsOptional()
  @Text(1, 255)
  conversation?: string | null;

  /** Where it was asked, in the caller's own word. */
  @IsOptional()
  @Text(1, 255)
  channel?: string | null;

  /** The language that it was asked in. */
  @IsOptional()
  @Text(1, 255)
  language?: string | null;

  /** What the respondent says besides. Not for a Text, whose value is the comment. */
  @IsOptional()
  @Text()
  comment?: string | null;

  /** When it was said; default: now. */
  @IsOptional()
  @IsInstant()
  occurredAt?: string | null;
}

export function toQuestionDto(question: Question): QuestionDto {
  return {
    id: question.id,
    question: question.question,
    type: typeNames[question.type],
    config: question.config,
    departments: question.departments,
    channels: question.channels.map((channel) => channelNames[channel]),
    dateCreated: question.createdAt,
    status: question.status,
  };
}

/** What a query's filters want. */
export function criteriaOf({ department, channel, status, type, search }: QuestionsQuery): Criteria {
  return {
    search: listOf(search, (text) => text),
    departments: listOf(department, (text) => Number(text)),
    channels: listOf(channel, (text) => channelNamed(text)!),
    status: listOf(status, (text) => statusNamed(text)!),
    type: listOf(type, (text) => typeNamed(text)!),
  };
}

function listOf<T>(value: string | string[] | undefined, read: (text: string) => T): T[] | undefined {
  return value === undefined ? undefined : [value].flat().map(read);
}
