import { Module } from '@nestjs/common';
import { FeedbackRemover } from './feedback.remover.js';
import { FeedbackWriter } from './feedback.writer.js';

@Module({ providers: [FeedbackRemover, FeedbackWriter], exports: [FeedbackRemover, FeedbackWriter] })
export class FeedbackModule {}
