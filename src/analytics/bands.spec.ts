import { describe, expect, it } from '@jest/globals';
import { bandsOf, countIn, rangeOf, type ScoredScale } from './bands.js';

const scales: ScoredScale[] = ['thumb', 'csat', 'nps', 'rating'];

function scoresOf(scale: ScoredScale): number[] {
  const { low, high } = rangeOf(scale);
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

describe('bands', () => {
  it.each([
    ['nps', 'standard', { promoter: [9, 10], passive: [7, 8], detractor: [0, 6] }],
    ['nps', 'kore', { promoter: [9, 10], passive: [6, 8], detractor: [0, 5] }],
    ['csat', 'standard', { satisfied: [4, 5], neutral: [3, 3], dissatisfied: [1, 2] }],
    ['rating', 'kore', { satisfied: [4, 5], neutral: [3, 3], dissatisfied: [1, 2] }],
    ['thumb', 'standard', { positive: [1, 1], negative: [0, 0] }],
  ] as const)('of %s (%s)', (scale, set, expected) => {
    const bands = bandsOf(scale, set).map(({ name, low, high }) => [name, [low, high]] as const);
    expect(Object.fromEntries(bands)).toEqual(expected);
  });

  it.each(scales.flatMap((scale) => [[scale, 'standard'] as const, [scale, 'kore'] as const]))(
    'hold every score of %s (%s) exactly once',
    (scale, set) => {
      const distribution = scoresOf(scale).map((score) => ({ score, count: 2 ** score }));
      const total = bandsOf(scale, set).reduce((sum, band) => sum + countIn(band, distribution), 0);
      expect(total).toBe(distribution.reduce((sum, { count }) => sum + count, 0));
    },
  );

  it('span the scale', () => {
    expect(scales.map(rangeOf)).toEqual([
      { low: 0, high: 1 },
      { low: 1, high: 5 },
      { low: 0, high: 10 },
      { low: 1, high: 5 },
    ]);
  });
});
