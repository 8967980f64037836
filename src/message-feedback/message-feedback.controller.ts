import { Access, Caller, type Principal } from '#libs/access';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { MessageFeedbackDto, SubmitMessageFeedback } from './message-feedback.dto.js';
import { MessageFeedbackService } from './message-feedback.service.js';

@ApiTags('Message feedback')
@Controller('feedback')
export class MessageFeedbackController {
  constructor(private readonly messageFeedback: MessageFeedbackService) {}

  /** Logs new feedback on a message, or updates the one with the same `id`. */
  @Post()
  @HttpCode(200)
  @Access('api-key', 'feedback:write')
  submit(@Caller() caller: Principal, @Body() feedback: SubmitMessageFeedback): Promise<MessageFeedbackDto> {
    return this.messageFeedback.submit(caller, feedback);
  }
}
