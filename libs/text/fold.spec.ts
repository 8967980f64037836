import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';

const cased = Array.from({ length: 0x11_0000 }, (_, code) => code)
  .filter((code) => code < 0xd8_00 || code > 0xdf_ff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /\p{Changes_When_NFKC_Casefolded}|\p{Cased}/u.test(character));

describe('fold', () => {
  it.each([
    ['İstanbul', 'ISTANBUL', 'istanbul', 'ıstanbul'],
    ['Straße', 'STRASSE', 'STRAẞE', 'strasse'],
    ['ΟΔΟΣ', 'οδος', 'οδοσ'],
    ['Ärger', 'a\u0308rger', 'ÄRGER'],
    ['ﬁne', 'FINE', 'ｆｉｎｅ'],
    ['ΐ', 'Ϊ́', '\u0399\u0308\u0301'],
  ])('sees no difference between %s and %s', (...spellings) => {
    expect(new Set(spellings.map(fold)).size).toBe(1);
  });

  it.each([
    ['żółw', 'zolw'],
    ['й', 'и'],
    ['a', 'ä'],
  ])('tells %s from %s', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });

  it('makes the same of every character in either case, composed or not, alone or behind a letter, and of what it made', () => {
    expect(cased.length).toBeGreaterThan(2_800);
    const wrong = cased.filter((one) => {
      const spellings = [one.toUpperCase(), one.toLowerCase(), one.normalize('NFD').toUpperCase(), fold(one)];
      return spellings.some((other) => fold(other) !== fold(one)) || fold(`x${one}`) !== `x${fold(one)}`;
    });
    // Marks that join the letter before them.
    expect(wrong.filter((one) => !/^\p{M}/u.test(one.normalize('NFKD')))).toEqual([]);
  });

  it('holds a part as a part', () => {
    expect(fold('ΠΟΙΑ ΟΔΟΣ;')).toContain(fold('οδοσ'));
    expect(fold('ΟΔΟΣΤΡΩΜΑ')).toContain(fold('ΟΔΟΣ'));
  });
});
