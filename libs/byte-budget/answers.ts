import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import type { Holder } from '#libs/fair-share';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ByteBudget, type Share } from './byte-budget.js';

/** The system takes an answer of this size at once. */
const small = 16_384;
/** A stream that begins with less is not expected to go on with more. */
const largeChunk = 65_536;
/** What another stream is expected to hold at a time. */
const streamBytes = 1_048_576;

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
 * nothing for 10 s of an answer, or of a stream, is reset. A stream has as much as its largest chunk, but 1 MiB where it
 * begins with a large one. The answer to a request that may have changed something is given all the same: a 503 would say
 * that nothing was done.
 */
export function boundAnswers(
  fastify: FastifyInstance,
  { memoryBudget = 67_108_864, clientTimeout = 10_000, holderOf = ({ ip }) => [ip] }: AnswerLimits = {},
): ByteBudget {
  const budget = new ByteBudget(memoryBudget, 'too many answers wait to be taken, try again');
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    // A text of UTF-16 units takes up to three bytes for each.
    if (isWhole ? payload.length <= small : !(payload instanceof Readable)) return done();
    const share = budget.open(reply.raw, ...holderOf(request));
    cutOffIdle(reply.raw, clientTimeout);
    const answer = isWhole
      ? taken(share, Buffer.byteLength(payload), request.method)
      : charged(payload as Readable, share, request.method);
    callbackify(async () => (await answer) ?? payload)(done);
  });
  return budget;
}

/** What has changed something is answered all the same. */
async function taken(share: Share, bytes: number, method: string): Promise<void> {
  if (method === 'GET' || method === 'HEAD') share.growTo(bytes);
  else share.chargeTo(bytes);
}

/** The same stream, whose chunks are charged to `share`. Resolves when the first is there. */
async function charged(stream: Readable, share: Share, method: string): Promise<Readable> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    const first = await chunks.next();
    const bytes = first.done ? 0 : first.value.length;
    await taken(share, bytes < largeChunk ? bytes : Math.max(bytes, streamBytes), method);
    return Readable.from(following(first, chunks, share), { objectMode: false });
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

async function* following(
  first: IteratorResult<Buffer>,
  chunks: AsyncIterator<Buffer>,
  share: Share,
): AsyncGenerator<Buffer> {
  try {
    for (let chunk = first; !chunk.done; chunk = await chunks.next()) {
      share.chargeTo(chunk.value.length);
      yield chunk.value;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Where nothing waits to be taken, it is not the client that is slow. */
function cutOffIdle(response: ServerResponse, clientTimeout: number): void {
  response.setTimeout(clientTimeout, () => {
    const { socket } = response;
    if (socket && socket.writableLength > 0) socket.resetAndDestroy();
  });
}
