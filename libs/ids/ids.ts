import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const pool = Buffer.alloc(4_096);
let used = pool.length;
let msecs = 0;
let seq = 0;

/** A UUIDv7 (RFC 9562), greater than each that this process made before. */
export function newUuid(): string {
  const random = randomBytes(16);
  const now = Date.now();
  // 31 of the 32 bits of the counter, so that it does not overflow within its millisecond.
  seq = now > msecs ? random.readUInt32BE(6) >>> 1 : seq + 1;
  msecs = Math.max(msecs, now);
  return v7({ random, msecs, seq });
}

/** Digits and letters, to tell things apart: not even enough in their distribution for a secret. */
export function randomBase62(length: number): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let text = '';
  for (const byte of randomBytes(length)) text += alphabet[byte % 62];
  return text;
}

/** Valid until the next call. */
function randomBytes(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
