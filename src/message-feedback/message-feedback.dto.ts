import { IsInstant, IsPlainObject, Nested, Nullable, Open, Optional } from '#libs/json-body';
import { IsIn, IsString, Length } from 'class-validator';
import type { Reason } from '../feedback/feedback-entry.entity.js';

export class MessageFeedbackReason {
  /** The reason in a word, as it stood on the button. */
  @IsString()
  @Length(1, undefined, { message: '$property must not be empty' })
  label: string;

  /** The same in the respondent's words. Ours: answered as `""` where it was not sent. */
  @Nullable()
  @IsString()
  details?: string | null;
}

export class MessageFeedbackSource {
  @Nullable()
  @IsIn(['positive', 'negative', 'new'], { message: '$property must be positive, negative, new or null' })
  type?: 'positive' | 'negative' | 'new' | null;

  @Nullable()
  @IsString()
  title?: string | null;

  @Nullable()
  @IsString()
  url?: string | null;
}

/** Who gave the feedback. Any further members are kept as well. */
@Open()
export class MessageFeedbackUser {
  @Nullable()
  @IsStringOrNumber()
  id?: string | number | null;

  /** Names the respondent, before `id`. */
  @Nullable()
  @IsStringOrNumber()
  userId?: string | number | null;

  /** Clients send COOKIED, ID_PROVIDED or ANONYMOUS. */
  @Nullable()
  @IsString()
  identificationType?: string | null;

  @Nullable()
  @IsString()
  supportAgentName?: string | null;

  @Nullable()
  @IsString()
  supportAgentEmail?: string | null;

  @Nullable()
  @IsString()
  userType?: string | null;
}

export class SubmitMessageFeedback {
  /** Names the feedback: sent again, it updates the one that has it already. Made by the server when absent. */
  @Optional()
  @IsString()
  @Length(1, 255, { message: '$property must be 1 to 255 characters long' })
  id?: string;

  @IsIn(['positive', 'negative'], { message: '$property must be positive or negative' })
  type: 'positive' | 'negative';

  /** The message that the feedback is about. */
  @IsString()
  @Length(1, 255, { message: '$property must be 1 to 255 characters long' })
  messageId: string;

  /** When it was given; default: now. Ours: any real instant is accepted, since browser clocks are wrong. */
  @Nullable()
  @IsInstant()
  createdAt?: string | null;

  /** Validated and ignored: the server says when a record changed. */
  @Nullable()
  @IsInstant()
  updatedAt?: string | null;

  @Nullable()
  @Nested(() => MessageFeedbackReason, { each: true })
  reasons?: MessageFeedbackReason[] | null;

  /** The respondent's own words. */
  @Nullable()
  @IsString()
  details?: string | null;

  /** Anything; read back as it was sent. */
  @Nullable()
  @IsPlainObject()
  properties?: Record<string, unknown> | null;

  @Nullable()
  @Nested(() => MessageFeedbackUser)
  userProperties?: MessageFeedbackUser | null;

  @Nullable()
  @Nested(() => MessageFeedbackSource, { each: true })
  sources?: MessageFeedbackSource[] | null;
}

/** The stored record. Every member is present, null where there is nothing. */
export class MessageFeedbackDto {
  id: string;
  type: 'positive' | 'negative';
  messageId: string;
  createdAt: Date;
  /** When the record was stored or last changed. */
  updatedAt: Date;
  reasons: Reason[] | null;
  details: string | null;
  properties: object | null;
  userProperties: object | null;
  sources: object[] | null;
}
