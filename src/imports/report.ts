import { type FileHandle, open, rename } from 'node:fs/promises';
import { csvRow, harmless } from '../entries/csv.js';
import type { Refusal } from './importer.js';
import { refusedColumns, type Row } from './rows.js';
import type { Source } from './source.js';

/**
 * The refused rows as a file that can be mended and imported again: what was in them, behind the place where they stood
 * and the reason. It gets its name only when it is whole, so that it can take the place of the file that is imported.
 */
export class RefusedReport {
  private handle: FileHandle | undefined;

  /** @param source CSV becomes CSV, and JSON of either kind NDJSON */
  constructor(
    private readonly file: string,
    private readonly source: Source,
  ) {}

  async add({ row, reason }: Refusal): Promise<void> {
    this.handle ??= await this.begin();
    await this.handle.appendFile(this.lineOf(row, reason));
  }

  /** @returns whether there is one */
  async end(): Promise<boolean> {
    await this.handle?.close();
    if (this.handle) await rename(`${this.file}.part`, this.file);
    return this.handle !== undefined;
  }

  private async begin(): Promise<FileHandle> {
    const handle = await open(`${this.file}.part`, 'w');
    const { csv } = this.source;
    // With a byte order mark it is read as what it is, whatever the encoding of the file was.
    if (csv) await handle.appendFile(`\uFEFF${csvRow([...refusedColumns, ...csv.header], csv.separator)}`);
    return handle;
  }

  private lineOf(row: Row, reason: string): string {
    const fields = 'fields' in row ? row.fields : row.text;
    if (!Array.isArray(fields)) {
      const [line, because] = refusedColumns;
      return `${JSON.stringify({ [line]: row.at, [because]: reason, row: fields })}\n`;
    }
    const cells = [String(row.at), reason, ...fields].map((cell) => (cell === null ? null : harmless(cell)));
    return csvRow(cells, this.source.csv!.separator);
  }
}
