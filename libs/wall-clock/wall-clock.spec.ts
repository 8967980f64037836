import { describe, expect, it } from '@jest/globals';
import { isTimeZone, WallClock } from './index.js';

describe('isTimeZone', () => {
  it.each(['UTC', 'Asia/Kathmandu', 'europe/berlin'])('%s is one', (name) => expect(isTimeZone(name)).toBe(true));
  it.each(['', '+01:00', 'Mars/Olympus', 'local'])('%p is none', (name) => expect(isTimeZone(name)).toBe(false));
});

describe('instantsOf', () => {
  const berlin = new WallClock('Europe/Berlin');
  const shown = (text: string): string[] =>
    berlin.instantsOf(Date.parse(`${text}Z`)).map((instant) => new Date(instant).toISOString());

  it('is one, but for the hour that comes twice and the hour that is left out', () => {
    expect(shown('2026-01-31T12:00:00')).toEqual(['2026-01-31T11:00:00.000Z']);
    expect(shown('2026-10-25T02:30:00')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
    expect(shown('2026-03-29T02:30:00')).toEqual([]);
  });
});
