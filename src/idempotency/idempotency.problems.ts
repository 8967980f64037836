import { catalogued, InvalidInput, Problem } from '#libs/problem-details';
import texts from './idempotency.problems.json' with { type: 'json' };

/** The first request with this key has not been answered yet. */
export class RequestStillRunning extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'request-still-running';
  static override readonly title = 'The first request with this Idempotency-Key is still running';

  constructor() {
    super('the first request with this Idempotency-Key is still running', { retryAfter: 1 });
  }
}

/** The key was used for another body. */
export class IdempotencyKeyReused extends InvalidInput {
  constructor() {
    super([{ pointer: '', detail: 'the Idempotency-Key was used before, for another body' }]);
  }
}

export const idempotencyProblems = catalogued(texts, [new RequestStillRunning()]);
