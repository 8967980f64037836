import { Between, Must, QueryInteger } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { StoredMessageFeedbackDto } from './message-feedback.dto.js';

/** A member that is always null. */
const IsNull = (): PropertyDecorator => ApiProperty({ type: 'null' });

export class MessageFeedbackQuery {
  /** How many of each list, at most. */
  @IsOptional()
  @QueryInteger()
  @Between(0, 100)
  limit: number = 10;

  /** How many of each list are passed over, from the newest on. */
  @IsOptional()
  @QueryInteger()
  @Must('be 0 or more', (value) => Number(value) >= 0, { minimum: 0 })
  offset: number = 0;
}

/** The message as far as the feedback knows it. Ours: an empty text or id says that the server does not hold it. */
export class RatedMessageDto {
  /** The `messageId` of the feedback. */
  id: string;
  type: 'openai';
  @IsNull()
  externalId: null;
  @IsNull()
  externalUrl: null;
  /** Empty. */
  conversationId: string;
  /** The feedback's. */
  createdAt: Date;
  /** The feedback's. */
  updatedAt: Date;
  role: 'assistant';
  /** Empty. */
  content: string;
  @IsNull()
  name: null;
  @IsNull()
  links: null;
  @IsNull()
  properties: null;
  @IsNull()
  userProperties: null;
  @IsNull()
  tool_calls: null;
}

/** Ours: the server does not hold the conversation, whose id is empty. Clients refuse a list without this member. */
export class RatedConversationDto {
  /** Empty. */
  id: string;
  @IsNull()
  externalId: null;
  @IsNull()
  externalUrl: null;
  type: 'openai';
  @IsNull()
  supportTicketConversationId: null;
  /** The feedback's. */
  createdAt: Date;
  /** The feedback's. */
  updatedAt: Date;
  @IsNull()
  projectId: null;
  @IsNull()
  integrationId: null;
  @IsNull()
  properties: null;
  @IsNull()
  userProperties: null;
  @IsNull()
  tags: null;
  @IsNull()
  visibility: null;
  /** Empty. */
  messages: object[];
  /** Empty. */
  messagesOpenAIFormat: object[];
}

/** A record as it is read back. */
export class ReadMessageFeedbackDto extends StoredMessageFeedbackDto {
  message: RatedMessageDto;
  conversation: RatedConversationDto;
}

/** A page of the feedback of the workspace, positive and negative apart. */
export class MessageFeedbackListDto {
  /** Of the whole workspace. */
  @ApiProperty({ type: 'integer' })
  positiveFeedbackCount: number;
  /** Of the whole workspace. */
  @ApiProperty({ type: 'integer' })
  negativeFeedbackCount: number;
  /** Newest first. */
  positiveFeedback: ReadMessageFeedbackDto[];
  /** Newest first. */
  negativeFeedback: ReadMessageFeedbackDto[];
}

/** The feedback is deleted. */
export class DeletedMessageFeedbackDto {
  success: true;
  message: string;
}

export function asRead(feedback: StoredMessageFeedbackDto): ReadMessageFeedbackDto {
  const { createdAt, updatedAt } = feedback;
  return Object.assign({}, feedback, {
    message: {
      id: feedback.messageId,
      type: 'openai' as const,
      externalId: null,
      externalUrl: null,
      conversationId: '',
      createdAt,
      updatedAt,
      role: 'assistant' as const,
      content: '',
      name: null,
      links: null,
      properties: null,
      userProperties: null,
      tool_calls: null,
    },
    conversation: {
      id: '',
      externalId: null,
      externalUrl: null,
      type: 'openai' as const,
      supportTicketConversationId: null,
      createdAt,
      updatedAt,
      projectId: null,
      integrationId: null,
      properties: null,
      userProperties: null,
      tags: null,
      visibility: null,
      messages: [],
      messagesOpenAIFormat: [],
    },
  });
}
