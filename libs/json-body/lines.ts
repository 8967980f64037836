/** A line of an NDJSON text: its number from 1 on, and its bytes without the line end. */
export interface Line {
  number: number;
  bytes: Uint8Array;
}

const lineFeed = 0x0a;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** The lines of an NDJSON text (ended by LF or CR LF, the last one also by nothing). Blank ones are numbered and left out. */
export function* linesOf(text: Uint8Array): Generator<Line> {
  for (let number = 1, start = 0; start < text.length; number++) {
    const found = text.indexOf(lineFeed, start);
    const end = found < 0 ? text.length : found;
    const bytes = text.subarray(start, end);
    if (!bytes.every(isBlank)) yield { number, bytes };
    start = end + 1;
  }
}

/** How many lines {@link linesOf} numbers, blank ones included. */
export function lineCountOf(text: Uint8Array): number {
  let count = 0;
  for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1)) count++;
  return text.length > 0 && text.at(-1) !== lineFeed ? count + 1 : count;
}
