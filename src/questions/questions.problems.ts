import { catalogued, Problem } from '#libs/problem-details';
import texts from './questions.problems.json' with { type: 'json' };

/** The question takes no more answers. */
export class QuestionClosed extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'question-closed';
  static override readonly title = 'The question takes no more answers';

  constructor() {
    super('the question was disabled more than a day ago');
  }
}

export const questionsProblems = catalogued(texts, [new QuestionClosed()]);
