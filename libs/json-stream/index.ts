import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/*
 * Answers with JSON that is too long to be in memory as a whole: its rows are read while the client takes what is there.
 * What the first text needs can still be refused with a status; where a later one fails, the connection is cut.
 */

/** An answer of these texts, which are JSON one behind the other. */
export function jsonStream(texts: AsyncIterable<string>): StreamableFile {
  return new StreamableFile(Readable.from(inChunks(texts), { objectMode: false }), {
    type: 'application/json; charset=utf-8',
  });
}

/** Fewer and longer texts. A short answer is one. */
async function* inChunks(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const text of texts) {
    chunk += text;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** The text of an array of the items of all parts, a text for each part. */
export async function* jsonArray(parts: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const part of parts) {
    if (part.length === 0) continue;
    yield (isEmpty ? '[' : ',') + part.map((item) => JSON.stringify(item)).join(',');
    isEmpty = false;
  }
  yield isEmpty ? '[]' : ']';
}
