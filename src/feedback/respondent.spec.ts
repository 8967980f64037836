import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { respondentNamed } from './respondent.js';

describe('respondentNamed', () => {
  it('gives every spelling of a name the same respondent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }), (name) => {
        const respondent = respondentNamed(name.normalize('NFC'), 10_000);
        expect(respondentNamed(name.normalize('NFD'), 10_000)).toBe(respondent);
        if (respondent !== null) expect(respondentNamed(respondent, 10_000)).toBe(respondent);
      }),
    );
  });

  it('counts the characters of the composed form', () => {
    expect(respondentNamed('ᾂ'.normalize('NFD').repeat(128), 128)).toBe('ᾂ'.repeat(128));
    expect(respondentNamed('\u{1F600}'.repeat(128), 128)).not.toBeNull();
    expect(respondentNamed('ᾂ'.repeat(129), 128)).toBeNull();
    expect(respondentNamed('x'.repeat(255))).not.toBeNull();
    expect(respondentNamed('x'.repeat(256))).toBeNull();
  });

  it.each([
    '',
    '\0',
    'a\u200Bb',
    'a\u202Eb',
    '\uFEFFa',
    'a\u2028b',
    'a\uD800',
    'a\u00ADb',
    'a\uFE0F',
    'a\u034Fb',
    '\u3164',
  ])('%j names nobody', (name) => {
    expect(respondentNamed(name)).toBeNull();
  });
});
