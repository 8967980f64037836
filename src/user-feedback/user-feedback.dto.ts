import { IsPlainObject, MaxLength, Nested } from '#libs/validation';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, ValidateBy } from 'class-validator';
import { respondentNamed } from '../feedback/respondent.js';

const maxAuthIdLength = 128;

/** The person whom an auth_id names; null if it can name nobody. */
export function personNamed(authId: string): string | null {
  return respondentNamed(authId, maxAuthIdLength);
}

/** Says the same sentence whatever is wrong with the value. */
function Must(what: string, validate: (value: unknown) => boolean, schema: ApiPropertyOptions): PropertyDecorator {
  const validator = { validate, defaultMessage: () => `$property must ${what}` };
  return applyDecorators(ValidateBy({ name: 'must', validator }), ApiProperty(schema));
}

const IsAuthId = (): PropertyDecorator =>
  Must(
    `be a string of 1 to ${maxAuthIdLength} characters, none of them invisible`,
    (value) => typeof value === 'string' && personNamed(value) !== null,
    { minLength: 1, maxLength: maxAuthIdLength },
  );

const IsIntegerFrom = (min: number, max: number): PropertyDecorator =>
  Must(
    `be an integer from ${min} to ${max}`,
    (value) => typeof value === 'number' && Number.isInteger(value) && min <= value && value <= max,
    { type: 'integer', minimum: min, maximum: max },
  );

const IsFlat = (): PropertyDecorator =>
  Must(
    'hold neither objects nor arrays',
    (value) => Object.values(value as object).every((member) => typeof member !== 'object' || member === null),
    { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] as unknown as 'string' } },
  );

/** A person. Ours: of one who is there already, members that are absent stay as they are; null clears. */
export class RegisterUser {
  /** The user's id in your own system. Ours: 1 to 128 characters, none of them invisible, compared in Unicode's form NFC. */
  @IsAuthId()
  auth_id: string;

  /** As it is written. */
  @IsOptional()
  @IsString()
  mobile_no?: string | null;

  @IsOptional()
  @IsString()
  email?: string | null;

  @IsOptional()
  @IsString()
  name?: string | null;

  /** The language of the user's feedback from now on. */
  @IsOptional()
  @IsString()
  language_code?: string | null;

  /** Flat: text, numbers, booleans and null. Ours: replaced as a whole. */
  @IsOptional()
  @IsPlainObject()
  @IsFlat()
  custom_data?: Record<string, string | number | boolean | null> | null;
}

/** The registered user, null where nothing is known. */
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
  @IsString()
  message_body: string;

  /** 0 to 999, stored as it is sent. */
  @IsIntegerFrom(0, 999)
  message_type: number;

  /** The channel or queue. */
  @IsIntegerFrom(1, Number.MAX_SAFE_INTEGER)
  business_id: number;
}

/** The message as it was logged. */
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
  @IsBoolean({ message: '$property must be true or false' })
  query_resolved: boolean;

  /** 1 to 5. Ours: an integer. */
  @IsIntegerFrom(1, 5)
  query_rating: number;

  /** The user's own words. Ours: at most 10,000 characters; null or empty: none. */
  @IsOptional()
  @IsString()
  @MaxLength(10_000, { message: '$property must be at most 10000 characters long' })
  feedback?: string | null;
}

/** The feedback is stored. */
export class FeedbackLoggedDto {
  success: true;
}
