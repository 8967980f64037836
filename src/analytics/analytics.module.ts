import { Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';
import { CommentsRepository } from './comments.repository.js';
import { CountsRepository } from '../counting/reader.js';

@Module({
  imports: [FeedbackModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsService, CommentsRepository, CountsRepository],
})
export class AnalyticsModule {}
