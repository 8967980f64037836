import { Module } from '@nestjs/common';
import { CountingModule } from '../counting/counting.module.js';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { NamesModule } from '../names/names.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { Marks } from './marks.js';
import { AnalyticsService } from './analytics.service.js';
import { ShownNames } from './shown-names.js';

@Module({
  imports: [CountingModule, FeedbackModule, NamesModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsService, Marks, ShownNames],
  exports: [Marks],
})
export class AnalyticsModule {}
