import { createHmac } from 'node:crypto';

/** A client and how it signs. */
export interface Client {
  id: string;
  secret: string;
}

export type Json = Record<string, unknown>;

type Part = string | Buffer | Json;

export const base64urlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function base64url(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Makes what stands behind the second dot of `input`. */
export type Signer = (input: string) => string | Buffer;

/** A JWT made by hand, so that header and claims may be any bytes. */
export function jwt(header: Part, claims: Part, sign: Signer): string {
  const input = [header, claims].map((part) => base64url(bytesOf(part))).join('.');
  return `${input}.${base64url(sign(input))}`;
}

function bytesOf(part: Part): string | Buffer {
  return typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
}

/** Signs with an HMAC: HS256 as the vendor's clients do. */
export function hmac(secret: string | Buffer, digest = 'sha256'): Signer {
  return (input) => createHmac(digest, secret).update(input).digest();
}

/** The token that the vendor's own bot kit sends: `appId` and a fractional `exp`, nothing else. */
export function vendorToken(client: Client, now = Date.now() / 1000): string {
  const exp = Math.floor(now) + 86_400.189;
  return jwt({ alg: 'HS256', typ: 'JWT' }, { appId: client.id, exp }, hmac(client.secret));
}

/** `token` with one character changed at a time: each of them to `each` others of the alphabet. */
export function* mutationsOf(token: string, each = 4): Generator<string> {
  for (let place = 0; place < token.length; place++)
    for (let step = 1; step <= each; step++) {
      const other = base64urlAlphabet[(base64urlAlphabet.indexOf(token[place]!) + 11 * step) % 64]!;
      yield token.slice(0, place) + other + token.slice(place + 1);
    }
}
