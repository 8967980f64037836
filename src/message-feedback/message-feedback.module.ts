import { Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { MessageFeedbackController } from './message-feedback.controller.js';
import { MessageFeedbackService } from './message-feedback.service.js';

@Module({
  imports: [FeedbackModule],
  controllers: [MessageFeedbackController],
  providers: [MessageFeedbackService],
})
export class MessageFeedbackModule {}
