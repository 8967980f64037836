import { describe, expect, it } from '@jest/globals';
import { delayAfter, waitWanted } from '../../src/webhooks/schedule.js';

const hours = (count: number): number => count * 3_600_000;

describe('the schedule', () => {
  it('has ten attempts, after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h', () => {
    const delays = Array.from({ length: 10 }, (_, n) => delayAfter(n + 1, 0.5));
    const planned = [5_000, 300_000, 1_800_000, hours(2), hours(5), hours(10), hours(14), hours(20), hours(24)];
    expect(delays).toEqual([...planned, null]);
  });

  it('is spread by a tenth to both sides', () => {
    expect([delayAfter(4, 0), delayAfter(4, 1)]).toEqual([6_480_000, 7_920_000]);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  it.each<[string, number | null, string | null, number | null]>([
    ['seconds', 429, '120', 120_000],
    ['seconds of a server that is away', 503, '7', 7_000],
    ['a date', 429, 'Sat, 31 Jan 2026 12:01:00 GMT', 60_000],
    ['a day at most', 429, '9999999', hours(24)],
    ['a date that is past', 429, 'Sat, 31 Jan 2026 11:00:00 GMT', null],
    ['nothing that anybody understands', 429, 'soon', null],
    ['nothing', 429, null, null],
    ['nothing with another status', 500, '120', null],
  ])('is %s', (_, status, text, wait) => expect(waitWanted(status, text, now)).toBe(wait));
});
