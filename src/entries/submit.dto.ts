import { charactersIn } from '#libs/text';
import {
  Bounded,
  IsInstant,
  IsPlainObject,
  MaxItems,
  Must,
  Nested,
  OneOf,
  Strict,
  Text,
  Visible,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { isBlank } from '../feedback/comment.js';
import { maxRespondentLength } from '../feedback/respondent.js';
import { type Scale, scales, scoreRangeOf } from '../feedback/scale.js';

/** Characters of a comment, of the details of a reason and of a prompt. */
const maxWords = 10_000;
const maxOptions = 50;
const maxReasons = 50;

/** The rules below depend on the scale. */
const scaleOf = (dto: object): Scale => (dto as { scale: Scale }).scale;

/** What the scale asks of the score. An unknown scale has a fault of its own. */
export function FittingScore(): PropertyDecorator {
  const wanted = (_: unknown, dto: object): string => {
    const range = scoreRangeOf(scaleOf(dto));
    return range ? `be an integer from ${range.low} to ${range.high}` : `be absent on the scale ${scaleOf(dto)}`;
  };
  const holds = (value: unknown, dto: object): boolean => {
    if (!scales.includes(scaleOf(dto))) return true;
    const range = scoreRangeOf(scaleOf(dto));
    if (!range) return value == null;
    return Number.isInteger(value) && (value as number) >= range.low && (value as number) <= range.high;
  };
  return Must(wanted, holds, { type: 'integer', nullable: true, minimum: 0, maximum: 10 });
}

const isOption = (option: unknown): boolean =>
  typeof option === 'string' && option !== '' && charactersIn(option) <= 255;

/** What the scale asks of the options: a `choice` has some, nothing else has any. */
function FittingOptions(): PropertyDecorator {
  const wanted = (_: unknown, dto: object): string =>
    scaleOf(dto) === 'choice'
      ? `be 1 to ${maxOptions} texts of 1 to 255 characters, each once`
      : 'be absent unless the scale is choice';
  const holds = (value: unknown, dto: object): boolean => {
    if (scaleOf(dto) !== 'choice') return value == null;
    if (!Array.isArray(value) || value.length === 0 || value.length > maxOptions) return false;
    return value.every(isOption) && new Set(value).size === value.length;
  };
  const items = { type: 'string', minLength: 1, maxLength: 255 };
  return Must(wanted, holds, { type: 'array', nullable: true, items, maxItems: maxOptions, uniqueItems: true });
}

/** What the scale asks of the comment: a `text` is one. */
function FittingComment(): PropertyDecorator {
  return Must(
    (_, dto) => `be ${scaleOf(dto) === 'text' ? '1 to' : 'at most'} ${maxWords} characters long`,
    (value, dto) => {
      if (value == null) return scaleOf(dto) !== 'text';
      return (
        typeof value === 'string' && charactersIn(value) <= maxWords && !(isBlank(value) && scaleOf(dto) === 'text')
      );
    },
    { type: 'string', nullable: true, maxLength: maxWords },
  );
}

/** Why, in one label and possibly some words. */
export class SubmittedReason {
  /** The reason in a word, as it stood on the button. */
  @Text(1, 255)
  label: string;

  /** The same in the respondent's words. */
  @IsOptional()
  @Text(0, maxWords)
  details?: string | null;
}

/** What somebody said, for whoever has no vendor's client. */
@Strict()
export class SubmitFeedback {
  /**
   * Names the entry among those that are submitted here, such as a random UUID of the page's. Sent again with the same
   * content, nothing changes; other content replaces the entry as a whole.
   */
  @IsOptional()
  @Text(1, 255)
  externalId?: string | null;

  /** What was asked, in the caller's own word. */
  @Text(1, 255)
  instrument: string;

  /** What the score means. */
  @OneOf(scales)
  scale: Scale;

  /** As the scale has it: `thumb` 0–1, `csat` and `rating` 1–5, `nps` 0–10, `ces` 1–7, `rating3` and the like from 1 to that number; `choice` and `text` have none. */
  @FittingScore()
  score?: number | null;

  /** Of a `choice`, and required there: what was chosen, 1 to 50 texts, each once. */
  @FittingOptions()
  options?: string[] | null;

  /** Whether the matter was settled. */
  @IsOptional()
  @IsBoolean()
  resolved?: boolean | null;

  /** The respondent's own words. Required of a `text`. */
  @FittingComment()
  comment?: string | null;

  /** Why. */
  @IsOptional()
  @Nested(() => SubmittedReason, { each: true })
  @MaxItems(maxReasons, `have at most ${maxReasons} items`)
  reasons?: SubmittedReason[] | null;

  /** What the respondent was shown. */
  @IsOptional()
  @Text(0, maxWords)
  prompt?: string | null;

  /** Anything else that belongs to it, up to 64 KiB. */
  @IsOptional()
  @IsPlainObject()
  @Bounded()
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true })
  properties?: object | null;

  /** Who said it: 1 to 255 characters, none of them invisible. */
  @IsOptional()
  @Visible(maxRespondentLength)
  respondent?: string | null;

  /** The conversation that it is about. */
  @IsOptional()
  @Text(1, 255)
  conversation?: string | null;

  /** The message that it is about. */
  @IsOptional()
  @Text(1, 255)
  message?: string | null;

  /** Where it was said, in the caller's own word. */
  @IsOptional()
  @Text(1, 255)
  channel?: string | null;

  /** The language that it was said in. */
  @IsOptional()
  @Text(1, 35)
  language?: string | null;

  /** The bot that it is about. */
  @IsOptional()
  @Text(1, 255)
  bot?: string | null;

  /** The release of the bot, model or prompt that was talked to. */
  @IsOptional()
  @Text(1, 255)
  version?: string | null;

  /** When it was said; default: now. */
  @IsOptional()
  @IsInstant()
  occurredAt?: string | null;
}
