import { isJsonNumber } from '#libs/json-body';
import { Bounded, IsPlainObject, Must, Nested, Text, Visible } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { respondentNamed } from '../feedback/respondent.js';
import { KeepsLimitsOf } from '../openapi/limits.js';

const maxAuthIdLength = 128;
/** Characters of a comment. */
export const maxWords = 10_000;

/** The person whom an auth_id names; null if it can name nobody. */
export function personNamed(authId: string): string | null {
  return respondentNamed(authId, maxAuthIdLength);
}

export const IsAuthId = (): PropertyDecorator => Visible(maxAuthIdLength);

const IsIntegerFrom = (min: number, max: number): PropertyDecorator =>
  Must(
    `be an integer from ${min} to ${max}`,
    (value) => typeof value === 'number' && Number.isInteger(value) && min <= value && value <= max,
    { type: 'integer', minimum: min, maximum: max },
  );

export const IsResolved = (): PropertyDecorator => Must('be true or false', (value) => typeof value === 'boolean');

const IsFlat = (): PropertyDecorator =>
  Must(
    'hold neither objects nor arrays',
    (value) =>
      Object.values(value as object).every((one) => typeof one !== 'object' || one === null || isJsonNumber(one)),
    { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] as unknown as 'string' } },
  );

/** A person. Ours: of one who is there already, members that are absent stay as they are; null clears. */
export class RegisterUser {
  /** The user's id in your own system. Ours: 1 to 128 characters, none of them invisible, compared in Unicode's form NFC. */
  @IsAuthId()
  auth_id: string;

  /** As it is written. */
  @IsOptional()
  @Text()
  mobile_no?: string | null;

  @IsOptional()
  @Text()
  email?: string | null;

  @IsOptional()
  @Text()
  name?: string | null;

  /** The language of the user's feedback from now on. */
  @IsOptional()
  @Text()
  language_code?: string | null;

  /** Flat: text, numbers, booleans and null. Ours: replaced as a whole. */
  @IsOptional()
  @IsPlainObject()
  @IsFlat()
  @Bounded()
  custom_data?: Record<string, string | number | boolean | null> | null;
}

/** The registered user, null where nothing is known. */
@KeepsLimitsOf(RegisterUser)
export class UserDto {
  auth_id: string;
  mobile_no: string | null;
  email: string | null;
  name: string | null;
}

/** Who said it. */
export class MessageUser {
  /** The id of a registered user. */
  @IsAuthId()
  auth_id: string;
}

/** What somebody said to a business. */
export class LogMessage {
  @Nested(() => MessageUser)
  user: MessageUser;

  /** The words. */
  @Text()
  message_body: string;

  /** 0 to 999, stored as it is sent. */
  @IsIntegerFrom(0, 999)
  message_type: number;

  /** The channel or queue. */
  @IsIntegerFrom(1, Number.MAX_SAFE_INTEGER)
  business_id: number;
}

/** The message as it was logged. */
@KeepsLimitsOf(LogMessage)
export class LoggedMessageDto {
  /** Unique in the workspace, below 2^53. */
  @ApiProperty({ type: 'integer' })
  message_id: number;
  message_body: string;
  created_at: Date;
  @ApiProperty({ type: 'integer' })
  message_type: number;
}

/** The rating of a conversation that goes on. */
export class LogFeedback {
  /** The id of a registered user. */
  @IsAuthId()
  auth_id: string;

  /** The channel or queue of the conversation that is rated. */
  @IsIntegerFrom(1, Number.MAX_SAFE_INTEGER)
  business_id: number;

  /** Whether the user got what they came for. */
  @IsResolved()
  query_resolved: boolean;

  /** 1 to 5. Ours: an integer. */
  @IsIntegerFrom(1, 5)
  query_rating: number;

  /** The user's own words. Ours: at most 10,000 characters; null or empty: none. */
  @IsOptional()
  @Text(0, maxWords)
  feedback?: string | null;
}

/** The feedback is stored. */
export class FeedbackLoggedDto {
  success: true;
}
