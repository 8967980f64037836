import { csvRow, harmless } from './csv.js';
import { type EntryDto, shownMembers } from './entry.dto.js';

/** How a file of entries is written. */
interface ExportFormat {
  contentType: string;
  header: string;
  line: (entry: EntryDto) => string;
}

export const formats: Record<'csv' | 'ndjson', ExportFormat> = {
  csv: { contentType: 'text/csv; charset=utf-8; header=present', header: csvRow(shownMembers), line: csvLine },
  ndjson: {
    contentType: 'application/x-ndjson; charset=utf-8',
    header: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
};

function csvLine(entry: EntryDto): string {
  return csvRow(shownMembers.map((member) => cellOf(entry[member])));
}

/** Objects and arrays are JSON in their cell. */
function cellOf(value: EntryDto[keyof EntryDto]): string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return harmless(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
