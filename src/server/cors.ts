import type { FastifyInstance } from 'fastify';

/** What pages in a browser may call. Everything else stays closed to them, whatever the configuration says. */
const openPaths = /^\/(feedback\/?|v1\/questions(\/[^?]*)?)(\?|$)/;

const preflightAnswer = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, X-Request-Id',
  'access-control-max-age': '600',
};
const exposed = 'X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed';

/**
 * Lets pages of `origins` (separated by commas, or `*`) call the open paths, and read errors too. From any other origin
 * an answer is as if there were no CORS, so that a preflight is a method like the others. To be called before what
 * refuses unknown methods.
 */
export function allowOrigins(fastify: FastifyInstance, origins = ''): void {
  const allowed = new Set(origins.split(',').map((origin) => origin.trim().replace(/\/$/, '')));
  const all = allowed.has('*');

  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (!openPaths.test(request.url)) return done();
    if (!all) void reply.header('vary', 'Origin');
    if (origin === undefined || !(all || allowed.has(origin))) return done();
    void reply.headers({
      'access-control-allow-origin': all ? '*' : origin,
      'access-control-expose-headers': exposed,
    });
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (isPreflight) void reply.code(204).headers(preflightAnswer).send();
    else done();
  });
}
