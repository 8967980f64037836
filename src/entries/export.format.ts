import { type EntryDto, shownMembers } from './entry.dto.js';

/** How a file of entries is written. */
interface ExportFormat {
  contentType: string;
  header: string;
  line: (entry: EntryDto) => string;
}

export const formats: Record<'csv' | 'ndjson', ExportFormat> = {
  csv: { contentType: 'text/csv; charset=utf-8; header=present', header: row(shownMembers), line: csvLine },
  ndjson: {
    contentType: 'application/x-ndjson; charset=utf-8',
    header: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
};

/** Objects and arrays are JSON in their cell; null is an empty one. */
function csvLine(entry: EntryDto): string {
  return row(shownMembers.map((member) => cellOf(entry[member])));
}

function cellOf(value: EntryDto[keyof EntryDto]): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  return harmless(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/**
 * What a spreadsheet may take for a formula: a sign that begins one, of full width or small too, behind whatever cannot be
 * seen; or a control character that ends the cell before it in some programs.
 */
const formula = /^[\s\p{C}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n\uFEFF]/u;

/**
 * A spreadsheet would run a text that begins like a formula: it gets an apostrophe before it, which a spreadsheet takes
 * for "this is text" (OWASP, CSV injection). A plain number such as -5 stays as it is.
 */
function harmless(text: string): string {
  return formula.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

/** RFC 4180. */
function row(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
