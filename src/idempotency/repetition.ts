import type { IncomingMessage } from 'node:http';
import type { Repetition } from '../openapi/repetition.js';
import { RequestStillRunning } from './idempotency.problems.js';

/** The header fields by which a request can be sent again, for the server, the OpenAPI document and CORS. */
export const repetition = {
  method: 'post',
  parameter: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Names this request, with 8 to 255 visible ASCII characters. The same request with the same key is answered for 24 hours as the first time, with `Idempotency-Replayed: true`; another body under the same key is refused.',
    schema: { type: 'string', pattern: '^[!-~]{8,255}$', maxLength: 255 },
  },
  replayed: {
    name: 'Idempotency-Replayed',
    description: '`true`: the answer of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
  },
  refusal: RequestStillRunning.slug,
} satisfies Repetition;

const field = repetition.parameter.name.toLowerCase();

/** The key by which the caller may send this request again, if there is one. */
export function keyIn({ method, headers }: IncomingMessage): string | undefined {
  return method === repetition.method.toUpperCase() ? (headers[field] as string | undefined) : undefined;
}
