import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineCountOf, linesOf } from './lines.js';

const lines = (text: string): [number, string][] =>
  [...linesOf(Buffer.from(text))].map(({ number, bytes }) => [number, Buffer.from(bytes).toString()]);

describe('the lines of an NDJSON text', () => {
  it.each<[string, [number, string][]]>([
    ['', []],
    ['\n', []],
    ['a', [[1, 'a']]],
    ['a\n', [[1, 'a']]],
    [
      'a\r\nb',
      [
        [1, 'a\r'],
        [2, 'b'],
      ],
    ],
    [
      'a\n\n \t\r\nb\n',
      [
        [1, 'a'],
        [4, 'b'],
      ],
    ],
  ])('of %j are numbered, blank ones left out', (text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  it('are as many as are counted', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ' ', '\n', '\r')), (characters) => {
        const text = characters.join('');
        const wanted = text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
        expect(lineCountOf(Buffer.from(text))).toBe(wanted);
        for (const [number] of lines(text)) expect(number).toBeLessThanOrEqual(wanted);
      }),
    );
  });
});
