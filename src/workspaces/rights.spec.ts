import { isAmong, mayDo, type Principal, type Scope } from '#libs/access';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refuseBeyond, type Rights } from './rights.js';
import { scopes } from './scopes.js';

const some = (from: string[]) => fc.option(fc.subarray(from, { minLength: 1 }), { nil: null });
const rights: fc.Arbitrary<Rights> = fc.record({
  scopes: fc.subarray([...scopes], { minLength: 1 }),
  bots: some(['a', 'b', 'c']),
  origins: some(['https://a.example', 'https://b.example', 'https://*.example']),
  expiresAt: fc.option(fc.date({ noInvalidDate: true }), { nil: null }),
});

function holderOf({ scopes: granted, bots, origins }: Rights): Principal {
  return {
    workspaceId: 'w',
    credentialId: 'c',
    scopes: new Set(granted),
    limitedTo: bots,
    origins,
    backdating: Infinity,
  };
}

function isRefused(maker: Rights, wanted: Rights): boolean {
  try {
    refuseBeyond(holderOf(maker), maker.expiresAt, wanted);
    return false;
  } catch {
    return true;
  }
}

/** Everything that the rights let somebody do: which scope, to which bot, from which origin, when. */
function deeds(of: Rights): string[] {
  const holder = holderOf(of);
  const times = of.expiresAt ? ['before'] : ['before', 'for ever'];
  return scopes
    .filter((scope: Scope) => mayDo(holder, scope))
    .flatMap((scope) => (of.bots ?? ['a', 'b', 'c', 'any other']).map((bot) => `${scope} ${bot}`))
    .flatMap((deed) =>
      ['https://a.example', 'https://b.example', 'https://c.example', 'any other']
        .filter((from) => of.origins === null || isAmong(from, of.origins))
        .map((from) => `${deed} ${from}`),
    )
    .flatMap((deed) => times.map((time) => `${deed} ${time}`));
}

describe('a credential', () => {
  it('is never granted anything that its maker cannot do', () => {
    fc.assert(
      fc.property(rights, rights, (maker, wanted) => {
        fc.pre(!isRefused(maker, wanted));
        const possible = new Set(deeds(maker));
        expect(deeds(wanted).filter((deed) => !possible.has(deed))).toEqual([]);
        if (maker.expiresAt) expect(wanted.expiresAt!.getTime()).toBeLessThanOrEqual(maker.expiresAt.getTime());
      }),
    );
  });

  it('may have exactly what its maker has', () => {
    fc.assert(fc.property(rights, (own) => expect(isRefused(own, own)).toBe(false)));
  });
});
