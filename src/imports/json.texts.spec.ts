import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { jsonTexts, ndjsonTexts } from './json.texts.js';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function itemsOf(text: string, names: string[], size = 65_536): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const { at, bytes } of jsonTexts(inPieces(text, size), names)) {
    items.push(JSON.parse(bytes.toString()));
    expect(at).toBe(items.length);
  }
  return items;
}

describe('the rows of JSON documents', () => {
  it('are the items of arrays, whatever is in them and around them, in whatever pieces', async () => {
    const items = fc.array(fc.jsonValue());
    const document = fc.record({ page: fc.jsonValue(), data: items, more: items, 'a"[': fc.jsonValue() });
    const space = fc.constantFrom(0, 1, '\t');
    await fc.assert(
      fc.asyncProperty(
        fc.array(document),
        items,
        space,
        fc.integer({ min: 1, max: 60 }),
        async (pages, bare, indent, size) => {
          const text = [...pages, bare].map((one) => JSON.stringify(one, null, indent)).join('\n');
          expect(await itemsOf(text, ['more', 'data'], size)).toEqual(
            JSON.parse(JSON.stringify([...pages.flatMap(({ data, more }) => [...data, ...more]), ...bare])),
          );
        },
      ),
    );
  });

  it('are none where nothing is named so', async () =>
    expect(await itemsOf('{"data":[1],"x":{"rows":[2]},"rows":{"rows":[3]}}', ['rows'])).toEqual([]));

  it('are at fault where the file ends within a document', async () =>
    expect(itemsOf('[{"a":1},{"a":2}', [])).rejects.toThrow('ends within a JSON document'));
});

describe('the lines of NDJSON', () => {
  const linesOf = async (text: string, size: number): Promise<[number, string][]> => {
    const found: [number, string][] = [];
    for await (const { at, bytes } of ndjsonTexts(inPieces(text, size))) found.push([at, bytes.toString()]);
    return found;
  };

  it.each([1, 3, 100])('are told by number, blank ones left out, in pieces of %i', async (size) =>
    expect(await linesOf('{"a":1}\r\n\n  \n"ä"\nlast', size)).toEqual([
      [1, '{"a":1}\r'],
      [4, '"ä"'],
      [5, 'last'],
    ]),
  );

  it('are cut off where they go on and on, so that they are refused', async () => {
    const [[, first], second] = (await linesOf(`${'x'.repeat(9_000_000)}\ny`, 65_536)) as [[number, string], unknown];
    expect([first.length, second]).toEqual([4_194_305, [2, 'y']]);
  });
});
