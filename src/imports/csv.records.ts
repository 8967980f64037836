import { Readable } from 'node:stream';
import { type CastingContext, CsvError, type InfoRecord, parse } from 'csv-parse';
import { onlyUtf8 } from './bytes.js';

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

/**
 * The records of a text in UTF-8, by RFC 4180 and by what else goes by the name of CSV: other separators, line ends of any
 * kind, quotes within cells that are not quoted.
 * @param separator is found out from the first line if it is not given
 */
export async function csvIn(
  bytes: AsyncIterable<Buffer>,
  separator?: Separator,
): Promise<{ separator: Separator; records: AsyncGenerator<CsvRecord> }> {
  const pieces = onlyUtf8(bytes);
  let beginning: Buffer = Buffer.alloc(0);
  // As far as the first line, however small the pieces are.
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    beginning = Buffer.concat([beginning, next.value]);
    if (/[\r\n]/.test(beginning.toString('latin1'))) break;
  }
  const found = separator ?? separatorIn(beginning.toString());
  return { separator: found, records: recordsOf(following(beginning, pieces), found) };
}

/** @throws Error where a quote is not closed */
async function* recordsOf(bytes: AsyncIterable<Buffer>, separator: Separator): AsyncGenerator<CsvRecord> {
  let line = 1;
  let emptyBefore = 0;
  const numbered = (cells: CsvRecord['cells'], { empty_lines: empty }: InfoRecord): CsvRecord => {
    const at = line + empty - emptyBefore;
    emptyBefore = empty;
    line = at + 1 + breaksIn(cells);
    return { at, cells };
  };
  const parser = parse({
    delimiter: separator,
    cast: (cell: string, { quoting }: CastingContext) => (cell === '' && !quoting ? null : cell),
    max_record_size: maxRecord,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // The declarations expect records without columns to stay texts.
    on_record: numbered as never,
  });
  const whole = Readable.from(bytes, { objectMode: false });
  whole.on('error', (error) => parser.destroy(error));
  try {
    yield* whole.pipe(parser) as AsyncIterable<CsvRecord>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Error(`the row that begins in line ${line} does not end: is a quote not closed?`, { cause: error });
  }
}

/** The one that the first line has most of, outside quotes. */
function separatorIn(text: string): Separator {
  const [line = ''] = text.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const counts = separators.map((one) => line.split(one).length);
  return separators[counts.indexOf(Math.max(...counts))]!;
}

function breaksIn(cells: (string | null)[]): number {
  let breaks = 0;
  for (const cell of cells) if (cell && /[\r\n]/.test(cell)) breaks += cell.split(/\r\n|\n|\r/).length - 1;
  return breaks;
}

async function* following<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* others;
}
