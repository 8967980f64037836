import { describe, expect, it } from '@jest/globals';
import { VerifiedTokens } from './verified-tokens.js';

const client = {
  principal: {
    workspaceId: 'w',
    credentialId: 'c',
    scopes: new Set<never>(),
    limitedTo: null,
    origins: null,
    backdating: 0,
  },
  secrets: [],
};
const verified = { appId: 'cs-1', client, until: 100 };

describe('VerifiedTokens', () => {
  it('forgets the one remembered longest ago when it is full', () => {
    const tokens = new VerifiedTokens(3);
    for (const token of ['a', 'b', 'c']) tokens.set(token, verified);
    tokens.set('a', verified);
    tokens.set('d', verified);
    expect(['a', 'b', 'c', 'd'].map((token) => tokens.get(token, 0) !== undefined)).toEqual([true, false, true, true]);
  });

  it('relies on a token before its time is over only', () => {
    const tokens = new VerifiedTokens();
    tokens.set('a', verified);
    expect(tokens.get('a', 99.999)).toBe(verified);
    expect(tokens.get('a', 100)).toBeUndefined();
  });
});
