import { takeMaking } from './made-at.decorator.js';
import type { Operation, Reference } from './operation.js';
import headers from './headers.json' with { type: 'json' };

/** The header fields of answers. Those that are required are never missing where an answer lists them. */
export { headers };

/** References to header fields of the document, by the names that they have on the line. */
export function fields(names: Record<string, keyof typeof headers>): Record<string, Reference> {
  return Object.fromEntries(
    Object.entries(names).map(([name, key]) => [name, { $ref: `#/components/headers/${key}` }]),
  );
}

export const budget = { RateLimit: 'RateLimit', 'RateLimit-Policy': 'RateLimitPolicy' } as const;

/** Adds the header fields that the answers of an operation carry, but for the errors that it shares with others. */
export function addHeaders(operation: Operation): void {
  const makes = takeMaking(operation);
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    response.headers = fields({
      'X-Request-Id': 'RequestId',
      ...(operation.security?.length && budget),
      ...(status === '201' && makes && { Location: 'Location' }),
      ...(response.content?.['text/csv'] && {
        'Content-Disposition': 'ContentDisposition',
        'Content-Encoding': 'ContentEncoding',
      }),
    });
  }
}
