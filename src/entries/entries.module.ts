import { type DynamicModule, Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { BatchLines } from './batch.dto.js';
import { BatchService } from './batch.service.js';
import { EntriesController } from './entries.controller.js';
import { EntriesService } from './entries.service.js';
import { LineReader } from './line.reader.js';
import { RespondentsController } from './respondents.controller.js';
import { RespondentsService } from './respondents.service.js';
import { SubmissionsController } from './submissions.controller.js';
import { SubmissionsService } from './submissions.service.js';

@Module({})
export class EntriesModule {
  static forRoot(lines: BatchLines): DynamicModule {
    return {
      module: EntriesModule,
      imports: [FeedbackModule],
      controllers: [EntriesController, RespondentsController, SubmissionsController],
      providers: [
        { provide: BatchLines, useValue: lines },
        BatchService,
        EntriesService,
        LineReader,
        RespondentsService,
        SubmissionsService,
      ],
    };
  }
}
