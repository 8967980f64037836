import { describe, expect, it } from '@jest/globals';
import { isTimeZone, WallClock } from './index.js';

describe('isTimeZone', () => {
  it.each([
    ...Intl.supportedValuesOf('timeZone'),
    'US/Pacific',
    'Asia/Calcutta',
    'europe/berlin',
    'Etc/GMT+5',
    '+01:00',
  ])('%s is one', (name) => expect(isTimeZone(name)).toBe(true));
  it.each(['', 'Etc/Unknown', 'Mars/Olympus', 'local', ' 01:00'])('%p is none', (name) =>
    expect(isTimeZone(name)).toBe(false),
  );
});

describe('the first instant of a day', () => {
  it.each([
    ['2026-06-01', 'UTC', '2026-06-01T00:00:00Z'],
    ['2026-06-01', 'Asia/Kathmandu', '2026-05-31T18:15:00Z'],
    ['2026-06-01', '+01:00', '2026-05-31T23:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    // Midnight is left out: the day begins at one.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00Z'],
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
    // Midnight comes twice.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00Z'],
    // The hour before midnight comes twice.
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00Z'],
    // The day is left out.
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
  ])('%s in %s is %s', (day, zone, instant) => {
    expect(new WallClock(zone).instantOf(Date.parse(day))).toBe(Date.parse(instant));
  });
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
