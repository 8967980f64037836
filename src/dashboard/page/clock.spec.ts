import { describe, expect, it } from '@jest/globals';
import { beginsDay, browserZone, dateOf, isZone } from './clock.js';

it.each(['US/Pacific', 'europe/berlin', 'Etc/GMT+5', '+01:00', browserZone])('%s is a time zone', (name) =>
  expect(isZone(name)).toBe(true),
);
it.each(['Etc/Unknown', 'Mars', ''])('%j is none', (name) => expect(isZone(name)).toBe(false));

describe('a day', () => {
  it.each([
    ['2026-03-08T05:00:00.000Z', 'America/New_York', '2026-03-08'],
    ['2026-05-31T18:15:00.000Z', 'Asia/Kathmandu', '2026-06-01'],
    // There is no midnight.
    ['2018-11-04T03:00:00.000Z', 'America/Sao_Paulo', '2018-11-04'],
  ])('begins at %s in %s', (instant, zone, date) => {
    expect(dateOf(Date.parse(instant), zone)).toBe(date);
    expect(beginsDay(instant, zone)).toBe(true);
    expect(beginsDay(new Date(Date.parse(instant) + 900_000).toISOString(), zone)).toBe(false);
  });
});
