import { catalogued, Problem } from '#libs/problem-details';
import texts from './webhooks.problems.json' with { type: 'json' };

/** The workspace has as many endpoints as it may have. */
export class TooManyWebhooks extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'too-many-webhooks';
  static override readonly title = 'The workspace has as many webhooks as it may have';

  constructor(most: number) {
    super(`a workspace has at most ${most} webhooks`);
  }
}

/** What the message told of was erased, and cannot be sent again. */
export class MessageErased extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'message-erased';
  static override readonly title = 'The content of the message was erased';

  constructor() {
    super('the person of whom the message tells was erased');
  }
}

export const webhooksProblems = catalogued(texts, [new TooManyWebhooks(20), new MessageErased()]);
