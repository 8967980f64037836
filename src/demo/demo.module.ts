import { Module } from '@nestjs/common';
import { CountingModule } from '../counting/counting.module.js';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { DemoService } from './demo.service.js';

@Module({ imports: [CountingModule, FeedbackModule], providers: [DemoService] })
export class DemoModule {}
