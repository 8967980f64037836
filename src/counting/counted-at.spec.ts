import { describe, expect, it } from '@jest/globals';
import { countedAt } from './counted-at.js';

const recordedAt = new Date('2026-11-29T12:00:00.000Z');
const day = 86_400_000;

describe('an entry counts', () => {
  const at = (milliseconds: number) => new Date(recordedAt.getTime() + milliseconds);

  it('when it was said', () => {
    for (const time of [at(0), at(-1), at(-7 * day)]) expect(countedAt(time, recordedAt, 7 * day)).toEqual(time);
    for (const time of [at(-365 * day), new Date('0001-01-01T00:00:00.000Z')])
      expect(countedAt(time, recordedAt, Infinity)).toEqual(time);
  });

  it('when it was stored, where it is said to come from the future', () => {
    for (const time of [at(1), new Date('9999-12-31T23:59:59.999Z')])
      expect(countedAt(time, recordedAt, Infinity)).toEqual(recordedAt);
  });

  it('when it was stored, where it is said to be further back than it may be', () => {
    expect(countedAt(at(-7 * day - 1), recordedAt, 7 * day)).toEqual(recordedAt);
    expect(countedAt(at(-1), recordedAt, 0)).toEqual(recordedAt);
  });
});
