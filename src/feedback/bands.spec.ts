import { describe, expect, it } from '@jest/globals';
import { type ScoredScale, scoredScales, scoreRangeOf } from './scale.js';
import { bandsOf, countIn } from './bands.js';

function scoresOf(scale: ScoredScale): number[] {
  const { low, high } = scoreRangeOf(scale);
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

describe('bands', () => {
  it.each([
    ['nps', 'standard', { promoter: [9, 10], passive: [7, 8], detractor: [0, 6] }],
    ['nps', 'kore', { promoter: [9, 10], passive: [6, 8], detractor: [0, 5] }],
    ['csat', 'standard', { satisfied: [4, 5], neutral: [3, 3], dissatisfied: [1, 2] }],
    ['ces', 'standard', { satisfied: [6, 7], neutral: [3, 5], dissatisfied: [1, 2] }],
    ['rating3', 'standard', { satisfied: [3, 3], neutral: [2, 2], dissatisfied: [1, 1] }],
    ['rating4', 'standard', { satisfied: [3, 4], dissatisfied: [1, 2] }],
    ['rating6', 'standard', { satisfied: [5, 6], neutral: [3, 4], dissatisfied: [1, 2] }],
    ['rating7', 'standard', { satisfied: [6, 7], neutral: [3, 5], dissatisfied: [1, 2] }],
    ['rating10', 'kore', { satisfied: [8, 10], neutral: [4, 7], dissatisfied: [1, 3] }],
    ['rating', 'kore', { satisfied: [4, 5], neutral: [3, 3], dissatisfied: [1, 2] }],
    ['thumb', 'standard', { positive: [1, 1], negative: [0, 0] }],
  ] as const)('of %s (%s)', (scale, set, expected) => {
    const bands = bandsOf(scale, set).map(({ name, low, high }) => [name, [low, high]] as const);
    expect(Object.fromEntries(bands)).toEqual(expected);
  });

  it.each(scoredScales.flatMap((scale) => [[scale, 'standard'] as const, [scale, 'kore'] as const]))(
    'hold every score of %s (%s) exactly once',
    (scale, set) => {
      const distribution = scoresOf(scale).map((score) => ({ score, count: 2 ** score }));
      const total = bandsOf(scale, set).reduce((sum, band) => sum + countIn(band, distribution), 0);
      expect(total).toBe(distribution.reduce((sum, { count }) => sum + count, 0));
    },
  );

  it('span the scale', () => {
    for (const scale of scoredScales) {
      const ends = bandsOf(scale).flatMap(({ low, high }) => [low, high]);
      expect({ low: Math.min(...ends), high: Math.max(...ends) }).toEqual(scoreRangeOf(scale));
    }
  });
});
