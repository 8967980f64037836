import { textIn } from './bytes.js';

/** What is between two lines of a header. */
interface CsvRecord {
  /** The line in which it begins. */
  at: number;
  /** null: empty and not quoted. */
  cells: (string | null)[];
}

/** Characters of a record: more would be a quote that is never closed. */
const maxRecord = 4_194_304;

export const separators = [',', ';', '\t'] as const;
export type Separator = (typeof separators)[number];

const quote = '"';
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * The records of a text in UTF-8, by RFC 4180 and by what else goes by the name of CSV: other separators, line ends of any
 * kind, quotes within cells that are not quoted.
 * @param separator is found out from the first line if it is not given
 */
export async function csvIn(
  bytes: AsyncIterable<Buffer>,
  separator?: Separator,
): Promise<{ separator: Separator; records: AsyncGenerator<CsvRecord> }> {
  const pieces = textIn(bytes);
  let beginning = '';
  // As far as the first line, however small the pieces are.
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    beginning += next.value;
    if (/[\r\n]/.test(beginning)) break;
  }
  const found = separator ?? separatorIn(beginning);
  return { separator: found, records: recordsOf(following(beginning, pieces), found) };
}

/** @throws Error where a quote is not closed */
async function* recordsOf(pieces: AsyncIterable<string>, separator: Separator): AsyncGenerator<CsvRecord> {
  const reader = new CsvReader(separator);
  for await (const piece of pieces) yield* reader.recordsIn(piece, false);
  yield* reader.recordsIn('', true);
}

/** The one that the first line has most of, outside quotes. */
function separatorIn(text: string): Separator {
  const [line = ''] = text.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const counts = separators.map((one) => line.split(one).length);
  return separators[counts.indexOf(Math.max(...counts))]!;
}

/** Reads a text that arrives in pieces. A record that is not whole yet is read again with the next piece. */
class CsvReader {
  private text = '';
  /** What is read next, and in which line that is. */
  private at = 0;
  private line = 1;
  private isWhole = false;
  private readonly separatorCode: number;

  constructor(separator: Separator) {
    this.separatorCode = separator.charCodeAt(0);
  }

  *recordsIn(piece: string, isLast: boolean): Generator<CsvRecord> {
    this.text = this.text.slice(this.at) + piece;
    this.at = 0;
    this.isWhole = isLast;
    while (this.at < this.text.length) {
      const [start, line] = [this.at, this.line];
      const cells = this.record();
      if (cells === undefined) {
        this.at = start;
        this.line = line;
        if (isLast || this.text.length - start > maxRecord)
          throw new Error(`the row that begins in line ${line} does not end: is a quote not closed?`);
        return;
      }
      if (cells.length > 1 || cells[0] !== null) yield { at: line, cells };
    }
  }

  /** The record that begins here; an empty line has one cell. undefined where its end is not there yet. */
  private record(): (string | null)[] | undefined {
    const cells: (string | null)[] = [];
    for (;;) {
      const cell = this.text[this.at] === quote ? this.quoted() : this.unquoted(this.at);
      if (cell === undefined) return undefined;
      cells.push(cell);
      if (this.at === this.text.length) return this.isWhole ? cells : undefined;
      if (this.text.charCodeAt(this.at) !== this.separatorCode) return this.endLine() ? cells : undefined;
      this.at++;
    }
  }

  /** Goes on behind the line end that is here. @returns whether it is there as a whole */
  private endLine(): boolean {
    const isLong = this.text.charCodeAt(this.at) === carriageReturn;
    if (isLong && this.at + 1 === this.text.length && !this.isWhole) return false;
    this.at += isLong && this.text.charCodeAt(this.at + 1) === lineFeed ? 2 : 1;
    this.line++;
    return true;
  }

  /** Goes on behind the cell. A quote with something behind it that ends no cell is a part of its text. */
  private quoted(): string | undefined {
    const start = this.at;
    let end = this.text.indexOf(quote, start + 1);
    while (end >= 0 && this.text[end + 1] === quote) end = this.text.indexOf(quote, end + 2);
    if (end < 0 || (end + 1 === this.text.length && !this.isWhole)) return undefined;
    const inner = this.text.slice(start + 1, end);
    this.line += breaksIn(inner);
    if (end + 1 < this.text.length && !this.endsCell(end + 1)) {
      this.unquoted(end + 1);
      return this.text.slice(start, this.at);
    }
    this.at = end + 1;
    return inner.includes(quote) ? inner.replaceAll('""', quote) : inner;
  }

  /** Goes on behind the cell that goes on at `from`. */
  private unquoted(from: number): string | null {
    const start = this.at;
    let end = from;
    while (end < this.text.length && !this.endsCell(end)) end++;
    this.at = end;
    return end === start ? null : this.text.slice(start, end);
  }

  private endsCell(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return code === this.separatorCode || code === lineFeed || code === carriageReturn;
  }
}

function breaksIn(text: string): number {
  return /[\r\n]/.test(text) ? text.split(/\r\n|\n|\r/).length - 1 : 0;
}

async function* following<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* others;
}
