import { Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { DemoService } from './demo.service.js';

@Module({ imports: [FeedbackModule], providers: [DemoService] })
export class DemoModule {}
