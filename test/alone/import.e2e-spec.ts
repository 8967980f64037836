import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import type { Brought } from '../../src/cli/import.js';
import { encryptionKey, startApp, type TestApp } from '../harness/app.js';
import { makeWorkspace } from '../harness/credential.js';
import { urlOf } from '../harness/database.js';

/** The long form (`npm run test:import`) has a million. */
const rows = Number(process.env['ROWS'] ?? 20_000);
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { cli: string } };
/** MiB that the process may take. */
const mostMemory = 230;

let app: TestApp;
let directory: string;
let workspace: string;
beforeAll(async () => {
  app = await startApp();
  directory = await mkdtemp(join(tmpdir(), 'afterword-import-'));
  workspace = await makeWorkspace(app, 'moved');
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

const started = Date.UTC(2025, 0, 1);
const year = 365 * 86_400_000;

/** Row `n` of the file, of a year from its beginning to its end. Every other has an id of its own. */
function rowOf(n: number) {
  const at = new Date(started + Math.floor((n / rows) * year)).toISOString();
  return {
    id: n % 2 === 0 ? `e-${n}` : '',
    instrument: `desk-${n % 2}`,
    score: n % 11,
    comment: n % 3 === 0 ? `said "${n}",\nand left` : '',
    person: `p-${n % 1_000}`,
    date: at,
    channel: ['web', 'app', 'mail'][n % 3]!,
    language: ['en', 'de', 'fr', 'es'][n % 4]!,
  };
}

async function* fileOf(): AsyncGenerator<string> {
  yield `${Object.keys(rowOf(0)).join(',')}\n`;
  for (let n = 0; n < rows; n += 1_000) {
    const some = Array.from({ length: Math.min(1_000, rows - n) }, (_, at) => Object.values(rowOf(n + at)));
    yield some.map((cells) => `${cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')}\n`).join('');
  }
}

interface Import {
  process: ChildProcess;
  done: Promise<Brought>;
}

function startImport(file: string): Import {
  // As `npm run cli` starts it, without a process between.
  const options = ['import', file, '-w', 'moved', '-m', 'plain', '--set', 'scale=nps', '--json'];
  const child = spawn('/bin/sh', ['-c', `${scripts.cli} "$@"`, 'sh', ...options], {
    env: { PATH: dirname(process.execPath), DATABASE_URL: urlOf(app.connection), ENCRYPTION_KEY: encryptionKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  return { process: child, done: once(child, 'close').then(() => JSON.parse(said) as Brought) };
}

async function stored(): Promise<number> {
  const [{ n } = { n: 0 }] = await app.query<{ n: number }>(
    'select count(*)::int as n from feedback_entry where workspace_id = $1',
    [workspace],
  );
  return n;
}

/** Kills the import as soon as there are so many rows. @returns how many there are then */
async function killedAt(file: string, least: number): Promise<number> {
  const { process: child, done } = startImport(file);
  done.catch(() => undefined);
  while ((await stored()) < least && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  return stored();
}

/** The most memory that the process of the command ever took, in MiB. */
async function peakOf(child: ChildProcess): Promise<number> {
  let peak = 0;
  while (child.exitCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return peak;
}

it(`${rows} rows, killed twice on the way, are there once each and counted`, async () => {
  const file = join(directory, 'rows.csv');
  await pipeline(Readable.from(fileOf()), createWriteStream(file));
  const marks = [Math.random() * 0.4, 0.45 + Math.random() * 0.3].map((part) => Math.ceil(part * rows));
  const first = await killedAt(file, marks[0]!);
  const second = await killedAt(file, marks[1]!);
  expect([first, second].every((n, at) => n >= marks[at]! && n < rows)).toBe(true);

  const begun = performance.now();
  const last = startImport(file);
  const [brought, peak] = await Promise.all([last.done, peakOf(last.process)]);
  const seconds = (performance.now() - begun) / 1_000;
  process.stdout.write(
    `killed at ${first} and ${second}; then ${rows} rows in ${seconds.toFixed(1)} s, ${peak.toFixed(0)} MiB\n`,
  );
  expect(brought).toMatchObject({ rows, unchanged: second, recorded: rows - second, updated: 0, refused: 0 });
  if (process.platform === 'linux') expect(peak).toBeLessThan(mostMemory);

  expect(await stored()).toBe(rows);
  const seen = new Uint8Array(rows);
  for (let low = 0; low < rows; low += 50_000) {
    const between = [low, low + 50_000].map((n) => new Date(started + Math.floor((n / rows) * year)));
    const found = await app.query<Record<string, unknown>>(
      `select external_id, instrument, score, comment, respondent, channel, language, occurred_at from feedback_entry
         where workspace_id = $1 and occurred_at >= $2 and occurred_at < $3`,
      [workspace, ...between],
    );
    for (const entry of found) seen[indexOf(entry)]!++;
  }
  expect(seen.every((times) => times === 1)).toBe(true);
  expect((await app.nest.get(ScoreCounts, { strict: false }).verify(workspace)).differences).toBe(0);
}, 3_600_000);

/** Which row of the file the entry is. @throws Error where it is none */
function indexOf(entry: Record<string, unknown>): number {
  const at = (entry['occurred_at'] as Date).getTime() - started;
  const near = Math.round((at / year) * rows);
  const found = [near - 1, near, near + 1].find((n) => {
    if (n < 0 || n >= rows) return false;
    const { id, instrument, score, comment, person, date, channel, language } = rowOf(n);
    const same = [
      [entry['instrument'], instrument],
      [entry['score'], score],
      [entry['comment'], comment || null],
      [entry['respondent'], person],
      [entry['channel'], channel],
      [entry['language'], language],
      [(entry['occurred_at'] as Date).toISOString(), date],
    ].every(([there, said]) => there === said);
    return same && (id === '' ? String(entry['external_id']).startsWith('import-') : entry['external_id'] === id);
  });
  if (found === undefined) throw new Error(`no row of the file: ${JSON.stringify(entry)}`);
  return found;
}
