import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cells, twoOf } from '../../test/harness/scores.arbitrary.js';
import { independenceP } from './fisher.js';

const tables = twoOf(cells(2)).map(([[a, k1], [b, k2]]) => [k1!, a! + k1!, k2!, b! + k2!] as const);

describe('independenceP', () => {
  // Summed exactly in whole numbers.
  it.each([
    [2, 12, 6, 600, 0.009253718390015608],
    [2, 10, 10, 500, 0.020589054642638376],
    [3, 4, 1, 4, 0.4857142857142857],
    [0, 5, 5, 5, 0.007936507936507936],
    [1, 9, 11, 12, 0.0003708365937468105],
    [100, 200, 96, 200, 0.7641757219899813],
    [1000, 2000, 950, 2000, 0.1211305094308109],
    [0, 10, 0, 1000, 1],
    [40, 50, 400, 4000, 1.9789987776199636e-30],
    [600, 1000, 3, 1000, 1.7398582894419202e-231],
    [900, 1800, 500, 1_000_000, 0],
  ])('of %d in %d against %d in %d is %d', (k1, n1, k2, n2, p) => {
    const found = independenceP(k1, n1, k2, n2);
    if (p === 0) expect(found).toBe(0);
    else expect(found / p).toBeCloseTo(1, 10);
  });

  it('takes the likelihood ratio where it is as good as exact', () => {
    expect(independenceP(2500, 5000, 2400, 5000)).toBeCloseTo(0.045449866, 9);
    expect(independenceP(5e8, 1e9, 500_020_000, 1e9)).toBeCloseTo(0.371093, 6);
  });

  it('is the same whichever side, and whichever of the two answers, comes first', () => {
    fc.assert(
      fc.property(tables, ([k1, n1, k2, n2]) => {
        const p = independenceP(k1, n1, k2, n2);
        expect(independenceP(k2, n2, k1, n1) / p || 1).toBeCloseTo(1, 9);
        expect(independenceP(n1 - k1, n1, n2 - k2, n2) / p || 1).toBeCloseTo(1, 9);
        expect([p >= 0, p <= 1]).toEqual([true, true]);
      }),
    );
  });
});
