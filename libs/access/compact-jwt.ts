import { parseJson } from '#libs/json-body';
import { Problem } from '#libs/problem-details';

type JsonObject = Readonly<Record<string, unknown>>;

/** The two JSON objects of a JWT, read but not verified. */
export interface CompactJwt {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** Seconds that the clock of the signer may be off. */
export const leeway = 60;

const maxLength = 8192;

/** Unpadded base64url whose unused last bits are 0, so that no two texts stand for the same bytes. */
const base64url = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?';
const compact = new RegExp(`^(${base64url})\\.(${base64url})\\.(${base64url})$`);

/** Reads the compact form (RFC 7515 §7.1), at most 8 KiB; null unless header and claims are unambiguous JSON objects. */
export function readCompactJwt(token: string): CompactJwt | null {
  const parts = token.length <= maxLength ? compact.exec(token) : null;
  const header = parts && readObject(parts[1]!);
  const claims = header && readObject(parts[2]!);
  return claims && { header, claims };
}

function readObject(part: string): JsonObject | null {
  try {
    const value = parseJson(Buffer.from(part, 'base64url'), { exactNumbers: false });
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the header asks for exactly what we do: HS256, no extension that must be understood (RFC 8725 §3.1). */
export function isPlainHs256(header: JsonObject): boolean {
  return header.alg === 'HS256' && !Object.hasOwn(header, 'crit') && !Object.hasOwn(header, 'b64');
}

/**
 * Whether the claims hold at `now` (seconds, fractions allowed). Each of `exp`, `nbf` and `iat` may be absent; if it is
 * there it must be a finite number (RFC 7519 NumericDate), and is taken with {@link leeway}.
 */
export function holdsAt(now: number, { exp, nbf, iat }: JsonObject): boolean {
  return isAbsentOr(exp, (end) => now < end + leeway) && [nbf, iat].every((start) => isAbsentOr(start, begun));

  function begun(start: number): boolean {
    return now >= start - leeway;
  }
}

/** The end of the year 9999, in seconds. */
const endOfTime = 253_402_300_800;

/** Which claim names a time beyond the year 9999, as one in milliseconds does. */
export function beyondTime(claims: JsonObject): string | undefined {
  return ['exp', 'nbf', 'iat'].find((name) => typeof claims[name] === 'number' && claims[name] >= endOfTime);
}

function isAbsentOr(claim: unknown, holds: (seconds: number) => boolean): boolean {
  return claim === undefined || (typeof claim === 'number' && Number.isFinite(claim) && holds(claim));
}
