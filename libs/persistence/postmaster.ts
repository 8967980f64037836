import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';

/** The process of the PostgreSQL that runs on the cluster; null where none does, whatever an old pid file says. */
export async function postmasterOf(directory: string): Promise<number | null> {
  const pid = await recordedPid(join(directory, 'postmaster.pid'));
  return pid !== null && (await servesDirectory(pid, directory)) ? pid : null;
}

async function recordedPid(file: string): Promise<number | null> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return pid > 0 ? pid : null;
}

/** A PostgreSQL process works in its data directory; a pid alone may have passed to another program since. */
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

/** Ends it with everything committed kept: fast, after three seconds immediately, after six by force. */
export async function endPostmaster(pid: number, directory: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalIfAlive(pid, signal);
    for (const end = Date.now() + 3000; Date.now() < end; await delay(10))
      if (!(await servesDirectory(pid, directory))) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) in ${directory} does not end.`);
}

/** Backends may outlive a killed postmaster, and no new one starts beside them. */
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

/**
 * Takes away a pid file that names no PostgreSQL of this cluster: PostgreSQL refuses to start as long as that process
 * lives, whatever it is by now.
 */
export async function removeStalePidFile(directory: string): Promise<void> {
  const file = join(directory, 'postmaster.pid');
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch(() => undefined);
  const pid = await recordedPid(aside);
  // Between looking and taking a living one may have written its own.
  if (pid !== null && (await servesDirectory(pid, directory))) await rename(aside, file);
  else await rm(aside, { force: true });
}

/** A path of the directory that is short enough for a socket's address (108 bytes on Linux, 104 on macOS). */
export function socketDirectory(directory: string): string {
  if (Buffer.byteLength(join(directory, '.s.PGSQL.5432')) <= 103) return directory;
  if (process.platform !== 'linux')
    throw new Error(`${directory} is too long for a Unix socket: choose a shorter DATA_DIR.`);
  // Open for the life of the process, that is for as long as somebody may connect.
  return `/proc/self/fd/${openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY)}`;
}
