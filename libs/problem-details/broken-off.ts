import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * Resets the connection where a stream fails while it is being sent. HTTP/1.1 tells the end of an answer from its breaking
 * off; to HTTP/1.0, which many a proxy speaks, a connection that is merely closed is the end of an answer that is complete.
 */
export function resetBrokenOff(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (payload instanceof Readable) payload.once('error', () => reply.raw.socket?.resetAndDestroy());
    done(null, payload);
  });
}
