import { isJsonNumber } from '#libs/json-body';
import { visibleInWords } from '#libs/text';
import {
  Bounded,
  enumeration,
  IfSent,
  IsInstant,
  IsPlainObject,
  Must,
  Nested,
  OneOf,
  Open,
  Text,
  Values,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { Reason } from '../feedback/feedback-entry.entity.js';
import { maxRespondentLength, respondentNamed } from '../feedback/respondent.js';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { nameInWords, type UserName } from './user-name.js';

const feedbackTypes = enumeration('MessageFeedbackType', ['positive', 'negative']);
type FeedbackType = (typeof feedbackTypes)[number];

const isName = (value: unknown): value is UserName => typeof value === 'string' || isJsonNumber(value);

/** Clients name their users by text or by number; an empty text is no name. */
const IsName = (): PropertyDecorator =>
  Must(
    (value) => (isName(value) ? `have ${visibleInWords(maxRespondentLength)}` : 'be a string, a number or null'),
    (value) => value === '' || (isName(value) && respondentNamed(nameInWords(value)) !== null),
    { oneOf: [{ type: 'string', maxLength: maxRespondentLength }, { type: 'number' }, { type: 'null' }] },
  );

/** Why, in one label and possibly some words. */
export class MessageFeedbackReason {
  /** The reason in a word, as it stood on the button. */
  @Text(1)
  label: string;

  /** The same in the respondent's words. Ours: answered as `""` where it was not sent. */
  @IsOptional()
  @Text()
  details?: string | null;
}

/** One thing that the message was based on. */
export class MessageFeedbackSource {
  /** Whether it was good, bad, or is missing. */
  @IsOptional()
  @OneOf(['positive', 'negative', 'new', null])
  type?: 'positive' | 'negative' | 'new' | null;

  /** What it is called. */
  @IsOptional()
  @Text()
  title?: string | null;

  /** Where it is. */
  @IsOptional()
  @Text()
  url?: string | null;
}

/** Who gave the feedback. Any further members are kept as well. */
@Open()
export class MessageFeedbackUser {
  /** Names the respondent, if `userId` does not. */
  @IsOptional()
  @IsName()
  id?: UserName | null;

  /** Names the respondent, before `id`. */
  @IsOptional()
  @IsName()
  userId?: UserName | null;

  /** Clients send COOKIED, ID_PROVIDED or ANONYMOUS. */
  @IsOptional()
  @Text()
  identificationType?: string | null;

  /** The agent of the support, if it was one. */
  @IsOptional()
  @Text()
  supportAgentName?: string | null;

  /** The same agent's e-mail address. */
  @IsOptional()
  @Text()
  supportAgentEmail?: string | null;

  /** In the caller's own words. */
  @IsOptional()
  @Text()
  userType?: string | null;
}

/** Feedback on one message of an assistant. */
export class SubmitMessageFeedback {
  /** Names the feedback: sent again, it updates the one that has it already. Made by the server when absent. */
  @IfSent()
  @Text(1, 255)
  id?: string;

  /** Thumb up or thumb down. */
  @OneOf(feedbackTypes)
  type: FeedbackType;

  /** The message that the feedback is about. */
  @Text(1, 255)
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
  @Bounded()
  reasons?: MessageFeedbackReason[] | null;

  /** The respondent's own words. */
  @IsOptional()
  @Text()
  details?: string | null;

  /** Anything, up to 64 KiB; read back as it was sent. */
  @IsOptional()
  @IsPlainObject()
  @Bounded()
  properties?: Record<string, unknown> | null;

  /** Who gave it. */
  @IsOptional()
  @Nested(() => MessageFeedbackUser)
  @Bounded()
  userProperties?: MessageFeedbackUser | null;

  /** What the message was based on. */
  @IsOptional()
  @Nested(() => MessageFeedbackSource, { each: true })
  @Bounded()
  sources?: MessageFeedbackSource[] | null;
}

/** A reason as it is stored. */
@KeepsLimitsOf(MessageFeedbackReason)
export class StoredMessageFeedbackReasonDto {
  label: string;
  details: string;
}

/** The stored record. Every member is present, null where there is nothing. */
@KeepsLimitsOf(SubmitMessageFeedback)
export class StoredMessageFeedbackDto {
  /** Unique in the workspace. */
  id: string;
  @Values(feedbackTypes)
  type: FeedbackType;
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
