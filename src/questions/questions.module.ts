import { Module } from '@nestjs/common';
import { CountingModule } from '../counting/counting.module.js';
import { DepartmentsModule } from '../departments/departments.module.js';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { NamesModule } from '../names/names.module.js';
import { AnswersService } from './answers.service.js';
import { EarlierAnswers } from './earlier-answers.js';
import { EarlierQuestions } from './earlier-questions.js';
import { QuestionsController } from './questions.controller.js';
import { QuestionsNativeController } from './questions.native.controller.js';
import { QuestionsService } from './questions.service.js';

@Module({
  imports: [CountingModule, DepartmentsModule, FeedbackModule, NamesModule],
  controllers: [QuestionsController, QuestionsNativeController],
  providers: [QuestionsService, AnswersService, EarlierAnswers, EarlierQuestions],
  exports: [QuestionsService, EarlierAnswers, EarlierQuestions],
})
export class QuestionsModule {}
