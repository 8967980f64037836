import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new API key: `aw_`, 30 random base62 characters (178 bits), and 6 that carry the CRC-32 of what precedes. */
export function newApiKey(): string {
  const unchecked = `aw_${Array.from({ length: 30 }, () => base62[randomInt(62)]).join('')}`;
  return unchecked + checksumOf(unchecked);
}

/** Whether `key` has the form and the checksum of {@link newApiKey}'s. One with a typo has not; a forged one may have. */
export function isApiKeyShape(key: string): boolean {
  return /^aw_[0-9A-Za-z]{36}$/.test(key) && key.endsWith(checksumOf(key.slice(0, -6)));
}

/** Whether `key` has the prefix of {@link newApiKey}'s, but not their form or not their checksum. */
export function isMistyped(key: string): boolean {
  return key.startsWith('aw_') && !isApiKeyShape(key);
}

/** What is kept of an API key: its SHA-256 as 64 lower-case hex digits. */
export function hashOf(key: string): string {
  return hash('sha256', key);
}

function checksumOf(unchecked: string): string {
  let rest = crc32(unchecked);
  let digits = '';
  for (let place = 0; place < 6; place++, rest = Math.floor(rest / 62)) digits = base62[rest % 62] + digits;
  return digits;
}
