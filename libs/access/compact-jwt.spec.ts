import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { holdsAt, isPlainHs256, readCompactJwt } from './compact-jwt.js';

const encode = (text: string): string => Buffer.from(text).toString('base64url');

describe('readCompactJwt', () => {
  it('reads whatever claims JSON can say', () => {
    const claims = fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.oneof(fc.string(), fc.integer()),
    );
    fc.assert(
      fc.property(claims, fc.uint8Array(), (said, signature) => {
        const token = `${encode('{}')}.${encode(JSON.stringify(said))}.${Buffer.from(signature).toString('base64url')}`;
        expect(readCompactJwt(token)?.claims).toEqual({ ...said });
      }),
    );
  });

  it('reads a part only if it is what an encoder writes', () => {
    const digit = fc.constantFrom(
      ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n.'),
    );
    fc.assert(
      fc.property(fc.string({ unit: digit, maxLength: 12 }), (signature) => {
        const canonical = Buffer.from(signature, 'base64url').toString('base64url') === signature;
        expect(readCompactJwt(`${encode('{}')}.${encode('{}')}.${signature}`) !== null).toBe(canonical);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time to refuse a long one that is nearly right', () => {
    const started = performance.now();
    for (let i = 0; i < 100; i++) expect(readCompactJwt(`${'A'.repeat(8190)}=.`)).toBeNull();
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('isPlainHs256', () => {
  it.each([{ alg: 'HS256' }, { alg: 'HS256', typ: 'JWT', kid: '../x', jku: 'x', jwk: {}, x5c: [] }])(
    'says yes to %p',
    (header) => {
      expect(isPlainHs256(header)).toBe(true);
    },
  );

  it.each([
    {},
    { alg: 'none' },
    { alg: 'hs256' },
    { alg: 'HS512' },
    { alg: 'RS256' },
    { alg: ['HS256'] },
    { alg: 'HS256', crit: [] },
    { alg: 'HS256', crit: ['exp'] },
    { alg: 'HS256', b64: true },
  ])('says no to %p', (header) => {
    expect(isPlainHs256(header)).toBe(false);
  });
});

describe('holdsAt', () => {
  const now = 1_795_229_794.189;

  it.each([
    ['exp', now - 60 + 0.001, true],
    ['exp', now - 60, false],
    ['nbf', now + 60, true],
    ['nbf', now + 60.001, false],
    ['iat', now + 60, true],
    ['iat', now + 60.001, false],
  ])('allows 60 s of leeway: %s %f', (claim, seconds, holds) => {
    expect(holdsAt(now, { [claim]: seconds })).toBe(holds);
  });

  it('asks for all of them', () => {
    expect(holdsAt(now, { exp: now, nbf: now, iat: now })).toBe(true);
    expect(holdsAt(now, { exp: now, nbf: now, iat: now + 61 })).toBe(false);
    expect(holdsAt(now, { exp: now - 61, nbf: now, iat: now })).toBe(false);
    expect(holdsAt(now, {})).toBe(true);
  });

  it.each([NaN, Infinity, -Infinity, null, '1', true, [], {}, 1n])('takes finite numbers only: %p', (value) => {
    for (const claim of ['exp', 'nbf', 'iat']) expect(holdsAt(now, { [claim]: value })).toBe(false);
  });
});
