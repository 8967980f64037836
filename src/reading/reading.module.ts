import { Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { EntriesRepository } from './entries.repository.js';
import { ReadingController } from './reading.controller.js';
import { ReadingService } from './reading.service.js';
import { RespondentsController } from './respondents.controller.js';
import { RespondentsService } from './respondents.service.js';

@Module({
  imports: [FeedbackModule],
  controllers: [ReadingController, RespondentsController],
  providers: [EntriesRepository, ReadingService, RespondentsService],
})
export class ReadingModule {}
