import { MaxItems, Must, Nested, OneOf, Sparse, Strict, Text } from '#libs/validation';
import { IntersectionType, PickType } from '@nestjs/swagger';
import { IsArray, IsOptional } from 'class-validator';
import { numberNamed } from '../departments/department.entity.js';
import { type BatchLine, ImportedLine } from '../entries/batch.dto.js';
import { FittingScore } from '../entries/submit.dto.js';
import { isBlank } from '../feedback/comment.js';
import { ratingScales } from '../feedback/rating.js';
import type { Scale } from '../feedback/scale.js';
import type { NewEntry } from '../feedback/submission.js';
import { maxLabelLength, maxOptions, maxValueLength, type QuestionOption } from './question.config.dto.js';
import { isValue } from './question.config.js';
import { IsQuestionText } from './question.rules.js';
import { NewAnswer } from './questions.native.dto.js';

const value = `a number or a string of 1 to ${maxValueLength} characters`;

/** What an answer can be on. */
const answerScales: Scale[] = [...ratingScales, 'choice', 'text'];

class Choice implements QuestionOption {
  @Text(0, maxLabelLength)
  label: string;

  @Must(`be ${value}`, isValue)
  value: QuestionOption['value'];
}

/** What the scale and the choices ask of the options, whose texts tell them apart. */
function areChosen(options: unknown, { scale, choices }: AnswerLine): boolean {
  if (scale !== 'choice') return options == null;
  if (!Array.isArray(options) || options.length === 0 || options.length > maxOptions) return false;
  const texts = new Set(options.map(String));
  const offered = Array.isArray(choices)
    ? new Set(choices.map((choice: Partial<QuestionOption> | null) => String(choice?.value)))
    : texts;
  return options.every(isValue) && texts.size === options.length && [...texts].every((text) => offered.has(text));
}

/** An answer that was collected before. Its question may be gone, and may have had another number elsewhere. */
@Sparse()
@Strict()
export class AnswerLine
  extends IntersectionType(ImportedLine, PickType(NewAnswer, ['respondent', 'conversation', 'channel', 'language']))
  implements BatchLine
{
  /** The door's own entries have none; with one a line can be sent again. */
  @IsOptional()
  @Text(1, 255)
  externalId?: string | null;

  @Must('be the id of a question, as a string', (id) => typeof id === 'string' && numberNamed(id) !== undefined)
  instrument: string;

  @OneOf(answerScales)
  scale: Scale;

  @FittingScore()
  score?: number | null;

  @Must(
    (_, line) =>
      (line as AnswerLine).scale === 'choice'
        ? `be 1 to ${maxOptions} of the choices, each once`
        : 'be absent unless the scale is choice',
    (options, line) => areChosen(options, line as AnswerLine),
  )
  options?: QuestionOption['value'][] | null;

  @IsOptional()
  @IsArray()
  @MaxItems(maxOptions, `list at most ${maxOptions} choices`)
  @Nested(() => Choice, { each: true })
  choices?: Choice[] | null;

  @IsOptional()
  @IsQuestionText()
  prompt?: string | null;

  @Must(
    'be a string, and not blank if the scale is text',
    (words, line) =>
      (words == null || typeof words === 'string') &&
      ((line as AnswerLine).scale !== 'text' || !isBlank((words as string | null) ?? '')),
  )
  comment?: string | null;

  implied(): Partial<NewEntry> {
    return { choices: this.choices?.map(({ label, value }) => ({ label, value })) ?? null };
  }
}
