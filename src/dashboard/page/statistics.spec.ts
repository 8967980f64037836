import { describe, expect, it } from '@jest/globals';
import type { Part } from './api.js';
import { shareChange } from './statistics.js';

/** With the Wilson interval that the API gives. */
function part(count: number, n: number): Part {
  const z = 1.959963984540054;
  const centre = (count + z ** 2 / 2) / (n + z ** 2);
  const half = (z / (n + z ** 2)) * Math.sqrt((count * (n - count)) / n + z ** 2 / 4);
  return { name: 'p', count, share: count / n, ci: { low: centre - half, high: centre + half, level: 0.95 } };
}

describe('the change of a share', () => {
  it.each([
    [56, 70, 48, 80, 0.2, 0.052431, 0.333873],
    [9, 10, 3, 10, 0.6, 0.170523, 0.809018],
  ])('from %i of %i and %i of %i has the interval of Newcombe', (k, n, before, nBefore, estimate, low, high) => {
    const change = shareChange(part(k, n), n, part(before, nBefore), nBefore);
    expect(change.verdict).toBe('higher');
    expect(change.estimate).toBeCloseTo(estimate, 6);
    expect(change.ci!.low).toBeCloseTo(low, 6);
    expect(change.ci!.high).toBeCloseTo(high, 6);
  });

  it('is lower the other way round, and no verdict where it may be chance or rests on too few', () => {
    const verdict = (k: number, n: number, before: number, nBefore: number) =>
      shareChange(part(k, n), n, part(before, nBefore), nBefore).verdict;
    expect(verdict(3, 10, 9, 10)).toBe('lower');
    expect(verdict(6, 10, 5, 10)).toBe('not distinguishable');
    expect(verdict(9, 9, 0, 10)).toBe('too few answers');
    expect(verdict(10, 10, 0, 9)).toBe('too few answers');
  });
});
