import { type ChildProcess, execFile } from 'node:child_process';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { platform, release } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Cluster, spawnIn } from './data-directory.js';

/** A PostgreSQL that was told to start. */
export interface Launched {
  process: ChildProcess;
  /** True when it takes connections, false when it ended before. */
  ready: Promise<boolean>;
  /** What it said until then. */
  said: string[];
}

export function launch(cluster: Cluster, log: (line: string) => void): Launched {
  // In a session of its own: Ctrl-C is for us, who drain before we stop it.
  const process = spawnIn(cluster, 'postgres', [...settings, '-c', `cluster_name=${cluster.name}`], true);
  const said: string[] = [];
  const ready = new Promise<boolean>((resolve, reject) => {
    createInterface(process.stderr!).on('line', (line) => {
      if (!refusesClient.test(line)) log(line);
      if (said.length < 50) said.push(line);
      if (line.includes('ready to accept connections')) resolve(true);
    });
    process.once('close', () => resolve(false));
    process.once('error', reject);
  });
  return { process, ready, said };
}

/** Logged for each client while the server starts or stops. Thousands of such lines would hide the others. */
const refusesClient = /^FATAL: +the database system is /;

/** Settings that the operator cannot change: who may connect, and what may be logged. */
const settings = Object.entries({
  listen_addresses: '',
  unix_socket_directories: '.',
  port: '5432',
  lc_messages: 'C',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '',
  log_checkpoints: 'off',
  // Errors quote values of rows. The client that caused one, which is this process, is told of it all the same.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // Recovery takes 0.1 s instead of seconds. Before 5.8, Linux did not report a page that it could not write.
  ...(platform() === 'linux' && release().localeCompare('5.8', 'en', { numeric: true }) >= 0
    ? { recovery_init_sync_method: 'syncfs' }
    : {}),
}).flatMap(([setting, value]) => ['-c', `${setting}=${value}`]);

/** The process of the PostgreSQL that runs on the cluster; null where none does, whatever an old pid file says. */
export async function postmasterOf(directory: string): Promise<number | null> {
  const pid = await recordedPid(join(directory, 'postmaster.pid'));
  return pid !== null && (await servesDirectory(pid, directory)) ? pid : null;
}

async function recordedPid(file: string): Promise<number | null> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return pid > 0 ? pid : null;
}

/** Whether the process is a PostgreSQL at work in the directory. A pid alone may belong to another program by now. */
async function servesDirectory(pid: number, directory: string): Promise<boolean> {
  try {
    if (process.platform !== 'linux')
      return (await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)])).stdout.includes('postgres');
    const [at, wanted] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(directory)]);
    const program = await readFile(`/proc/${pid}/comm`, 'utf8');
    return program.startsWith('postgres') && at.dev === wanted.dev && at.ino === wanted.ino;
  } catch {
    return false;
  }
}

/** Ends PostgreSQL without losing what was committed: by a fast shutdown, after 3 s an immediate one, after 6 s by SIGKILL. */
export async function endPostmaster(pid: number, directory: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalIfAlive(pid, signal);
    for (const end = Date.now() + 3000; Date.now() < end; await delay(10))
      if (!(await servesDirectory(pid, directory))) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) in ${directory} does not end.`);
}

/** Ends backends that outlived their postmaster: no new postmaster starts beside them. */
export async function endLeftBackends(directory: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const pid of (await readdir('/proc')).map(Number).filter(Boolean))
    if (await servesDirectory(pid, directory)) signalIfAlive(pid, 'SIGKILL');
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether another process is about to write the pid file. An empty one that is older than a second was left by a crash. */
async function isBeingWritten(file: string): Promise<boolean> {
  const { size, mtimeMs } = await stat(file).catch(() => ({ size: 1, mtimeMs: 0 }));
  return size === 0 && Date.now() - mtimeMs < 1000;
}

/**
 * Removes a pid file of the cluster or of its socket that names no PostgreSQL of this cluster. PostgreSQL refuses to start
 * while a process with that pid lives, whatever program it is.
 */
export async function removeStaleLock(directory: string, name: string): Promise<void> {
  const file = join(directory, name);
  if (await isBeingWritten(file)) return;
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch(() => undefined);
  const pid = await recordedPid(aside);
  // A server that started in between may have written its own.
  if (pid !== null && (await servesDirectory(pid, directory))) await rename(aside, file);
  else await rm(aside, { force: true });
}
