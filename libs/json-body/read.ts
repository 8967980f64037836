import type { IncomingMessage } from 'node:http';
import type { Share } from '#libs/byte-budget';
import { ContentTooLarge, MalformedRequest, RequestTimeout } from '#libs/problem-details';
import { pace } from './pace.js';

const firstCapacity = 16_384;

/** Milliseconds for which a body may come at any rate. */
const unhurried = 2_000;
/** Bytes that must have come for each second after that. A client that sends nothing is cut off by Fastify's `requestTimeout`. */
const bytesPerSecond = 1_024;

/**
 * The bytes of a body, in one buffer that grows by doubling: many tiny chunks cost no more memory than one large one, and a
 * length that is only announced costs nothing.
 * @throws {ContentTooLarge} beyond `maxBytes`, before all of it was read
 * @throws {RequestTimeout} where, after the first two seconds, it comes more slowly than 1 KiB a second
 * @throws {MalformedRequest} if the client leaves before the end
 */
export function readBody(request: IncomingMessage, declared: number | undefined, maxBytes: number, share: Share) {
  const most = declared ?? maxBytes;
  let buffer = Buffer.allocUnsafe(0);
  let length = 0;

  const add = (chunk: Buffer) => {
    const needed = length + chunk.length;
    if (needed > most) throw new ContentTooLarge(maxBytes);
    if (needed > buffer.length) {
      const capacity = Math.min(most, Math.max(needed, buffer.length * 2, firstCapacity));
      share.growTo(capacity);
      buffer = Buffer.concat([buffer.subarray(0, length)], capacity);
    }
    chunk.copy(buffer, length);
    length = needed;
  };

  return new Promise<Buffer>((resolve, reject) => {
    const settle = (finish: () => void) => {
      request.off('data', onData).off('end', onEnd).off('close', onLeft);
      finish();
    };
    const begun = performance.now();
    const onData = (chunk: Buffer) => {
      try {
        add(chunk);
        const late = performance.now() - begun - unhurried;
        if (length < most && length < (late / 1_000) * bytesPerSecond) throw new RequestTimeout();
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = () => settle(() => resolve(buffer.subarray(0, length)));
    const onLeft = () => settle(() => reject(new MalformedRequest('the body ended before its time')));
    // Node tells of a broken connection by 'error' and by 'close'. An 'error' that nobody hears would end the process.
    request.on('error', () => undefined);
    pace(request);
    request.on('data', onData).on('end', onEnd).on('close', onLeft);
  });
}
