import type { IncomingMessage } from 'node:http';
import { ContentTooLarge, MalformedRequest } from '#libs/problem-details';
import type { Share } from './byte-budget.js';
import { pace } from './pace.js';

const firstCapacity = 16_384;

/**
 * The bytes of a body, in one buffer that grows by doubling: many tiny chunks cost no more memory than one large one.
 * @throws {ContentTooLarge} beyond `maxBytes`, before all of it was read
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
    const onData = (chunk: Buffer) => {
      try {
        add(chunk);
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
