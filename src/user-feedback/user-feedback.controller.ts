import { Access, Caller, type Principal } from '#libs/access';
import { Refuses } from '#libs/problem-details';
import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import {
  FeedbackLoggedDto,
  LogFeedback,
  LoggedMessageDto,
  LogMessage,
  RegisterUser,
  UserDto,
} from './user-feedback.dto.js';
import { DuplicateFeedback, NoActiveConversation, UnknownUser } from './user-feedback.problems.js';
import { UserFeedbackService } from './user-feedback.service.js';

@ApiTags('User feedback')
@Access('client', 'feedback:write')
@Controller('v1.0')
export class UserFeedbackController {
  constructor(private readonly userFeedback: UserFeedbackService) {}

  /** Registers a user, or updates the one with the same `auth_id`. Ours: what is absent stays, null clears, `custom_data` is replaced as a whole. */
  @Post('user/')
  @Documented('registerUser')
  @HttpCode(200)
  register(@Caller() caller: Principal, @Body() user: RegisterUser): Promise<UserDto> {
    return this.userFeedback.register(caller, user);
  }

  /** Updates a registered user. Ours: what is absent stays, null clears, `custom_data` is replaced as a whole. */
  @Put('user/')
  @Documented('updateUser')
  @Refuses(UnknownUser)
  update(@Caller() caller: Principal, @Body() user: RegisterUser): Promise<UserDto> {
    return this.userFeedback.update(caller, user);
  }

  /**
   * Logs what a registered user said to a business, which opens or prolongs their conversation. Sent again without an
   * `Idempotency-Key`, it is logged again. Ours: a conversation is active until 24 hours (`CONVERSATION_TTL`) after its
   * last message.
   */
  @Post('log_message_from_user/')
  @Documented('logUserMessage')
  @Refuses(UnknownUser)
  @HttpCode(200)
  logMessage(@Caller() caller: Principal, @Body() message: LogMessage): Promise<LoggedMessageDto> {
    return this.userFeedback.logMessage(caller, message);
  }

  /**
   * Logs a user's feedback on their active conversation with a business, once an hour. Ours: the hour is one of the
   * workspace, the business and the user, and begins with the feedback that was accepted, which stands; a refused attempt
   * neither begins nor prolongs it. While it runs the answer is 409, whatever has become of the conversation, and
   * `Retry-After` says when it ends; so a repetition after an error is never stored twice. Not 429, which clients repeat
   * by themselves. 400 names every fault of the body.
   */
  @Post('log_feedback_from_user/')
  @Documented('logUserFeedback')
  @Refuses(UnknownUser, NoActiveConversation, DuplicateFeedback)
  @HttpCode(201)
  logFeedback(@Caller() caller: Principal, @Body() feedback: LogFeedback): Promise<FeedbackLoggedDto> {
    return this.userFeedback.logFeedback(caller, feedback);
  }
}
