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
    'password123password456password789',
    'sunshine1dragon2monkey3shadow4master5',
    'qwertyuiopasdfghjklzxcvbnm1234567890',
    'p4ssw0rd!p4ssw0rd?s3cr3t!s3cr3t?',
    '1990010119910202199203031993040419940505',
    'password123password456'.repeat(23),
  ])('is refused if it can be guessed: %s', async (secret) => {
    expect(await faultOfBroughtSecret('client', secret)).toBe('secret must not be one that can be guessed');
    expect(await faultOfBroughtSecret('api-key', secret)).toBe('secret must not be one that can be guessed');
  });

  it('is taken if it is random, in any usual writing', async () => {
    const bytes = fc.integer({ min: 32, max: 128 }).map((length) => randomBytes(length));
    const writing = fc.constantFrom('hex', 'base64', 'base64url');
    await fc.assert(
      fc.asyncProperty(bytes, writing, async (some, encoding: BufferEncoding) => {
        expect(await faultOfBroughtSecret('client', some.toString(encoding))).toBeNull();
        expect(await faultOfBroughtSecret('api-key', some.toString(encoding))).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it.each(['correct horse battery staple purple monkey', randomBytes(16).toString('hex')])(
    'is taken: %s',
    async (text) => expect(await faultOfBroughtSecret('api-key', text)).toBeNull(),
  );

  it('is refused below 32 bytes and above 512', async () => {
    const text = randomBytes(512).toString('base64url');
    for (const length of [0, 1, 31, 513])
      expect(await faultOfBroughtSecret('client', text.slice(0, length))).toBe('secret must be 32 to 512 bytes long');
    for (const length of [32, 512]) expect(await faultOfBroughtSecret('client', text.slice(0, length))).toBeNull();
  });
});
