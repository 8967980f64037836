import { Module } from '@nestjs/common';
import { FeedbackWriter } from './feedback.writer.js';

@Module({ providers: [FeedbackWriter], exports: [FeedbackWriter] })
export class FeedbackModule {}
