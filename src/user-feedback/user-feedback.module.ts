import { type DynamicModule, Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { UserFeedbackController } from './user-feedback.controller.js';
import { UserFeedbackOptions, UserFeedbackService } from './user-feedback.service.js';

@Module({})
export class UserFeedbackModule {
  static forRoot(options: UserFeedbackOptions): DynamicModule {
    return {
      module: UserFeedbackModule,
      imports: [FeedbackModule],
      controllers: [UserFeedbackController],
      providers: [{ provide: UserFeedbackOptions, useValue: options }, UserFeedbackService],
    };
  }
}
