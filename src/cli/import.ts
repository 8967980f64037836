import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ProgressBar } from './progress.js';
import type { Terminal } from './terminal.js';
import { type InWorkspace, operatorOf, workspaceOption } from './workspaces.js';
import { LineReader } from '../entries/line.reader.js';
import { BulkWriter } from '../feedback/bulk.writer.js';
import { FeedbackReader } from '../feedback/feedback.reader.js';
import { utf8Of } from '../imports/bytes.js';
import { type Separator, separators } from '../imports/csv.records.js';
import { Importer } from '../imports/importer.js';
import { mapperOf } from '../imports/mapper.js';
import { type Format, formats, type Mapping, mappingNamed, withConstants } from '../imports/mapping.js';
import { RefusedReport } from '../imports/report.js';
import { sourceOf } from '../imports/source.js';
import { rehearsing, storing } from '../imports/store.js';

interface Wanted extends InWorkspace {
  mapping?: string;
  set: Record<string, string>;
  format?: Format;
  encoding?: string;
  separator?: Separator;
  dryRun: boolean;
  report?: string;
}

/** Refused rows that are told on the terminal; a report has all. */
const mostTold = 20;

const formatOf: Record<string, Format> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
};

/** `import`: brings the rows of a file into a workspace. */
export function addImport(command: Command, terminal: Terminal): void {
  command
    .argument('<file>')
    .option(...workspaceOption)
    .option('-m, --mapping <name or file>', 'what becomes of a row (default: the rows are lines of a batch)')
    .option('--set <member=value>', 'a member that is the same in every row; may be repeated', constants, {})
    .option('--dry-run', 'store nothing, and say what would become of the rows', false)
    .option('--report <file>', 'write what is refused into a file that can be mended and imported again')
    .option('--encoding <encoding>', 'such as windows-1252 (default: utf-8, or what a byte order mark says)')
    .addOption(new Option('--format <format>', 'of the file (default: by its name)').choices(formats))
    .option('--separator <separator>', 'of CSV: comma, semicolon or tab (default: found out)', separatorIn)
    .action(async (file: string, wanted: Wanted) => {
      const begun = performance.now();
      const brought = await bring(terminal, file, wanted);
      const seconds = (performance.now() - begun) / 1_000;
      terminal.say({ ...brought, seconds }, described(brought, wanted, seconds));
      if (brought.refused > 0) throw new Error(`${brought.refused} rows were refused.`);
    });
}

export interface Brought {
  rows: number;
  recorded: number;
  updated: number;
  unchanged: number;
  refused: number;
  leftOut: number;
  /** The first rows that were refused. */
  faults: { at: number; reason: string }[];
  /** Columns that the mapping does nothing with. */
  unused: string[];
  report: string | null;
}

async function bring(terminal: Terminal, file: string, wanted: Wanted): Promise<Brought> {
  const { size } = statOf(file);
  const mapping = mappingOf(wanted);
  const format = wanted.format ?? formatOf[extname(file).toLowerCase()] ?? mapping?.format;
  if (!format) throw new Error(`what ${file} is does not follow from its name: --format csv, ndjson or json`);
  if (format === 'csv' && !mapping) throw new Error('the columns of CSV need a --mapping');
  return terminal.with(async (application) => {
    const caller = await operatorOf(application, wanted.workspace);
    const store = wanted.dryRun
      ? rehearsing(application.get(FeedbackReader), caller.workspaceId)
      : storing(application.get(BulkWriter));
    const faults: Brought['faults'] = [];
    const importer = new Importer(caller, application.get(LineReader), store, async (refusal) => {
      if (faults.length < mostTold) faults.push({ at: refusal.row.at, reason: refusal.reason });
      await report?.add(refusal);
    });
    const bar = new ProgressBar(size, () => importer.tally.rows);
    const bytes = utf8Of(file, wanted.encoding ?? mapping?.encoding ?? 'utf-8', (count) => bar.add(count));
    const source = await sourceOf(bytes, format, {
      ...mapping,
      ...(wanted.separator && { separator: wanted.separator }),
    });
    const mapper = mapping && mapperOf(mapping, source.csv?.header);
    const report = wanted.report === undefined ? undefined : new RefusedReport(wanted.report, source);
    await importer.bring(source.rows, mapper).finally(() => bar.end());
    const isReported = (await report?.end()) ?? false;
    return { ...importer.tally, faults, unused: mapper?.unused ?? [], report: isReported ? wanted.report! : null };
  });
}

function statOf(file: string): { size: number } {
  try {
    return statSync(file);
  } catch (error) {
    const why = getSystemErrorMessage((error as NodeJS.ErrnoException).errno!);
    throw new Error(`${file} cannot be read: ${why}`, { cause: error });
  }
}

function mappingOf({ mapping, set }: Wanted): Mapping | undefined {
  if (mapping !== undefined) return withConstants(mappingNamed(mapping), set);
  if (Object.keys(set).length > 0) throw new Error('--set needs a --mapping');
  return undefined;
}

function constants(text: string, before: Record<string, string>): Record<string, string> {
  const [, member, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (member === undefined) throw new InvalidArgumentError('It must be a member and its value, such as scale=nps.');
  return { ...before, [member]: value! };
}

function separatorIn(text: string): Separator {
  const found = { comma: ',', semicolon: ';', tab: '\t' } as const;
  if (text in found) return found[text as keyof typeof found];
  const sign = separators.find((one) => one === text);
  if (!sign) throw new InvalidArgumentError('It must be comma, semicolon or tab.');
  return sign;
}

function described(brought: Brought, { dryRun }: Wanted, seconds: number): string {
  const { rows, recorded, updated, unchanged, refused, leftOut, faults, unused, report } = brought;
  const fates = dryRun
    ? { 'can be recorded': recorded, 'are there already': unchanged }
    : { recorded, updated, unchanged };
  const counts = Object.entries({ ...fates, refused, 'left out': leftOut }).map(([fate, count]) => `${count} ${fate}`);
  return [
    `${rows} rows in ${seconds.toFixed(1)} s: ${counts.join(', ')}`,
    ...(unused.length > 0 ? [`Columns that are not used: ${unused.join(', ')}`] : []),
    ...faults.map(({ at, reason }) => `${at}: ${reason}`),
    ...(refused > faults.length ? [`and ${refused - faults.length} more`] : []),
    ...(report === null ? [] : [`What was refused is in ${report}`]),
  ].join('\n');
}
