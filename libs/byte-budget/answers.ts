import type { ServerResponse } from 'node:http';
import type { Holder } from '#libs/fair-share';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ByteBudget } from './byte-budget.js';

/** The system takes an answer of this size at once. */
const small = 16_384;

export interface AnswerLimits {
  /** The bytes that all answers together may take until they are sent. */
  memoryBudget?: number;
  /** Milliseconds after which whoever takes nothing is cut off. */
  clientTimeout?: number;
  /** Who is held to a part of the budget; by default the address. */
  holderOf?: (request: FastifyRequest) => Holder;
}

/**
 * Bounds the answers that wait to be taken: beyond the budget an answer is a 503 in its stead, and a connection that takes
 * nothing for 10 s of an answer, or of a stream, is reset. The answer to a request that may have changed something is given
 * all the same: a 503 would say that nothing was done.
 */
export function boundAnswers(
  fastify: FastifyInstance,
  { memoryBudget = 67_108_864, clientTimeout = 10_000, holderOf = ({ ip }) => [ip] }: AnswerLimits = {},
): ByteBudget {
  const budget = new ByteBudget(memoryBudget, 'too many answers wait to be taken, try again');
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    // A text of UTF-16 units takes up to three bytes for each.
    const bytes = isWhole ? payload.length : Infinity;
    if (bytes <= small || payload === null || payload === undefined) return done();
    try {
      if (isWhole) {
        const share = budget.open(reply.raw, ...holderOf(request));
        const size = Buffer.byteLength(payload);
        if (isSafe(request.method)) share.growTo(size);
        else share.chargeTo(size);
      }
      cutOffIdle(reply.raw, clientTimeout);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  return budget;
}

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Where nothing waits to be taken, it is not the client that is slow. */
function cutOffIdle(response: ServerResponse, clientTimeout: number): void {
  response.setTimeout(clientTimeout, () => {
    const { socket } = response;
    if (socket && socket.writableLength > 0) socket.resetAndDestroy();
  });
}
