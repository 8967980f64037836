import type { ExactNumber } from '#libs/json-body';
import { Open } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';

/** Ours: an answer repeats the options that it chose from, so they have bounds. */
export const maxOptions = 200;
export const maxLabelLength = 1_000;
export const maxValueLength = 255;

/** One thing to choose. Further members are kept. */
@Open()
export class QuestionOption {
  /** What is shown. */
  @ApiProperty({ maxLength: maxLabelLength })
  label: string;

  /** What is answered; no two options may have the same, as text. Kept as a string or a number. */
  @ApiProperty({ oneOf: [{ type: 'string', minLength: 1, maxLength: maxValueLength }, { type: 'number' }] })
  value: string | number | ExactNumber;

  /** What is shown beside the label. */
  icon?: string | null;
}

/**
 * The details of a question: what its type knows is checked, everything else is kept as it was sent. Ours: a question of
 * choices must list them, no two with the same value; `limit` is at least 1.
 */
@Open()
export class QuestionConfig {
  /** What there is to choose from. A rating without them offers 1 to 5, of the `rating_type` thumb 0 and 1. */
  @ApiProperty({ maxItems: maxOptions })
  values?: QuestionOption[] | null;

  /** Of a rating: `star`, `number`, `thumb` or `image`. Of a choice: its type. */
  rating_type?: string | null;

  /** Whether an answer must say something. */
  required?: boolean | null;

  /** What the respondent is told of an answer that is none. */
  error_message?: string | null;

  /** The most characters of a text. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  limit?: number | null;

  /** Whether a text has several lines. */
  multiline?: boolean | null;

  [name: string]: unknown;
}
