import { parseJson } from '#libs/json-body';
import { isPlainObject } from '#libs/validation';
import { asItWas } from '../entries/csv.js';
import { limitsOfExports } from '../entries/line.reader.js';
import { csvIn, type Separator } from './csv.records.js';
import { jsonTexts, ndjsonTexts } from './json.texts.js';
import type { Format, Mapping } from './mapping.js';
import { refusedColumns, type Row } from './rows.js';

/** What is in a file. */
export interface Source {
  /** Of CSV: the names of its columns, and what is between two cells. */
  csv?: { header: string[]; separator: Separator };
  rows: AsyncIterable<Row>;
}

/** The rows of a file in UTF-8. @throws Error where the file is none of that format */
export async function sourceOf(
  bytes: AsyncIterable<Buffer>,
  format: Format,
  { separator, rows = [], exact = false }: Pick<Mapping, 'separator' | 'rows' | 'exact'> = {},
): Promise<Source> {
  if (format !== 'csv') return { rows: jsonRows(format === 'ndjson' ? ndjsonTexts(bytes) : jsonTexts(bytes, rows)) };
  const csv = await csvIn(bytes, separator);
  const { value: first } = (await csv.records.next()) as { value?: { cells: (string | null)[] } };
  if (!first) throw new Error('the file is empty');
  const columns = first.cells.map((cell) => cell?.trim() ?? '');
  const isReport = refusedColumns.every((name, place) => columns[place] === name);
  const header = columns.slice(isReport ? refusedColumns.length : 0);
  return {
    csv: { header, separator: csv.separator },
    rows: csvRows(csv.records, isReport, isReport || exact),
  };
}

async function* csvRows(
  records: Awaited<ReturnType<typeof csvIn>>['records'],
  isReport: boolean,
  isHarmless: boolean,
): AsyncGenerator<Row> {
  for await (const { at, cells } of records) {
    const size = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
    const fields = isHarmless ? cells.map((cell) => cell && asItWas(cell)) : cells;
    if (!isReport) yield { at, size, fields };
    else yield { at: Number(fields[0]) || at, size, fields: fields.slice(refusedColumns.length) };
  }
}

async function* jsonRows(texts: ReturnType<typeof ndjsonTexts>): AsyncGenerator<Row> {
  for await (const { at, bytes } of texts) {
    const read = parsed(bytes);
    const before = 'fields' in read ? refusedBefore(read.fields) : undefined;
    yield { at, size: bytes.length, ...(before ?? read) };
  }
}

type Parsed = { fields: Record<string, unknown> } | { fault: string; text: string };

function parsed(bytes: Buffer): Parsed {
  const { maxBytes, maxValues } = limitsOfExports;
  try {
    if (bytes.length > maxBytes) throw new Error(`it is longer than ${maxBytes} bytes`);
    const fields = parseJson(bytes, { maxValues });
    if (!isPlainObject(fields)) throw new Error('it is no JSON object');
    return { fields };
  } catch (error) {
    return { fault: (error as Error).message, text: bytes.toString() };
  }
}

/** What the line of a report holds. */
function refusedBefore({
  [refusedColumns[0]]: at,
  row,
}: Record<string, unknown>): (Parsed & { at: number }) | undefined {
  if (typeof at !== 'number') return undefined;
  if (isPlainObject(row)) return { at, fields: row };
  return typeof row === 'string' ? { at, ...parsed(Buffer.from(row)) } : undefined;
}
