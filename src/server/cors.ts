import { isAmong, originOf } from '#libs/access';
import type { FastifyInstance } from 'fastify';
import { repetition } from '../idempotency/repetition.js';
import type { Door } from '../openapi/door.js';

/** What pages in a browser may call besides the doors that say so. Everything else stays closed to them. */
const questionPaths = /^\/v1\/questions(\/[^?]*)?(\?|$)/;

/** Where they may submit, and nothing else. */
const submitPath = /^\/v1\/feedback\/?(\?|$)/;

const preflightAnswer = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': `Authorization, Content-Type, ${repetition.parameter.name}, X-Request-Id`,
  'access-control-max-age': '600',
};
const exposed = `X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, ${repetition.replayed.name}`;

/** What `CORS_ORIGINS` says: `*`, or origins separated by commas. null where it says neither. */
export function originsIn(text: string): '*' | string[] | null {
  if (text === '*') return text;
  const origins = text.split(',').map((origin) => originOf(origin.trim()));
  return origins.includes(null) ? null : (origins as string[]);
}

/**
 * Lets pages of `origins` call the open paths, and read errors too. From any other origin an answer is as if there were no
 * CORS, so that a preflight is a method like the others. To be called before what refuses unknown methods.
 */
export function allowOrigins(fastify: FastifyInstance, doors: Door[], origins: '*' | string[]): void {
  const prefixes = doors.flatMap((door) => (door.openToPages ? door.prefixes : []));
  const paths = [questionPaths, ...prefixes.map((prefix) => new RegExp(`^${prefix}(/[^/?]*)?/?(\\?|$)`))];
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    const preflightOf = request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : undefined;
    if (!isOpen(request.url, preflightOf ?? request.method)) return done();
    if (origins !== '*') void reply.header('vary', 'Origin');
    if (origin === undefined || !(origins === '*' || isAmong(origin, origins))) return done();
    void reply.headers({
      'access-control-allow-origin': origins === '*' ? '*' : origin,
      'access-control-expose-headers': exposed,
    });
    if (preflightOf !== undefined) void reply.code(204).headers(preflightAnswer).send();
    else done();
  });

  function isOpen(url: string, method: string): boolean {
    return paths.some((path) => path.test(url)) || (method === 'POST' && submitPath.test(url));
  }
}
