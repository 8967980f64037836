import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { hashOf, isApiKeyShape, newApiKey } from './api-key.js';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('newApiKey', () => {
  it('is aw_ and 36 base62 characters', () => {
    expect(newApiKey()).toMatch(/^aw_[0-9A-Za-z]{36}$/);
  });

  it('ends with the CRC-32 of what precedes, as a number of base 62', () => {
    const key = newApiKey();
    const checksum = Array.from(key.slice(-6)).reduce((value, digit) => value * 62 + base62.indexOf(digit), 0);
    expect(checksum).toBe(crc32(key.slice(0, -6)));
  });

  it('does not repeat itself, and uses every character as often', () => {
    const keys = Array.from({ length: 2000 }, newApiKey);
    expect(new Set(keys).size).toBe(2000);
    const random = keys.map((key) => key.slice(3, -6)).join('');
    const expected = random.length / 62;
    const chiSquare = Array.from(base62)
      .map((character) => (random.split(character).length - 1 - expected) ** 2 / expected)
      .reduce((sum, term) => sum + term);
    // 61 degrees of freedom: one run in 10^7 is beyond 140; taking bytes modulo 62 would give about 700.
    expect(chiSquare).toBeLessThan(140);
  });
});

describe('isApiKeyShape', () => {
  it('knows its own', () => {
    expect(isApiKeyShape(newApiKey())).toBe(true);
    expect(isApiKeyShape('aw_0000000000000000000000000000000dYHwl')).toBe(false);
  });

  it('notices every single wrong character and every swap of neighbours', () => {
    const key = newApiKey();
    for (let place = 3; place < key.length; place++) {
      for (const other of base62.replace(key.charAt(place), ''))
        expect(isApiKeyShape(key.slice(0, place) + other + key.slice(place + 1))).toBe(false);
      const swapped = key.slice(0, place - 1) + key.charAt(place) + key.charAt(place - 1) + key.slice(place + 1);
      expect(isApiKeyShape(swapped)).toBe(swapped === key);
    }
  });
});

describe('hashOf', () => {
  it('is the SHA-256 in hex', () => {
    // The one-block message of FIPS 180-2, appendix B.1.
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
