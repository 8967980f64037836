import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { visibleName } from './visible.js';

describe('visibleName', () => {
  it('makes the same of every spelling of a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }), (name) => {
        const composed = visibleName(name.normalize('NFC'), 10_000);
        expect(visibleName(name.normalize('NFD'), 10_000)).toBe(composed);
        if (composed !== null) expect(visibleName(composed, 10_000)).toBe(composed);
      }),
    );
  });

  it('counts the characters of the composed form', () => {
    expect(visibleName('ᾂ'.normalize('NFD').repeat(128), 128)).toBe('ᾂ'.repeat(128));
    expect(visibleName('\u{1F600}'.repeat(128), 128)).not.toBeNull();
    expect(visibleName('ᾂ'.repeat(129), 128)).toBeNull();
    expect(visibleName('x'.repeat(255), 255)).not.toBeNull();
    expect(visibleName('x'.repeat(256), 255)).toBeNull();
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
  ])('%j is none', (name) => {
    expect(visibleName(name, 255)).toBeNull();
  });
});
