import type { IncomingMessage } from 'node:http';
import type { Share } from '#libs/byte-budget';
import { ContentTooLarge, MalformedRequest, RequestTimeout } from '#libs/problem-details';
import { pace } from './pace.js';

const firstCapacity = 16_384;
const nothing = Buffer.alloc(0);
const ignore = (): undefined => undefined;

/** Milliseconds for which a body may come at any rate. */
const unhurried = 2_000;
/** Bytes that must have come for each second after that. A client that sends nothing is cut off by Fastify's `requestTimeout`. */
const bytesPerSecond = 1_024;

/** What a body may be, and whose memory it takes. */
export interface BodyLimits {
  /** The length that was announced. */
  declared: number | undefined;
  maxBytes: number;
  share: Share;
}

/**
 * Hands over the bytes of a body, in one buffer that grows by doubling: many tiny chunks cost no more memory than one large one, and a
 * length that is only announced costs nothing. A body that comes at once is not copied.
 * @param take gets the bytes; what it throws is handed to `done`
 * @param done called once: with ContentTooLarge beyond `maxBytes`, before all of it was read; with RequestTimeout where,
 * after the first two seconds, it comes more slowly than 1 KiB a second; with MalformedRequest if the client leaves before
 * the end
 */
export function readBody(
  request: IncomingMessage,
  { declared, maxBytes, share }: BodyLimits,
  take: (bytes: Buffer) => void,
  done: (error?: Error) => void,
): void {
  const most = declared ?? maxBytes;
  let buffer: Buffer = nothing;
  let length = 0;

  const add = (chunk: Buffer) => {
    const needed = length + chunk.length;
    if (needed > most) throw new ContentTooLarge(maxBytes);
    if (length === 0 && needed === declared) {
      share.growTo(needed);
      buffer = chunk;
    } else if (needed > buffer.length) {
      const capacity = Math.min(most, Math.max(needed, buffer.length * 2, firstCapacity));
      share.growTo(capacity);
      buffer = Buffer.concat([buffer.subarray(0, length)], capacity);
    }
    if (buffer !== chunk) chunk.copy(buffer, length);
    length = needed;
  };

  const settle = (error?: Error): void => {
    request.off('data', onData).off('end', onEnd).off('close', onLeft);
    done(error);
  };
  const begun = performance.now();
  const onData = (chunk: Buffer): void => {
    try {
      add(chunk);
      const late = performance.now() - begun - unhurried;
      if (length < most && length < (late / 1_000) * bytesPerSecond) throw new RequestTimeout();
    } catch (error) {
      settle(error as Error);
    }
  };
  const onEnd = (): void => {
    try {
      take(buffer.subarray(0, length));
    } catch (error) {
      return settle(error as Error);
    }
    settle();
  };
  const onLeft = (): void => settle(new MalformedRequest('the body ended before its time'));
  // Node tells of a broken connection by 'error' and by 'close'. An 'error' that nobody hears would end the process.
  request.on('error', ignore);
  pace(request);
  request.on('data', onData).on('end', onEnd).on('close', onLeft);
}
