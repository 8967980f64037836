import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { MalformedRequest, NotImplemented } from './common.problems.js';
import type { Problem } from './problem.js';

/** Refuses requests that Node takes and RFC 9112 has a server refuse: which host is meant, or where a body ends, is unclear. */
export function refuseUnclear(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => done(faultOf(request.raw)));
}

function faultOf({ rawHeaders, headers, httpVersion }: IncomingMessage): Problem | undefined {
  const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text)).length;
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1'))
    return new MalformedRequest('the header field Host must be there, and once');
  const coding = headers['transfer-encoding']?.toLowerCase() ?? 'chunked';
  if (!/\bchunked$/.test(coding)) return new MalformedRequest('the last transfer coding must be chunked');
  if (coding !== 'chunked') return new NotImplemented('no transfer coding but chunked is understood');
  return undefined;
}
