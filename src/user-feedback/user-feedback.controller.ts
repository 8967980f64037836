import { Access, Caller, type Principal } from '#libs/access';
import { Refuses } from '#libs/problem-details';
import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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

  /** Registers a user, or updates the one with the same `auth_id`. */
  @Post('user/')
  @HttpCode(200)
  register(@Caller() caller: Principal, @Body() user: RegisterUser): Promise<UserDto> {
    return this.userFeedback.register(caller, user);
  }

  /** Updates a registered user. */
  @Put('user/')
  @Refuses(UnknownUser)
  update(@Caller() caller: Principal, @Body() user: RegisterUser): Promise<UserDto> {
    return this.userFeedback.update(caller, user);
  }

  /** Logs what a registered user said to a business, which opens or prolongs their conversation. */
  @Post('log_message_from_user/')
  @Refuses(UnknownUser)
  @HttpCode(200)
  logMessage(@Caller() caller: Principal, @Body() message: LogMessage): Promise<LoggedMessageDto> {
    return this.userFeedback.logMessage(caller, message);
  }

  /** Logs a user's feedback on their active conversation with a business, once an hour. */
  @Post('log_feedback_from_user/')
  @Refuses(UnknownUser, NoActiveConversation, DuplicateFeedback)
  @HttpCode(201)
  logFeedback(@Caller() caller: Principal, @Body() feedback: LogFeedback): Promise<FeedbackLoggedDto> {
    return this.userFeedback.logFeedback(caller, feedback);
  }
}
