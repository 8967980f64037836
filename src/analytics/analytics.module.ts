import { Module } from '@nestjs/common';
import { CountingModule } from '../counting/counting.module.js';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';

@Module({
  imports: [CountingModule, FeedbackModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsService],
})
export class AnalyticsModule {}
