import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import csvSpectrum from 'csv-spectrum';
import * as fc from 'fast-check';
import { asItWas, csvRow, harmless } from '../entries/csv.js';
import { csvIn, type Separator, separators } from './csv.records.js';

/** The text in pieces of `size` bytes. */
async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function recordsOf(text: string, separator?: Separator, size = 65_536): Promise<[number, (string | null)[]][]> {
  const found = [];
  for await (const { at, cells } of (await csvIn(inPieces(text, size), separator)).records)
    found.push([at, cells] as [number, (string | null)[]]);
  return found;
}

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom("'", '"', ',', ';', '\t', '\r', '\n', '=', '-', '1', ' ', '\uFEFF', 'ä'), { maxLength: 6 })
    .map((all) => all.join('')),
);

describe('CSV', () => {
  it('is read as it was written: every text, null apart from an empty one, whatever the pieces', async () => {
    const rows = fc.array(fc.array(fc.option(texts), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom(...separators),
        fc.integer({ min: 1, max: 40 }),
        async (cells, separator, size) => {
          const written = cells
            .map((row) =>
              csvRow(
                row.map((cell) => cell && harmless(cell)),
                separator,
              ),
            )
            .join('');
          const read = await recordsOf(`a${separator}b${separator}c\r\n${written}`, undefined, size);
          expect(read.slice(1).map(([, row]) => row.map((cell) => cell && asItWas(cell)))).toEqual(cells);
        },
      ),
    );
  });

  it('knows the line in which a row begins, behind line breaks in cells and empty lines', async () => {
    const lines = ['a,b', '1,"two', '', 'lines"', '', '2,x', '3,"\r', 'y"', '4,z'];
    expect(await recordsOf(lines.join('\n'))).toEqual([
      [1, ['a', 'b']],
      [2, ['1', 'two\n\nlines']],
      [6, ['2', 'x']],
      [7, ['3', '\r\ny']],
      [9, ['4', 'z']],
    ]);
  });

  it.each([
    ['a,b;c\r\n1,2;3', ['1', '2;3']],
    ['a;b,c;d\r1;2,3;4', ['1', '2,3', '4']],
    ['a\tb\n1,0\t2', ['1,0', '2']],
    ['"a;b";c,d\n1,2', ['1', '2']],
    ['a\n1', ['1']],
  ])('%j: the separator is what the first line has most of', async (text, second) =>
    expect((await recordsOf(text))[1]).toEqual([2, second]),
  );

  it('takes quotes that are no quotes as they are', async () => {
    expect(await recordsOf('a,b\n5" wide,"six" or so\n')).toEqual([
      [1, ['a', 'b']],
      [2, ['5" wide', '"six" or so']],
    ]);
  });

  it('says where a quote is opened that is not closed', async () => {
    await expect(recordsOf('a,b\n1,2\n3,"4\n5,6\n')).rejects.toThrow('the row that begins in line 3 does not end');
    await expect(recordsOf(`a,b\n1,2\n3,"${'x'.repeat(5_000_000)}`)).rejects.toThrow('in line 3 does not end');
  });

  it('says so where the bytes are not UTF-8', async () => {
    const bytes = (async function* () {
      yield Buffer.from('a,b\n1,');
      yield Buffer.from([0xe4, 0x0a]);
    })();
    await expect(async () => {
      for await (const _ of (await csvIn(bytes)).records);
    }).rejects.toThrow('the file is not utf-8: --encoding');
  });
});

describe('csv-spectrum', () => {
  let samples: { name: string; csv: Buffer; json: Buffer }[];
  beforeAll(async () => {
    samples = await promisify(csvSpectrum)();
  });

  it('is read as its JSON says, every file', async () => {
    expect(samples.length).toBe(12);
    // Of one the JSON tells of another telephone number than the CSV.
    for (const { name, csv, json } of samples.filter((one) => one.name !== 'location_coordinates')) {
      const [header, ...rows] = (await recordsOf(csv.toString())).map(([, cells]) => cells.map((cell) => cell ?? ''));
      const read = rows.map((row) => Object.fromEntries(row.map((cell, index) => [header![index]!, cell])));
      expect([name, read]).toEqual([name, JSON.parse(json.toString())]);
    }
  });
});
