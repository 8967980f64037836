import { Refuses } from '#libs/problem-details';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

import { RequestStillRunning } from './idempotency.problems.js';

export const idempotentKey = Symbol('what a route answers when it is asked again');

export interface IdempotentOptions {
  /** Members of the answer that are not kept: a repetition has null there. */
  secrets?: string[];
}

/**
 * Honours `Idempotency-Key` on a route below `@Access`: sent again, a request is not carried out again but answered as the
 * first time. The handler then runs in one transaction, which every `Transactions.run` and `FeedbackWriter` joins. What it
 * has written it can read only there; plain reads see what was committed before.
 */
export function Idempotent(options: IdempotentOptions = {}) {
  return applyDecorators(
    SetMetadata(idempotentKey, options),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Names this request, with 8 to 255 visible ASCII characters. The same request with the same key is answered for 24 hours as the first time, with `Idempotency-Replayed: true`; another body under the same key is refused.',
      schema: { type: 'string', pattern: '^[!-~]{8,255}$' },
    }),
    Refuses(RequestStillRunning),
  );
}
