import { type DynamicModule, Module } from '@nestjs/common';
import { CountingModule } from '../counting/counting.module.js';
import { DepartmentsModule } from '../departments/departments.module.js';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { QuestionsModule } from '../questions/questions.module.js';
import { BotsModule } from '../surveys/bots.module.js';
import { DemoCast } from './demo.cast.js';
import { DemoLoader } from './demo.loader.js';
import { DemoService } from './demo.service.js';

@Module({})
export class DemoModule {
  /** @param workspaces the configured module of workspaces */
  static forRoot(workspaces: DynamicModule): DynamicModule {
    return {
      module: DemoModule,
      imports: [workspaces, BotsModule, CountingModule, DepartmentsModule, FeedbackModule, QuestionsModule],
      providers: [DemoCast, DemoLoader, DemoService],
    };
  }
}
