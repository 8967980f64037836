import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairShare, type Holder } from './index.js';

/** How many of `amount` each somebody gets before being refused. */
function most(share: FairShare, holder: Holder, amount = 1): number {
  let taken = 0;
  while (share.take(amount, holder)) taken++;
  return taken;
}

describe('one holder', () => {
  it('gets three quarters, and leaves a quarter to others', () => {
    const share = new FairShare(16);
    expect(most(share, ['a'])).toBe(12);
    expect(most(share, ['b'])).toBe(3);
    expect(most(share, ['c'])).toBe(1);
  });

  it.each([
    [3, 2],
    [4, 3],
    [2, 1],
    [1, 1],
  ])('of %i leaves one to whoever has none, if there is more than one', (total, own) => {
    const share = new FairShare(total);
    expect(most(share, ['a'])).toBe(own);
    expect(most(share, ['b'])).toBe(total - own);
  });

  it('that holds nothing gets more than three quarters at once', () => {
    expect(new FairShare(100).take(100, ['a'])).toBe(true);
    expect(new FairShare(100).take(101, ['a'])).toBe(false);
  });

  it('leaves what is to stay free', () => {
    const share = new FairShare(100);
    expect(share.take(76, ['a'], 25)).toBe(false);
    expect(share.take(75, ['a'], 25)).toBe(true);
  });

  it('gets again what it has given back, and what it was charged counts', () => {
    const share = new FairShare(16);
    share.charge(20, ['a']);
    expect(share.take(1, ['b'])).toBe(false);
    share.give(20, ['a']);
    expect([share.used, most(share, ['a'])]).toEqual([0, 12]);
  });
});

describe('a member of a group', () => {
  it('gets three quarters of what its group may have', () => {
    const share = new FairShare(256);
    expect(most(share, ['a', '1'])).toBeLessThanOrEqual(144);
    expect(share.heldBy('a')).toBeGreaterThan(140);
    expect(share.take(1, ['a', '2'])).toBe(true);
    expect(share.heldBy('a', '2')).toBe(1);
  });

  it('gets nothing that its group may not have', () => {
    const share = new FairShare(16);
    expect(most(share, ['a'])).toBe(12);
    expect(share.take(1, ['a', '1'])).toBe(false);
    expect(share.take(1, ['b', '1'])).toBe(true);
  });
});

it('never gives more than there is, and counts what is held, whatever is taken and given', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const step = fc.record({
    holder: fc.tuple(name, name),
    amount: fc.integer({ min: 1, max: 40 }),
    gives: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const share = new FairShare(100);
      const taken: { holder: Holder; amount: number }[] = [];
      for (const { holder, amount, gives } of steps) {
        const [last] = gives ? taken.splice(-1) : [];
        if (last) share.give(last.amount, last.holder);
        else if (share.take(amount, holder)) taken.push({ holder, amount });
        const sum = (of: string): number =>
          taken.filter(({ holder: [group] }) => group === of).reduce((all, one) => all + one.amount, 0);
        expect(['a', 'b', 'c'].map((group) => share.heldBy(group))).toEqual(['a', 'b', 'c'].map(sum));
        expect(share.used).toBeLessThanOrEqual(100);
        expect(share.used).toBe(sum('a') + sum('b') + sum('c'));
      }
    }),
  );
});
