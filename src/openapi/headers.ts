import type { OpenAPIObject } from '@nestjs/swagger';
import type { Operation, Reference } from './operation.js';

type Headers = NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

const text = { type: 'string' };

/** The header fields of answers. Those that are required are never missing where an answer lists them. */
export const headers: Headers = {
  RequestId: {
    description: 'Names the request: the caller’s `X-Request-Id`, or one made here.',
    required: true,
    schema: text,
    example: 'req_0123456789abcdefghijkl',
  },
  Location: { description: 'Where the new thing is.', required: true, schema: text },
  ContentDisposition: {
    description: 'The name of the file.',
    required: true,
    schema: text,
    example: 'attachment; filename="feedback.csv"',
  },
  RetryAfter: {
    description: 'Seconds after which the same request may succeed.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
    example: 17,
  },
  RetryAfterIfAny: {
    description: 'Seconds after which the same request may succeed; absent where waiting does not help.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  WwwAuthenticate: {
    description: 'The challenge of RFC 6750; with `error` only if a credential was sent.',
    required: true,
    schema: text,
    example: 'Bearer error="invalid_token"',
  },
  InsufficientScope: {
    description: 'Where the scope is missing: the challenge of RFC 6750, which names it.',
    schema: text,
    example: 'Bearer error="insufficient_scope", scope="feedback:write"',
  },
  Allow: { description: 'With 405: the methods of the path.', schema: text, example: 'GET, HEAD, POST' },
  AcceptEncoding: { description: '`identity`, where the body was encoded.', schema: text, example: 'identity' },
  RateLimit: {
    description:
      'Where the budget stands: requests that are left, and the seconds until there are all again (draft-ietf-httpapi-ratelimit-headers). Absent where nothing is counted.',
    schema: text,
    example: '"credential";r=599;t=60',
  },
  RateLimitPolicy: {
    description: 'The budget of the credential: requests, and the window in seconds.',
    schema: text,
    example: '"credential";q=600;w=60',
  },
  IdempotencyReplayed: {
    description: '`true`: the answer of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
  },
};

/** References to header fields of the document, by the names that they have on the line. */
export function fields(names: Record<string, keyof typeof headers>): Record<string, Reference> {
  return Object.fromEntries(
    Object.entries(names).map(([name, key]) => [name, { $ref: `#/components/headers/${key}` }]),
  );
}

export const budget = { RateLimit: 'RateLimit', 'RateLimit-Policy': 'RateLimitPolicy' };

/** Adds the header fields that the answers of an operation carry, but for the errors that it shares with others. */
export function addHeaders(operation: Operation, path: string): void {
  const isIdempotent = operation.parameters?.some((one) => 'name' in one && one.name === 'Idempotency-Key');
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    const isSuccess = status.startsWith('2');
    response.headers = fields({
      'X-Request-Id': 'RequestId',
      ...(operation.security?.length && budget),
      ...(isSuccess && isIdempotent && { 'Idempotency-Replayed': 'IdempotencyReplayed' }),
      ...(status === '201' && path.startsWith('/v1/') && { Location: 'Location' }),
      ...(response.content?.['text/csv'] && { 'Content-Disposition': 'ContentDisposition' }),
    });
  }
}
