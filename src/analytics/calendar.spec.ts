import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bucketsOf, type CalendarInterval } from './calendar.js';

const quarterHour = 900_000;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'];

describe('bucketsOf', () => {
  const quarters = (from: string, to: string) =>
    fc.integer({ min: Date.parse(from) / quarterHour, max: Date.parse(to) / quarterHour }).map((n) => n * quarterHour);

  it('covers the period without a gap, in quarters of an hour, each bucket beginning on its mark', () => {
    const intervals = fc.constantFrom<CalendarInterval>('hour', 'day', 'week', 'month');
    const start = quarters('1990-01-01', '2030-01-01');
    const length = fc.integer({ min: 1, max: 1_500 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), intervals, start, length, (timeZone, interval, from, n) => {
        const to = from + n * quarterHour;
        const bounds = bucketsOf(from, to, interval, timeZone, 1_000)!;
        expect([bounds[0], bounds.at(-1)]).toEqual([from, to]);
        const clock = new Intl.DateTimeFormat('en-GB', {
          timeZone,
          weekday: 'short',
          day: 'numeric',
          hour: '2-digit',
          minute: '2-digit',
        });
        bounds.slice(1).forEach((bound, i) => expect(bound).toBeGreaterThan(bounds[i]!));
        for (const bound of bounds.slice(1, -1)) {
          expect(bound % quarterHour).toBe(0);
          const parts = Object.fromEntries(clock.formatToParts(bound).map(({ type, value }) => [type, value]));
          if (interval === 'hour') {
            // Where the clock is set back by half an hour, an hour begins in its middle for once.
            expect(timeZone === 'Australia/Lord_Howe' ? ['00', '30'] : ['00']).toContain(parts['minute']);
            continue;
          }
          // Where midnight is left out, the day begins at one.
          expect(['00:00', '24:00', '01:00', '00:01']).toContain(`${parts['hour']}:${parts['minute']}`);
          if (interval === 'week') expect(parts['weekday']).toBe('Mon');
          if (interval === 'month') expect(parts['day']).toBe('1');
        }
      }),
    );
  });

  it('says so where there are too many', () => {
    const year = [Date.parse('2026-01-01'), Date.parse('2027-01-01')] as const;
    expect(bucketsOf(...year, 'day', 'UTC', 365)).toHaveLength(366);
    expect(bucketsOf(...year, 'day', 'UTC', 364)).toBeNull();
  });

  it('rounds the bounds of local mean time down', () => {
    const bounds = bucketsOf(Date.parse('1850-01-01'), Date.parse('1850-01-03'), 'day', 'Europe/Berlin', 10)!;
    // 53 minutes and 28 seconds ahead of UTC.
    expect(bounds.map((bound) => new Date(bound).toISOString())).toContain('1850-01-01T23:00:00.000Z');
  });
});
