import type { OpenAPIObject } from '@nestjs/swagger';
import type { Operation } from './operation.js';

type Headers = NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

const text = { type: 'string' };

/** The header fields of answers. */
export const headers: Headers = {
  RequestId: { description: 'Names the request: the caller’s `X-Request-Id`, or one made here.', schema: text },
  Location: { description: 'Where the new thing is.', schema: text },
  RetryAfter: {
    description: 'Seconds after which the same request may succeed.',
    schema: { type: 'integer', minimum: 1 },
  },
  WwwAuthenticate: { description: 'The challenge of RFC 6750.', schema: text },
  RateLimit: { description: 'Where the budget stands (draft-ietf-httpapi-ratelimit-headers).', schema: text },
  RateLimitPolicy: { description: 'The budget of the credential, a minute.', schema: text },
  IdempotencyReplayed: {
    description: '`true`: the answer of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
  },
};

/** Adds the header fields that the answers of an operation carry. */
export function addHeaders(operation: Operation, method: string, path: string): void {
  const isIdempotent = operation.parameters?.some((one) => 'name' in one && one.name === 'Idempotency-Key');
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    const isSuccess = status.startsWith('2');
    const names = {
      'X-Request-Id': 'RequestId',
      ...(operation.security?.length && { RateLimit: 'RateLimit', 'RateLimit-Policy': 'RateLimitPolicy' }),
      ...(isSuccess && isIdempotent && { 'Idempotency-Replayed': 'IdempotencyReplayed' }),
      ...(status === '201' && method === 'post' && path.startsWith('/v1/') && { Location: 'Location' }),
    };
    const references = Object.entries(names).map(([name, key]) => [name, { $ref: `#/components/headers/${key}` }]);
    response.headers = { ...response.headers, ...Object.fromEntries(references) };
  }
}
