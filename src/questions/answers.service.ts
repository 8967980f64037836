import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { DatabaseClock } from '#libs/persistence';
import { parseInstant } from '#libs/validation';
import { Injectable } from '@nestjs/common';
import { type EntryDto, toEntryDto } from '../entries/entry.dto.js';
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import { respondentNamed } from '../feedback/respondent.js';
import { blankEntry } from '../feedback/submission.js';
import { readAnswer } from './question.answer.js';
import type { NewAnswer } from './questions.native.dto.js';
import { QuestionClosed } from './questions.problems.js';
import { QuestionsService } from './questions.service.js';

/** What respondents answer to the questions of a workspace. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly questions: QuestionsService,
    private readonly writer: FeedbackWriter,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Records an answer with the question as it is now, so that editing the question changes no answer.
   * @throws QuestionClosed where it was disabled more than a day ago
   */
  async answer(caller: Principal, id: string, answer: NewAnswer): Promise<EntryDto> {
    const question = await this.questions.get(caller, id);
    if (question.isClosed(this.clock.now())) throw new QuestionClosed();
    const { entry } = await this.writer.record({
      ...blankEntry,
      ...readAnswer(question, answer.value, answer.comment ?? null),
      workspaceId: caller.workspaceId,
      id: newUuid(),
      source: 'question',
      instrument: String(question.id),
      prompt: question.question,
      respondent: answer.respondent ? respondentNamed(answer.respondent) : null,
      conversation: answer.conversation ?? null,
      channel: answer.channel ?? null,
      language: answer.language ?? null,
      occurredAt: answer.occurredAt ? parseInstant(answer.occurredAt) : null,
      backdating: caller.backdating,
    });
    return toEntryDto(entry);
  }
}
