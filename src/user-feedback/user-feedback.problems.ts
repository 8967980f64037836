import { catalogued, Problem } from '#libs/problem-details';
import texts from './user-feedback.problems.json' with { type: 'json' };

/** The vendor changed a text in October 2020: both are in use. */
export type HaptikTexts = '2021' | '2020';

const unknownUserTexts: Record<HaptikTexts, string> = { '2021': 'Invalid_User', '2020': 'user is not registered' };

/** Nobody was registered with that auth_id. */
export class UnknownUser extends Problem {
  static override readonly status = 403;
  static override readonly slug = 'unknown-user';
  static override readonly title = 'The user is not registered';

  constructor(year: HaptikTexts) {
    super(unknownUserTexts[year]);
  }
}

/** The user said nothing to that business, or nothing lately. */
export class NoActiveConversation extends Problem {
  static override readonly status = 404;
  static override readonly slug = 'no-active-conversation';
  static override readonly title = 'There is no active conversation';

  constructor() {
    super('Failed to submit feedback, please make sure there is an active conversation with the agent');
  }
}

/** The user rated that business already, and may do so again after `retryAfter` seconds. */
export class DuplicateFeedback extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'duplicate-feedback';
  static override readonly title = 'Feedback was already given';

  constructor(retryAfter: number) {
    super('duplicate feedback', { retryAfter });
  }
}

export const userFeedbackProblems = catalogued(texts, [
  new UnknownUser('2021'),
  new NoActiveConversation(),
  new DuplicateFeedback(1799),
]);
