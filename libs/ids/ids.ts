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

/** When a UUIDv7 was made, in epoch milliseconds. */
export function timeOf(uuid: string): number {
  return Number.parseInt(uuid.replace('-', '').slice(0, 12), 16);
}

/** The least UUIDv7 of a time in epoch milliseconds. */
export function leastUuidAt(time: number): string {
  const hex = Math.min(Math.max(0, time), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
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
