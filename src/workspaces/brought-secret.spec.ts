import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultOfBroughtSecret } from './brought-secret.js';

describe('a secret that was brought along', () => {
  it.each([
    'a-string-secret-at-least-256-bits-long',
    '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
    '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
    'your-256-bit-secret-your-256-bit-key',
    'please change-me before production!!',
    'REPLACE_ME_WITH_SOMETHING_ELSE_0123456789',
    '00000000000000000000000000000000',
    'secretsecretsecretsecretsecretsecret',
    'passwordpasswordpasswordpasswordpass',
    'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'zyxwvutsrqponmlkjihgfedcba9876543210',
  ])('is refused if it can be guessed: %s', (secret) => {
    expect(faultOfBroughtSecret('client', secret)).toBe('secret must not be one that can be guessed');
    expect(faultOfBroughtSecret('api-key', secret)).toBe('secret must not be one that can be guessed');
  });

  it('is taken if it is random, in any usual writing', () => {
    const bytes = fc.integer({ min: 32, max: 128 }).map((length) => randomBytes(length));
    const writing = fc.constantFrom('hex', 'base64', 'base64url');
    fc.assert(
      fc.property(bytes, writing, (some, encoding: BufferEncoding) => {
        expect(faultOfBroughtSecret('client', some.toString(encoding))).toBeNull();
        expect(faultOfBroughtSecret('api-key', some.toString(encoding))).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused below 32 bytes and above 512', () => {
    const text = randomBytes(512).toString('base64url');
    for (const length of [0, 1, 31, 513])
      expect(faultOfBroughtSecret('client', text.slice(0, length))).toBe('secret must be 32 to 512 bytes long');
    for (const length of [32, 512]) expect(faultOfBroughtSecret('client', text.slice(0, length))).toBeNull();
  });
});
