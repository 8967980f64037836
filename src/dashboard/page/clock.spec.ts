import { describe, expect, it } from '@jest/globals';
import { dateOf, midnight } from './clock.js';

const iso = (instant: number) => new Date(instant).toISOString();

describe('midnight', () => {
  it.each([
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['2026-06-01', 'Asia/Kathmandu', '2026-05-31T18:15:00.000Z'],
    ['2026-06-01', 'UTC', '2026-06-01T00:00:00.000Z'],
  ])('of %s in %s is %s', (date, zone, instant) => {
    expect(iso(midnight(date, zone))).toBe(instant);
    expect(dateOf(midnight(date, zone), zone)).toBe(date);
  });

  it('of so many days later counts days of the calendar, however long', () => {
    expect(iso(midnight('2026-03-28', 'Europe/Berlin', 2))).toBe('2026-03-29T22:00:00.000Z');
  });
});
