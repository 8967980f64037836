import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Passport } from './access.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';
import type { Principal } from './principal.js';

const principal: Principal = {
  workspaceId: 'workspace',
  credentialId: 'client',
  scopes: new Set(),
  limitedTo: null,
  origins: null,
  backdating: Infinity,
};
const start = 1_795_229_794.5;

// The secrets are replaced inside the same object, which the port forbids: it shows whether a token is verified again.
let secrets: [string];
let strategy: JwtStrategy;

beforeEach(() => {
  jest.useFakeTimers({ now: start * 1000, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  secrets = ['a secret of 32 bytes or more, surely'];
  const client = { principal, secrets };
  strategy = new JwtStrategy(new Passport(), { byKeyHash: async () => null, byClientId: async () => client });
});

afterEach(() => {
  jest.useRealTimers();
});

function tokenOf(claims: object): string {
  const input = [{ alg: 'HS256' }, { appId: 'cs-1', ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${createHmac('sha256', secrets[0]).update(input).digest('base64url')}`;
}

async function validate(token: string): Promise<Principal> {
  return strategy.validate({ headers: { auth: token } });
}

function at(seconds: number): void {
  jest.setSystemTime(Math.round(seconds * 1000));
}

describe('a verified token', () => {
  it.each([{}, { exp: start + 3600 }])('is trusted for 30 s, then verified again: %p', async (claims) => {
    const token = tokenOf(claims);
    await validate(token);
    secrets[0] = 'another secret of 32 bytes or more';
    at(start + 29.999);
    expect(await validate(token)).toBe(principal);
    at(start + 30);
    await expect(validate(token)).rejects.toThrow('the credential is not valid');
  });

  it('is refused from the moment that it expires, leeway included', async () => {
    const token = tokenOf({ exp: start - 55.25 });
    await validate(token);
    at(start + 4.749);
    expect(await validate(token)).toBe(principal);
    at(start + 4.75);
    await expect(validate(token)).rejects.toThrow('the credential is not valid');
  });

  it('does not speak for a refused one', async () => {
    const token = tokenOf({});
    await validate(token);
    await expect(validate(`${token.slice(0, -4)}AAAA`)).rejects.toThrow('the credential is not valid');
  });
});
