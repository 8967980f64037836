import { Module } from '@nestjs/common';
import { CountingModule } from '../counting/counting.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';
import { CommentsRepository } from './comments.repository.js';

@Module({
  imports: [CountingModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsService, CommentsRepository],
})
export class AnalyticsModule {}
