import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { validateSync } from 'class-validator';
import { IsInstant, parseInstant } from './instant.js';

class Event {
  @IsInstant() at: unknown;
}

const messages = (at: unknown) =>
  validateSync(Object.assign(new Event(), { at })).flatMap(({ constraints }) => Object.values(constraints!));

describe('IsInstant', () => {
  it('takes every instant of the years 1 to 9999 as JavaScript writes it', () => {
    const range = {
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        expect(messages(date.toISOString())).toEqual([]);
        expect(parseInstant(date.toISOString())).toEqual(date);
      }),
    );
  });

  it.each([
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00-00:00', '2026-01-31T12:00:00.000Z'],
    ['2024-02-29T23:59:59.1Z', '2024-02-29T23:59:59.100Z'],
    ['2026-01-31T12:00:00.9999999999Z', '2026-01-31T12:00:00.999Z'],
    ['2026-01-31T12:00:00.2026Z', '2026-01-31T12:00:00.202Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.2509Z', '2017-01-01T00:00:00.250Z'],
    ['2017-01-01t05:29:60+05:30', '2017-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0099-12-31T23:59:59.0001239Z', '0099-12-31T23:59:59.000Z'],
  ])('reads %s as %s', (text, utc) => {
    expect(messages(text)).toEqual([]);
    expect(parseInstant(text).toISOString()).toBe(utc);
  });

  it.each([
    '2026-01-31T12:00:00',
    '2026-01-31',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00,5Z',
    '2026-01-31T12:00:00+0200',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+02:60',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-00-10T12:00:00Z',
    '2026-13-10T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2016-12-31T23:59:61Z',
    '2016-12-31T23:58:60Z',
    '2016-12-31T22:59:60Z',
    '2016-12-31T23:59:60+01:00',
    '9999-12-31T23:59:60Z',
    '0000-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '+002026-01-31T12:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\n',
    'infinity',
    'now',
    '',
    0,
    1767225600000,
    null,
    undefined,
    {},
    ['2026-01-31T12:00:00Z'],
  ])('refuses %j', (at) =>
    expect(messages(at)).toEqual(['at must be an RFC 3339 date-time with offset, such as 2026-01-31T12:00:00Z']),
  );

  it('says of a + that has become a blank how it is written', () => {
    const sentence = (at: string) => messages(at)[0]!;
    expect(sentence('2026-01-31T12:00:00 02:00')).toMatch(/its \+ has become a blank, in a query it is written %2B$/);
    for (const at of ['2026-01-31 12:00:00Z', '2026-02-30T12:00:00 02:00']) expect(sentence(at)).not.toMatch(/%2B/);
  });

  it('throws where text was not validated', () => expect(() => parseInstant('now')).toThrow(RangeError));
});
