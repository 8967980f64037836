import { isJsonNumber } from '#libs/json-body';
import { AtLeast, IfSent, Must, QueryInteger, Values } from '#libs/validation';
import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { type Status, statuses } from '../departments/department.entity.js';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { type QuestionOption, QuestionConfig } from './question.config.dto.js';
import { type QuestionType, questionTypes } from './question.config.js';
import { type Channel, channels, type Question } from './question.entity.js';
import { AreChannels, AreDepartments, IsConfig, IsQuestionText, IsStatus, IsType, schemas } from './question.rules.js';
import type { QuestionMember } from './questions.query.js';

/** A new question: names in either of the vendor's spellings, in whatever case. */
export class AddAcquireQuestion {
  /** 1 to 4000 characters, not all of them blank. */
  @IsQuestionText()
  question: string;

  /** `active` or `disabled`: then it takes answers for a day more. */
  @IsStatus()
  status: string;

  /** `rating`, `text`, `multiple_radio` (`Radio`) or `multiple_checkbox` (`Checkbox`). */
  @IsType()
  type: string;

  /** The details, by type. An array is taken as its `values`. Unknown members are kept. */
  @IsConfig()
  @ApiProperty(schemas.config)
  config: QuestionConfig | QuestionOption[];

  /** Where it is asked: ids, or objects with `id`. Repeats are dropped. */
  @AreDepartments()
  @ApiProperty(schemas.departments)
  departments: (number | { id: number })[];

  /** `chat`, `SMS`, `email`: one, or an array. Repeats are dropped. */
  @AreChannels()
  @ApiProperty(schemas.channels)
  channels: string | string[];
}

/** The members that only a new question of the vendor's API must have. */
export class QuestionDetails extends PartialType(
  PickType(AddAcquireQuestion, ['status', 'config', 'departments', 'channels']),
  { skipNullProperties: false },
) {}

/** A change of a question: what is absent stays as it is. */
export class UpdateAcquireQuestion extends QuestionDetails {
  /** If sent, the id in the path: as a number or as text. */
  @IfSent()
  @Must('be the id of the question', (value) => isJsonNumber(value) || typeof value === 'string')
  @ApiPropertyOptional(schemas.id)
  id?: number | string;

  /** 1 to 4000 characters, not all of them blank. */
  @IsQuestionText()
  question: string;

  /** `rating`, `text`, `multiple_radio` (`Radio`) or `multiple_checkbox` (`Checkbox`). */
  @IfSent()
  @IsType()
  type?: string;
}

/** Which question. */
export class QuestionToDelete {
  /** The question's number. */
  @QueryInteger()
  @AtLeast(1)
  id: number;
}

/** A question in the vendor's words. */
@KeepsLimitsOf(AddAcquireQuestion, 'question')
export class AcquireQuestionDto {
  /** Names the question from now on. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  id: number;
  /** What people are asked. */
  question: string;
  @Values(questionTypes)
  type: QuestionType;
  /** As it was sent. */
  config: QuestionConfig;
  /** The numbers of the departments that ask it. */
  @ApiProperty({ type: 'array', items: { type: 'integer' } })
  departments: number[];
  /** Where it may be asked; none: anywhere. */
  @Values(channels, { each: true })
  channels: Channel[];
  dateCreated: Date;
  @Values(statuses)
  status: Status;
}

/** A question; with `select`, only the members that it names. */
export class SelectedAcquireQuestionDto extends PartialType(AcquireQuestionDto) {}

/** The question, wrapped as the vendor does. */
export class SelectedAcquireQuestionAnswer {
  data: SelectedAcquireQuestionDto;
}

/** The question as it is stored, wrapped as the vendor does. */
export class AcquireQuestionAnswer {
  data: AcquireQuestionDto;
}

/** A department by number and name. */
export class DepartmentName {
  @ApiProperty({ type: 'integer' })
  id: number;
  name: string;
}

/** The departments of the workspace beside its questions. */
export class AcquireDepartmentNames {
  /** Every department of the workspace. */
  list: DepartmentName[];
  /** The vendor's word, a string. */
  success: 'true';
}

/** The questions that fit. */
export class AcquireQuestionList {
  /** How many questions there are. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  count: number;
  departmentList: AcquireDepartmentNames;
  data: SelectedAcquireQuestionDto[];
}

/** The questions that fit, wrapped as the vendor does. */
export class AcquireQuestionsAnswer {
  data: AcquireQuestionList;
}

/** How many questions were deleted. */
export class DeletedQuestions {
  /** Always 1. */
  @ApiProperty({ type: 'integer' })
  deleted: number;
}

/** The question is deleted. */
export class AcquireQuestionDeleted {
  data: DeletedQuestions;
}

/** The question in the dialect; with `select`, only the members that it names. */
export function toAcquireQuestionDto(question: Question, select?: QuestionMember[]): AcquireQuestionDto {
  const dto: AcquireQuestionDto = {
    id: question.id,
    question: question.question,
    type: question.type,
    config: question.config,
    departments: question.departments.map(({ id }) => id),
    channels: question.channels,
    dateCreated: question.createdAt,
    status: question.status,
  };
  if (!select) return dto;
  const selected = Object.entries(dto).filter(([name]) => select.includes(name as QuestionMember));
  return Object.fromEntries(selected) as unknown as AcquireQuestionDto;
}
