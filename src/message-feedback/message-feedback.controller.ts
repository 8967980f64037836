import { Access, Caller, type Principal } from '#libs/access';
import { jsonStream } from '#libs/json-stream';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { StoredMessageFeedbackDto, SubmitMessageFeedback } from './message-feedback.dto.js';
import {
  DeletedMessageFeedbackDto,
  MessageFeedbackListDto,
  MessageFeedbackQuery,
  ReadMessageFeedbackDto,
} from './message-feedback.reading.dto.js';
import { MessageFeedbackService } from './message-feedback.service.js';

@ApiTags('Message feedback')
@ApiParam({
  name: 'id',
  description: 'The id of the feedback, percent-encoded: `a/b` is `a%2Fb`.',
  schema: { type: 'string', minLength: 1, maxLength: 255, example: 'fb-1' },
})
@Controller('feedback')
export class MessageFeedbackController {
  constructor(private readonly messageFeedback: MessageFeedbackService) {}

  /**
   * Logs new feedback on a message, or updates the one with the same `id`. Ours: sent again with the same content, nothing
   * changes and the answer is the same, so it can be repeated safely. Other content replaces the record as a whole:
   * `updatedAt` moves, `createdAt` stays unless it is sent. Without an `id`, and without an `Idempotency-Key`, a repetition
   * after an error may be stored twice. Ids are of the workspace. 400 is for what is no JSON object of ours, 422 for an
   * object that is no feedback.
   */
  @Post()
  @Documented('submitMessageFeedback')
  @HttpCode(200)
  @Access('api-key', 'feedback:write')
  submit(@Caller() caller: Principal, @Body() feedback: SubmitMessageFeedback): Promise<StoredMessageFeedbackDto> {
    return this.messageFeedback.submit(caller, feedback);
  }

  /**
   * The newest feedback, positive and negative apart, with the number of all. Ours: limit and offset are of each list.
   * Every item has a `message` and a `conversation`, because the vendor's clients refuse a list without; an empty id
   * means that the server does not hold it.
   */
  @Get()
  @Documented('listMessageFeedback')
  @Access('api-key', 'feedback:read')
  @ApiOkResponse({ type: MessageFeedbackListDto })
  list(@Caller() caller: Principal, @Query() query: MessageFeedbackQuery): StreamableFile {
    return jsonStream(this.messageFeedback.list(caller, query));
  }

  /** One feedback, with the message and the conversation as far as they are known. Ours: an empty id means that the server does not hold it. */
  @Get(':id')
  @Documented('getMessageFeedback')
  @Access('api-key', 'feedback:read')
  @Refuses(NotFound)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<ReadMessageFeedbackDto> {
    return this.messageFeedback.get(caller, id);
  }

  /** Deletes one feedback. It is no longer read, nor counted. */
  @Delete(':id')
  @Documented('removeMessageFeedback')
  @Access('api-key', 'feedback:write')
  @Refuses(NotFound)
  async remove(@Caller() caller: Principal, @Param('id') id: string): Promise<DeletedMessageFeedbackDto> {
    await this.messageFeedback.remove(caller, id);
    return { success: true, message: 'Feedback deleted' };
  }
}
