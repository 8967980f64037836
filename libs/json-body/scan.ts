import { MalformedRequest } from '#libs/problem-details';
import { isInexact } from './exact-number.js';

/**
 * What a body may be, unless a route says otherwise: its length, how deep containers may nest (the root container is depth
 * 1), and how many values and keys there may be, together.
 */
export const jsonLimits = { maxBytes: 2_097_152, maxDepth: 64, maxValues: 50_000 };

export interface Scan {
  /** Members of all objects, as written. */
  members: number;
  /** Whether an escape may stand for NUL or for half of a surrogate pair. */
  doubtfulEscapes: boolean;
  /** Whether there is a number that is no double. */
  inexactNumbers: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

/**
 * Counts what a JSON text holds, in one pass over its bytes and without allocating. The counts of a text that is no JSON
 * mean nothing, but it is still held to the limits, so that the parser has little work to refuse it.
 * @throws {MalformedRequest} beyond a limit
 */
export function scan(bytes: Uint8Array, maxValues: number): Scan {
  const { length } = bytes;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  let depth = 0;
  let values = 0;
  let members = 0;
  let doubtfulEscapes = false;
  let inexactNumbers = false;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20 || byte === comma) continue;
    if (byte === colon) {
      members++;
      continue;
    }
    if (byte === closeBracket || byte === closeBrace) {
      depth--;
      continue;
    }
    if (++values > maxValues) throw new MalformedRequest(`the body has more than ${maxValues} values and keys`);
    if (byte === openBracket || byte === openBrace) {
      if (++depth > jsonLimits.maxDepth)
        throw new MalformedRequest(`the body is nested more than ${jsonLimits.maxDepth} levels deep`);
    } else if (byte === quote) {
      while (++at < length && bytes[at] !== quote) {
        if (bytes[at] !== backslash) continue;
        at++;
        doubtfulEscapes ||= isDoubtful(bytes, at);
      }
    } else {
      const start = at;
      while (at + 1 < length && !endsScalar(bytes[at + 1]!)) at++;
      inexactNumbers ||= isInexactNumber(buffer, start, at + 1);
    }
  }
  return { members, doubtfulEscapes, inexactNumbers };
}

/** `\u0…` may be NUL, `\ud…` a surrogate. */
function isDoubtful(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x75) return false;
  const digit = bytes[at + 1]!;
  return digit === 0x30 || (digit | 0x20) === 0x64;
}

function isInexactNumber(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (first !== minus && (first < zero || first > nine)) return false;
  // As isInexact says, without making a text of each number.
  if (end - start < 16 && !hasExponent(bytes, start, end)) return false;
  return isInexact(bytes.toString('latin1', start, end));
}

function hasExponent(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at]! | 0x20) === 0x65) return true;
  return false;
}

function endsScalar(byte: number): boolean {
  return byte <= 0x20 || byte === comma || byte === colon || byte === closeBracket || byte === closeBrace;
}
