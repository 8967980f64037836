import { expect, it } from '@jest/globals';
import { maxScore } from '../counting/counts.sql.js';
import { scoredScales, scoreRangeOf } from './scale.js';

it.each(scoredScales)('%s has no score beyond those that are counted', (scale) => {
  const { low, high } = scoreRangeOf(scale);
  expect([low >= 0, high <= maxScore]).toEqual([true, true]);
});
