import { describe, expect, it } from '@jest/globals';
import { dateReader } from './dates.js';

describe('a date', () => {
  it.each([
    ['2026-01-31T12:00:00Z', undefined, '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5+01:00', 'Asia/Tokyo', '2026-01-31T11:00:00.500Z'],
    ['2026-01-31', 'Europe/Berlin', '2026-01-30T23:00:00.000Z'],
    ['2026-07-31T12:00', 'Europe/Berlin', '2026-07-31T10:00:00.000Z'],
    ['2026-07-31 12:00:01.123456', 'UTC', '2026-07-31T12:00:01.123Z'],
  ])('%s in ISO 8601, zone %s, is %s', (text, zone, instant) => expect(dateReader([], zone)(text)).toBe(instant));

  it.each([
    ['31.01.2026 12:05', 'dd.MM.yyyy HH:mm', '2026-01-31T11:05:00.000Z'],
    ['1/31/26 1:05 PM', 'M/d/yy h:mm a', '2026-01-31T12:05:00.000Z'],
    ['12:00 a.m. on 31 Jan 2026', "hh:mm a 'on' d MMM yyyy", '2026-01-30T23:00:00.000Z'],
    ['31 January 2026', 'd MMMM yyyy', '2026-01-30T23:00:00.000Z'],
    ['2026-01-31 12:00:00 +0530', 'yyyy-MM-dd HH:mm:ss XXX', '2026-01-31T06:30:00.000Z'],
    ['2026-01-31 12:00:00 UTC', "yyyy-MM-dd HH:mm:ss 'UTC'", '2026-01-31T11:00:00.000Z'],
    ['1769860800', 'unix', '2026-01-31T12:00:00.000Z'],
    ['1769860800123', 'unix-ms', '2026-01-31T12:00:00.123Z'],
    // Noon of 31 January 2026 in Excel, and a quarter past ten with as many digits as it shows.
    ['46053.5', 'excel', '2026-01-31T11:00:00.000Z'],
    ['46053.4270833333', 'excel', '2026-01-31T09:15:00.000Z'],
  ])('%s in the form %s is %s', (text, format, instant) =>
    expect(dateReader([format], 'Europe/Berlin')(text)).toBe(instant),
  );

  it.each([
    ['03/04/2026', ['dd/MM/yyyy', 'MM/dd/yyyy'], 'is ambiguous: 2026-04-03T00:00:00.000Z or 2026-03-04T00:00:00.000Z'],
    ['31/02/2026', ['dd/MM/yyyy'], 'is no dd/MM/yyyy'],
    ['1/2/2026', ['dd/MM/yyyy'], 'is no dd/MM/yyyy'],
    ['31/01/2026 24:00', ['dd/MM/yyyy HH:mm'], 'is no'],
    ['31/01/2026 13:00 PM', ['dd/MM/yyyy hh:mm a'], 'is no'],
    ['60', ['excel'], 'is no excel'],
    ['31/01/2026', [], 'is no ISO 8601'],
    ['46053.5', [], 'is no ISO 8601'],
    ['2026-02-30', [], 'is no ISO 8601'],
  ])('%s in the forms %j %s', (text, formats, sentence) =>
    expect(() => dateReader(formats, 'UTC')(text)).toThrow(`${text} ${sentence}`),
  );

  it('that fits two forms which say the same is that', () => {
    expect(dateReader(['dd/MM/yyyy', 'MM/dd/yyyy'], 'UTC')('05/05/2026')).toBe('2026-05-05T00:00:00.000Z');
    expect(dateReader(['dd/MM/yyyy', 'MM/dd/yyyy'], 'UTC')('31/01/2026')).toBe('2026-01-31T00:00:00.000Z');
  });

  it('is a fault in the hour that the clock shows twice, and in the one that it leaves out', () => {
    const read = dateReader(['dd.MM.yyyy HH:mm'], 'Europe/Berlin');
    expect(() => read('25.10.2026 02:30')).toThrow('2026-10-25T00:30:00.000Z or 2026-10-25T01:30:00.000Z');
    expect(() => read('29.03.2026 02:30')).toThrow('29.03.2026 02:30 is no dd.MM.yyyy HH:mm');
  });

  it('without an offset needs a zone', () => {
    expect(() => dateReader([], undefined)('2026-01-31')).toThrow('is no ISO 8601 date-time with offset');
    expect(() => dateReader(['dd/MM/yyyy'], undefined)).toThrow('the format dd/MM/yyyy has no offset');
    expect(() => dateReader(['excel'], undefined)).toThrow('the format excel has no offset');
  });

  it.each([
    ['DD/MM/YYYY', 'DD in the format DD/MM/YYYY is none of yyyy yy'],
    ['HH:mm', 'names no year, month and day'],
  ])('has no form %s', (format, sentence) => expect(() => dateReader([format], 'UTC')).toThrow(sentence));
});
