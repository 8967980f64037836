import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ExactNumber, isInexact, isJsonNumber, parseStored } from './exact-number.js';
import { parseJson } from './parse.js';

const read = (text: string) => parseJson(Buffer.from(text));
const written = (text: string) => JSON.stringify(read(text));

/** The number as a fraction: numerator and power of ten. */
function valueOf(text: string): [bigint, number] {
  const [, whole, fraction = '', exponent = '0'] = /^(-?\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text)!;
  return [
    BigInt(whole!.replace('-', '') + fraction) * (text.startsWith('-') ? -1n : 1n),
    Number(exponent) - fraction.length,
  ];
}

function areSame(one: string, other: string): boolean {
  const [[a, i], [b, j]] = [valueOf(one), valueOf(other)];
  const least = Math.min(i, j);
  return a * 10n ** BigInt(i - least) === b * 10n ** BigInt(j - least);
}

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^\\d{1,${maxLength}}$`));
const numberText = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: digits(25).map((text) => text.replace(/^0+(?=\d)/, '')),
    fraction: fc.option(digits(25), { nil: undefined }),
    exponent: fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-', 'e-'), fc.nat(340)), { nil: undefined }),
  })
  .map(({ sign, whole, fraction, exponent }) =>
    [sign, whole, fraction === undefined ? '' : `.${fraction}`, exponent?.join('') ?? ''].join(''),
  )
  .filter((text) => Number.isFinite(Number(text)));

describe('a number', () => {
  it('is written as the number that was read, whatever it is', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        expect(areSame(written(`{"a":[${text}]}`).slice(6, -2), text)).toBe(true);
        expect(isInexact(text)).toBe(!areSame(String(Number(text)), text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same whether it came in a body or out of a column', () => {
    fc.assert(
      fc.property(fc.array(numberText), fc.constantFrom(',', ' ,', ',\n\t'), (texts, comma) => {
        const text = `{"a":[${texts.join(comma)}]}`;
        expect(JSON.stringify(parseStored(text))).toBe(written(text));
      }),
    );
  });

  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['-12345678901234567891', '-12345678901234567891'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740992', '9007199254740992'],
    ['0.1', '0.1'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['1e-400', '1e-400'],
    ['1E-0400', '1E-0400'],
    ['123456789012345678E-18', '123456789012345678E-18'],
    ['1.0', '1'],
    ['1e3', '1000'],
    ['100000000000000000000000', '1e+23'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['-0e5', '0'],
    ['0e-999', '0'],
  ])('%s is read back as %s', (text, back) => {
    expect(written(text)).toBe(back);
    expect(written(`[${text}]`)).toBe(`[${back}]`);
    expect(written(`{"a": ${text}}`)).toBe(`{"a":${back}}`);
  });

  it('keeps its digits among others, in texts that look like numbers, and in what is broken', () => {
    const text = '{"a":"12345678901234567890","b":12345678901234567890,"c":[true,-0,1.5,{"d":[]}],"e":"x, 1e-400"}';
    expect(written(text)).toBe(text.replace('-0,', '0,'));
    expect(() => read('[12345678901234567890')).toThrow('the body is not valid JSON');
    expect(() => read('[12345678901234567890, 01]')).toThrow('the body is not valid JSON');
    expect(() => read('[12345678901234567890, 1e400]')).toThrow('[1] is a number too large for a double');
    expect(() => read('{"a":12345678901234567890,"a":1}')).toThrow('two members of one name');
    expect(() => read('{"a":12345678901234567890,"__proto__":1}')).toThrow('__proto__');
  });

  it('becomes the nearest double where that is wanted', () =>
    expect(parseJson(Buffer.from('[12345678901234567890]'), { exactNumbers: false })).toEqual([
      Number('12345678901234567890'),
    ]));

  it('of a million digits costs little', () => {
    const begun = performance.now();
    expect(written(`[1${'0'.repeat(1_000_000)}1e-1000000]`).length).toBe(1_000_013);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('ExactNumber', () => {
  it('is equal to another one by its digits', () => {
    expect(new ExactNumber('12345678901234567890')).toEqual(read('12345678901234567890'));
    expect(new ExactNumber('12345678901234567890')).not.toEqual(read('12345678901234567891'));
    expect(String(read('12345678901234567890'))).toBe('12345678901234567890');
  });

  it('is a number, as doubles are', () =>
    expect([read('1'), read('1e-400'), '1', null, {}].map(isJsonNumber)).toEqual([true, true, false, false, false]));
});
