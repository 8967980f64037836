import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MalformedRequest } from '#libs/problem-details';
import { parseJson, textFaults } from './parse.js';

const read = (text: string, limits = {}) => parseJson(Buffer.from(text), limits);
const refusal = (text: string | Buffer) => {
  try {
    parseJson(Buffer.from(text as string));
  } catch (error) {
    if (error instanceof MalformedRequest) return error.message;
    throw error;
  }
  return 'taken';
};
const faults = (text: string) => textFaults(read(text));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('parseJson', () => {
  it('agrees with JSON.parse on any JSON text', () => {
    const spaced = fc.tuple(fc.json({ stringUnit: 'binary' }), fc.constantFrom('', ' ', '\t\r\n'));
    fc.assert(
      fc.property(spaced, ([text, space]) => {
        fc.pre(!text.includes('__proto__') && !text.includes('-0'));
        const loose = space + JSON.stringify(JSON.parse(text), undefined, space) + space;
        expect(read(loose)).toEqual(JSON.parse(text));
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what JSON.parse refuses, and takes nothing else', () => {
    const token = fc.constantFrom(
      ...'[]{}:,"\\ \n0123-+.eEtrufalsn'.split(''),
      '"a"',
      '\\u0061',
      'true',
      'null',
      '1e4',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const answer = refusal(text);
        if (!valid) expect(answer).toMatch(/^the body is not valid JSON/);
        else expect(answer).toMatch(/^(taken|.*too large for a double|.*two members of one name)$/);
      }),
      { numRuns: 3000 },
    );
  });

  it('counts values and keys as they are', () => {
    const count = (value: unknown): number =>
      typeof value !== 'object' || value === null
        ? 1
        : Object.values(value).reduce<number>((sum, one) => sum + count(one), 1) +
          (Array.isArray(value) ? 0 : Object.keys(value).length);
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('__proto__'));
        const values = count(JSON.parse(text));
        expect(() => read(text, { maxValues: values })).not.toThrow();
        expect(() => read(text, { maxValues: values - 1 })).toThrow(MalformedRequest);
      }),
    );
  });

  it.each([
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0x80, 0x22])],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFF{}', 'utf16le')],
  ])('refuses %s', (_what, bytes) => expect(refusal(bytes)).toBe('the body is not valid UTF-8'));

  it('refuses UTF-16 without a byte order mark', () =>
    expect(refusal(Buffer.from('{}', 'utf16le'))).toMatch(/^the body is not valid JSON/));
  it('refuses a byte order mark', () =>
    expect(refusal('\uFEFF{}')).toBe('the body must not begin with a byte order mark'));
  it('takes 64 levels', () => expect(refusal(nested(64))).toBe('taken'));
  it.each([65, 2_000, 500_000, 1_000_000])('refuses %d levels', (levels) =>
    expect(refusal(nested(levels))).toBe('the body is nested more than 64 levels deep'),
  );
  it('takes 50,000 values', () => expect(refusal(`[1${',1'.repeat(49_998)}]`)).toBe('taken'));
  it('refuses 50,001 values', () =>
    expect(refusal(`[1${',1'.repeat(49_999)}]`)).toBe('the body has more than 50000 values and keys'));

  it.each(['{"a":1,"a":2}', '{"a":1,"\\u0061":1}', '[{"b":{"x":1,"y":2,"x":1}}]', '{"1":0,"1":0}', '{"":0,"":0}'])(
    'refuses two members of one name: %s',
    (text) => expect(refusal(text)).toBe('an object in the body has two members of one name'),
  );
  it('takes one name in two objects', () =>
    expect(read('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }]));
  it('is not misled by brackets, colons and quotes in strings', () =>
    expect(read('{"a\\":[{,":"\\\\\\":}]["}')).toEqual({ 'a":[{,': '\\":}][' }));

  it.each(['{"__proto__":1}', '{"a":[{"\\u005f_proto__":null}]}', '{"_\\u005fproto_\\u005F":{}}'])(
    'refuses %s',
    (text) => expect(refusal(text)).toBe('an object in the body has a member named __proto__'),
  );
  it('keeps constructor and prototype', () => {
    const text = '{"constructor":{"prototype":{"x":1}},"prototype":0,"hasOwnProperty":1}';
    expect(JSON.stringify(read(text))).toBe(text);
  });

  it.each([
    ['1e400', 'the body is a number too large for a double'],
    ['{"a":[0,-1e400]}', 'a[1] is a number too large for a double'],
    [`{"a b":${'9'.repeat(400)}}`, 'a b is a number too large for a double'],
  ])('refuses %s and says where', (text, sentence) => expect(refusal(text)).toBe(sentence));
  it.each(['-0', '-0.0', '-0e5'])('reads %s as 0', (text) => {
    expect(Object.is(read(text), 0)).toBe(true);
    expect(read(`{"a":[${text}]}`)).toStrictEqual({ a: [0] });
  });
  it('reads large integers that are doubles as JSON.parse does', () =>
    expect(read('[9223372036854775808,1e21]', { exactNumbers: false })).toEqual([2 ** 63, 1e21]));
});

describe('textFaults', () => {
  it.each([
    ['"\\u0000"', 'NUL'],
    ['"\\ud800"', 'a high surrogate alone'],
    ['"\\uDC00"', 'a low surrogate alone'],
    ['"\\uDC00\\uD800"', 'a pair in the wrong order'],
    ['"x\\\\\\uD83Dx"', 'one after an escaped backslash'],
  ])('names the member of %s (%s)', (text) =>
    expect(faults(`{"a":{"b/~":[1,${text}]}}`)).toEqual([
      { pointer: '/a/b~1~0/1', detail: 'a["b/~"][1] must not contain NUL or a lone surrogate' },
    ]),
  );

  it('names the object of a key', () =>
    expect(faults('{"a":{"x\\u0000":1}}')).toEqual([
      { pointer: '/a', detail: 'a member name in a must not contain NUL or a lone surrogate' },
    ]));
  it('has nothing against pairs, other control characters and escaped backslashes', () =>
    expect(faults('{"a":"\\ud83d\\ude00 \\u0001 \\\\u0000 \\\\ud800 😀"}')).toEqual([]));
  it('has no place for those of a root that is a string', () => expect(faults('"\\u0000"')).toEqual([]));
  it('lists at most 50', () => expect(faults(`[${Array(60).fill('"\\u0000"').join()}]`)).toHaveLength(50));
  it('shows no NUL and no lone surrogate in what it says', () =>
    expect(JSON.stringify(faults('{"\\u0000\\ud800":"\\u0000"}'))).not.toMatch(/\\u/));
});
