import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';

/** Bytes of a file that are read at a time. */
const piece = 131_072;

/** With what a file begins that says its encoding itself. */
const marks: [bytes: number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * A file in UTF-8 without byte order mark, piece by piece. What is in UTF-8 already is not looked at.
 * @param encoding by a name of the WHATWG's; a byte order mark knows better
 * @param onBytes is told of the bytes that are read
 * @throws Error where the bytes are none of that encoding
 */
export async function* utf8Of(
  file: string,
  encoding: string,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  let decode: ((bytes?: Buffer) => string) | undefined;
  let isFirst = true;
  for await (const bytes of createReadStream(file, { highWaterMark: piece }) as AsyncIterable<Buffer>) {
    onBytes(bytes.length);
    let rest = bytes;
    if (isFirst) {
      const mark = marks.find(([begin]) => begin.every((byte, at) => bytes[at] === byte));
      const named = mark?.[1] ?? decoderFor(encoding).encoding;
      if (named !== 'utf-8') decode = strictly(decoderFor(named));
      rest = bytes.subarray(mark?.[0].length ?? 0);
      isFirst = false;
    }
    yield decode ? Buffer.from(decode(rest)) : rest;
  }
  const last = decode?.();
  if (last) yield Buffer.from(last);
}

/** Bytes in UTF-8 as text. @throws Error where they are not UTF-8 */
export async function* textIn(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decode = strictly(decoderFor('utf-8'));
  for await (const bytes of pieces) yield decode(bytes);
  yield decode();
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  } catch (error) {
    throw new Error(`there is no encoding ${encoding}`, { cause: error });
  }
}

function strictly(decoder: TextDecoder): (bytes?: Buffer) => string {
  return (bytes) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (error) {
      const advice = '--encoding says what it is, such as windows-1252';
      throw new Error(`the file is not ${decoder.encoding}: ${advice}`, { cause: error });
    }
  };
}
