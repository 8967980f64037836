import { describe, expect, it } from '@jest/globals';
import { chiSquareTail, homogeneity } from './chi-square.js';

describe('the tail of chi-square', () => {
  // Abramowitz & Stegun, table 26.8.
  it.each([
    [3.84146, 1, 0.05],
    [10.8276, 1, 0.001],
    [5.99146, 2, 0.05],
    [16.2662, 3, 0.001],
    [22.4577, 6, 0.001],
    [32.9095, 12, 0.001],
    [99.6072, 60, 0.001],
    [0, 2, 1],
    [0, 3, 1],
  ])('above %d with %i degrees is %d', (x, degrees, p) => expect(chiSquareTail(x, degrees) / p).toBeCloseTo(1, 3));
});

describe('whether rows are alike', () => {
  it('is told by the counts, whatever rows and columns are empty', () => {
    const { statistic, degrees, p } = homogeneity([
      [10, 0, 20],
      [0, 0, 0],
      [20, 0, 10],
    ])!;
    expect(statistic).toBeCloseTo(20 / 3, 12);
    expect(degrees).toBe(1);
    expect(p).toBeCloseTo(0.00982, 5);
  });

  it('is not known of one row or one column', () => {
    expect(homogeneity([[3, 4]])).toBeNull();
    expect(homogeneity([[3], [4]])).toBeNull();
    expect(homogeneity([])).toBeNull();
  });
});
