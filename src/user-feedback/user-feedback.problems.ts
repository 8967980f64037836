import {
  ContentTooLarge,
  Forbidden,
  MethodNotAllowed,
  Problem,
  type ProblemDoor,
  ServiceUnavailable,
  Unauthorized,
  UnsupportedMediaType,
} from '#libs/problem-details';

/** The vendor's words for what every door can answer. Everything else speaks for itself. */
const texts: Record<string, string> = {
  [Unauthorized.slug]: 'invalid authorization details',
  [Forbidden.slug]: 'permission denied',
  [MethodNotAllowed.slug]: 'method not allowed',
  [ContentTooLarge.slug]: 'body too large',
  [UnsupportedMediaType.slug]: 'content type must be application/json',
  [ServiceUnavailable.slug]: 'service unavailable',
};

/** How the Haptik dialect says that something failed. Content that is not valid is 400 here (ours). */
export const haptikProblems: ProblemDoor = {
  prefix: '/v1.0/',
  render: ({ kind, message }) => ({
    status: kind.status === 422 ? 400 : kind.status,
    contentType: 'application/json; charset=utf-8',
    body: { error_message: texts[kind.slug] ?? message },
  }),
};

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
