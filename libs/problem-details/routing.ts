import type { FastifyInstance } from 'fastify';
import findMyWay from 'find-my-way';
import { MethodNotAllowed, NotFound } from './common.problems.js';

/** Node reads no more bytes of a request's first line and header fields, so that no part of them is longer. */
export const maxHeadBytes = 16_384;

/**
 * Refuses an unknown path (404) and an unknown method of a known path (405 with `Allow`) before anything else of the
 * request is looked at. To be called before the first route is registered.
 */
export function refuseUnrouted(fastify: FastifyInstance): void {
  const methodsByPath = new Map<string, Set<string>>();
  const paths = findMyWay({ ignoreTrailingSlash: true, maxParamLength: maxHeadBytes });

  fastify.addHook('onRoute', (route) => {
    const known = methodsByPath.get(route.url);
    const methods = known ?? new Set<string>();
    for (const method of [route.method].flat()) methods.add(method);
    if (known) return;
    methodsByPath.set(route.url, methods);
    paths.on('GET', route.url, () => undefined, methods);
  });

  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) return done();
    const found = paths.find('GET', request.url);
    // A parameter that is empty names nothing: such a path does not exist.
    const exists = found && !Object.values(found.params).includes('');
    done(exists ? new MethodNotAllowed([...(found.store as Set<string>)].toSorted()) : new NotFound());
  });
}
