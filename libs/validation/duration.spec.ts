import { describe, expect, it } from '@jest/globals';
import { millisecondsOf } from './duration.js';

describe('a duration', () => {
  it.each([
    ['PT1H', 3_600_000],
    ['PT24H', 86_400_000],
    ['P1D', 86_400_000],
    ['PT90M', 5_400_000],
    ['P1DT2H3M4.005S', 93_784_005],
    ['PT0.1S', 100],
    ['PT0S', 0],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(millisecondsOf(text)).toBe(milliseconds);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '1H',
    'PT1',
    'pt1h',
    'PT-1H',
    '-PT1H',
    'PT1.5H',
    'PT1M1H',
    'P1M',
    'P1Y',
    'P1W',
    'PT1H ',
    'PT1,5S',
    'PT.5S',
    'PT1.0001S',
  ])('%p is none', (text) => {
    expect(millisecondsOf(text)).toBeNaN();
  });
});
