/*
 * Breaks everything that a server stands on, for many rounds, and prints what became of what was acknowledged. Bounded,
 * on loopback only, ended after 20 minutes.
 *
 *   npm run faults [-- a part of the name of a file]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Each is the long form of a test in the suite. */
const parts = [
  { files: 'test/alone/durability', env: { ROUNDS: '20' } },
  { files: 'test/alone/outages', env: { ROUNDS: '20' } },
  { files: 'test/alone/processes', env: { ROUNDS: '60' } },
  { files: 'test/alone/cuts', env: { ROUNDS: '100' } },
  { files: 'test/alone/histories', env: { ROUNDS: '200' } },
  { files: 'test/alone/memory', env: { RESPONDENTS: '1000000' } },
  { files: 'libs/group-commit/interleavings', env: { INTERLEAVINGS: '1000000' } },
  { files: 'test/server/vectors', env: { CASES: '10000' } },
];

const tell = (line) => process.stderr.write(`${line}\n`);
const show = (line) => process.stdout.write(`${line}\n`);

const directory = mkdtempSync(join(tmpdir(), 'faults-'));
const table = join(directory, 'table');
const seed = process.env.SEED ?? String(Date.now() % 1_000_000);
const deadline = Date.now() + 20 * 60_000;
writeFileSync(table, '');
show(`SEED=${seed}`);
const failed = [];
for (const { files, env } of parts.filter(({ files }) => files.includes(process.argv[2] ?? ''))) {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--config', 'test/jest.config.mjs'];
  const { status } = spawnSync(process.execPath, [...jest, '--forceExit', files], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, SEED: seed, FAULTS_TABLE: table },
    timeout: Math.max(1, deadline - Date.now()),
  });
  if (status !== 0) failed.push(files);
}
print(readFileSync(table, 'utf8'));
rmSync(directory, { recursive: true });
if (failed.length > 0) tell(`Failed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);

function print(lines) {
  const rows = lines
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  // A part that tells after every round is told of as it was after the last.
  const last = new Map(rows.map((row) => [`${row.promise} ${row.what}`, row]));
  const heads = ['promise', 'what', 'rounds', 'acknowledged', 'lost', 'doubled', 'slowest answer', 'peak memory'];
  const cells = [...last.values()].map(({ promise, what, rounds, acknowledged, lost, doubled, slowest, memory }) => [
    ...[promise, what, rounds, acknowledged, lost, doubled].map(String),
    slowest === undefined ? '' : `${Math.round(slowest)} ms`,
    memory === undefined ? '' : `${Math.round(memory / 1e6)} MB`,
  ]);
  const widths = heads.map((head, index) => Math.max(head.length, ...cells.map((row) => row[index].length)));
  const line = (row) => `| ${row.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
  show([line(heads), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n'));
}
