import { IsInstant, IsPlainObject, Length, Nested, Open } from '#libs/validation';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, ValidateBy, ValidateIf } from 'class-validator';
import type { Reason } from '../feedback/feedback-entry.entity.js';

/** Clients name their users by text or by number. */
const IsName = (): PropertyDecorator =>
  applyDecorators(
    ValidateBy({
      name: 'isName',
      validator: {
        validate: (value) => typeof value === 'string' || typeof value === 'number',
        defaultMessage: () => '$property must be a string, a number or null',
      },
    }),
    ApiProperty({ required: false, oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] }),
  );

/** Why, in one label and possibly some words. */
export class MessageFeedbackReason {
  /** The reason in a word, as it stood on the button. */
  @IsString()
  @Length(1, undefined, { message: '$property must not be empty' })
  label: string;

  /** The same in the respondent's words. Ours: answered as `""` where it was not sent. */
  @IsOptional()
  @IsString()
  details?: string | null;
}

/** One thing that the message was based on. */
export class MessageFeedbackSource {
  /** Whether it was good, bad, or is missing. */
  @IsOptional()
  @IsIn(['positive', 'negative', 'new'], { message: '$property must be positive, negative, new or null' })
  type?: 'positive' | 'negative' | 'new' | null;

  /** What it is called. */
  @IsOptional()
  @IsString()
  title?: string | null;

  /** Where it is. */
  @IsOptional()
  @IsString()
  url?: string | null;
}

/** Who gave the feedback. Any further members are kept as well. */
@Open()
export class MessageFeedbackUser {
  /** Names the respondent, if `userId` does not. */
  @IsOptional()
  @IsName()
  id?: string | number | null;

  /** Names the respondent, before `id`. */
  @IsOptional()
  @IsName()
  userId?: string | number | null;

  /** Clients send COOKIED, ID_PROVIDED or ANONYMOUS. */
  @IsOptional()
  @IsString()
  identificationType?: string | null;

  /** The agent of the support, if it was one. */
  @IsOptional()
  @IsString()
  supportAgentName?: string | null;

  /** The same agent's e-mail address. */
  @IsOptional()
  @IsString()
  supportAgentEmail?: string | null;

  /** In the caller's own words. */
  @IsOptional()
  @IsString()
  userType?: string | null;
}

/** Feedback on one message of an assistant. */
export class SubmitMessageFeedback {
  /** Names the feedback: sent again, it updates the one that has it already. Made by the server when absent. */
  @ValidateIf(({ id }: SubmitMessageFeedback) => id !== undefined)
  @IsString()
  @Length(1, 255, { message: '$property must be 1 to 255 characters long' })
  id?: string;

  /** Thumb up or thumb down. */
  @IsIn(['positive', 'negative'], { message: '$property must be positive or negative' })
  type: 'positive' | 'negative';

  /** The message that the feedback is about. */
  @IsString()
  @Length(1, 255, { message: '$property must be 1 to 255 characters long' })
  messageId: string;

  /** When it was given; default: now. Ours: any real instant is accepted, since browser clocks are wrong. */
  @IsOptional()
  @IsInstant()
  createdAt?: string | null;

  /** Validated and ignored: the server says when a record changed. */
  @IsOptional()
  @IsInstant()
  updatedAt?: string | null;

  /** Why. */
  @IsOptional()
  @Nested(() => MessageFeedbackReason, { each: true })
  reasons?: MessageFeedbackReason[] | null;

  /** The respondent's own words. */
  @IsOptional()
  @IsString()
  details?: string | null;

  /** Anything; read back as it was sent. */
  @IsOptional()
  @IsPlainObject()
  properties?: Record<string, unknown> | null;

  /** Who gave it. */
  @IsOptional()
  @Nested(() => MessageFeedbackUser)
  userProperties?: MessageFeedbackUser | null;

  /** What the message was based on. */
  @IsOptional()
  @Nested(() => MessageFeedbackSource, { each: true })
  sources?: MessageFeedbackSource[] | null;
}

/** A reason as it is stored. */
export class StoredMessageFeedbackReasonDto {
  label: string;
  details: string;
}

/** The stored record. Every member is present, null where there is nothing. */
export class StoredMessageFeedbackDto {
  /** Unique in the workspace. */
  id: string;
  type: 'positive' | 'negative';
  /** The message that it is about. */
  messageId: string;
  /** When it was given. */
  createdAt: Date;
  /** When the record was stored or last changed. */
  updatedAt: Date;
  @ApiProperty({ type: () => [StoredMessageFeedbackReasonDto], nullable: true })
  reasons: Reason[] | null;
  details: string | null;
  properties: object | null;
  @ApiProperty({ type: () => MessageFeedbackUser, nullable: true })
  userProperties: object | null;
  @ApiProperty({ type: () => [MessageFeedbackSource], nullable: true })
  sources: object[] | null;
}
