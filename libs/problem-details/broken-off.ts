import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * Resets the connection where a stream fails while it is being sent. To HTTP/1.0, which some proxies speak, a connection
 * that is merely closed means that the answer is complete.
 */
export function resetBrokenOff(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (payload instanceof Readable) payload.once('error', () => reply.raw.socket?.resetAndDestroy());
    done(null, payload);
  });
}
