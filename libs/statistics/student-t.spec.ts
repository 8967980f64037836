import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { criticalValue, tailProbability } from './student-t.js';

const alphas = fc.double({ min: 1e-9, max: 0.9, noNaN: true });
const degrees = fc.double({ min: 1, max: 1e7, noNaN: true });
const statistics = fc.double({ min: 1e-6, max: 30, noNaN: true });

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

// The expected values are SciPy's.
describe('tailProbability', () => {
  it.each([
    [0.01, 0.9920212873707368],
    [1, 0.31731050786291415],
    [1.96, 0.04999579029644087],
    [2.9999, 0.00270068256590985],
    [3.0001, 0.0026989098265214344],
    [5, 5.733031437583866e-7],
    [10, 1.523970604832094e-23],
    [37, 1.1451142445047853e-299],
  ])('of the normal distribution beyond %d is %d', (z, expected) => {
    expect(relativeError(tailProbability(z), expected)).toBeLessThan(1e-11);
  });

  it.each([
    [0.1, 1, 0.936548965138893],
    [2, 1, 0.2951672353008665],
    [0.5, 4.3, 0.641588380900768],
    [2, 10, 0.07338803477074037],
    [8, 10, 1.1774942789666167e-5],
    [30, 3, 8.135280427163958e-5],
    [1.96, 1000, 0.050273184955748736],
    [5, 5e4, 5.752385056941256e-7],
    [3, 1e6, 0.0026998625414218],
  ])('beyond %d with %d degrees of freedom is %d', (t, df, expected) => {
    expect(relativeError(tailProbability(t, df), expected)).toBeLessThan(1e-11);
  });

  it('falls as the statistic grows', () => {
    fc.assert(
      fc.property(statistics, degrees, (t, df) => {
        expect(tailProbability(t * 1.001, df)).toBeLessThan(tailProbability(t, df));
      }),
    );
  });

  it('is 1 at 0', () => {
    expect(tailProbability(0, 5)).toBe(1);
  });
});

describe('criticalValue', () => {
  it.each([
    [0.05, 1, 12.706204736174705],
    [0.05, 1.5, 6.016663104427933],
    [0.05, 2, 4.302652729749464],
    [0.01, 3, 5.840909309733357],
    [0.05, 9, 2.2621571627982053],
    [0.0005, 9, 5.290653840306442],
    [0.05, 29.7, 2.0431378562472564],
    [0.05, 999, 1.9623414611334498],
    [0.05, 99_999, 1.9599877077718448],
    [0.05, 1e6, 1.9599663568141072],
    [0.05, Infinity, 1.959963984540054],
  ])('for %d and %d degrees of freedom is %d', (alpha, df, expected) => {
    expect(relativeError(criticalValue(alpha, df), expected)).toBeLessThan(1e-10);
  });

  it('undoes the tail probability', () => {
    fc.assert(
      fc.property(alphas, degrees, (alpha, df) => {
        expect(relativeError(tailProbability(criticalValue(alpha, df), df), alpha)).toBeLessThan(1e-9);
      }),
    );
  });
});
