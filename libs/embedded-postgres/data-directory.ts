import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseRefused } from '#libs/persistence';
import { type Account, reachableBinaries, unprivilegedAccount } from './unprivileged.js';

const major = '18';

/** `DATA_DIR` cannot be used. The message says why and what to do about it; nothing in the directory was touched. */
export class DataDirectoryRefused extends DatabaseRefused {
  override readonly name: string = 'DataDirectoryRefused';
}

/** An initialised PostgreSQL cluster: `<DATA_DIR>/postgres`, owned by the account that PostgreSQL runs as, mode 700. */
export interface Cluster {
  directory: string;
  /** The name of the application that it belongs to. */
  name: string;
  binaries: string;
  /** The account that PostgreSQL runs as; null where it runs as this process does. */
  account: Account | null;
}

export function clusterDirectory(dataDir: string): string {
  return join(resolve(dataDir), 'postgres');
}

/**
 * The cluster in `dataDir`, initialised where there is none. It appears there complete or not at all, and only once
 * when several processes try at the same time.
 * @throws DataDirectoryRefused
 */
export async function openCluster(dataDir: string, name: string, log: (line: string) => void): Promise<Cluster> {
  try {
    return await clusterIn(resolve(dataDir), name, log);
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (!syscall) throw error;
    throw new DataDirectoryRefused(`The data directory ${resolve(dataDir)} cannot be used: ${message}`);
  }
}

async function clusterIn(home: string, name: string, log: (line: string) => void): Promise<Cluster> {
  const directory = clusterDirectory(home);
  await mkdir(home, { recursive: true });
  await refuseForeign(home);
  const owner = await ownerOf(directory);
  const account = process.getuid?.() === 0 ? (owner ?? (await unprivilegedAccount())) : null;
  const cluster = { directory, name, binaries: await reachableBinaries(account, name, log), account };
  if (owner) await refuseOtherVersion(directory);
  else await initialise(cluster, log);
  return cluster;
}

/** Refuses a directory that holds another PostgreSQL or other files. */
async function refuseForeign(home: string): Promise<void> {
  const entries = await readdir(home);
  if (entries.includes('PG_VERSION'))
    throw new DataDirectoryRefused(`${home} is the data directory of another PostgreSQL. Choose another DATA_DIR.`);
  if (!entries.includes('postgres') && !entries.every((name) => /^(lost\+found$|postgres\.new-)/.test(name)))
    throw new DataDirectoryRefused(`${home} holds files that this server did not make. Choose an empty DATA_DIR.`);
}

/** The owner of the cluster's directory; null where there is no cluster yet. */
async function ownerOf(directory: string): Promise<Account | null> {
  try {
    const { uid, gid } = await stat(directory);
    const own = process.getuid?.();
    if (uid === 0 || (own !== undefined && own !== 0 && own !== uid))
      throw new DataDirectoryRefused(
        `${directory} belongs to user ${uid}, as whom PostgreSQL cannot run here. ` +
          `Give it to the user that runs the server (chown -R), or choose another DATA_DIR.`,
      );
    return (await readdir(directory)).length > 0 ? { uid, gid } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function refuseOtherVersion(directory: string): Promise<void> {
  const version = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null)
    throw new DataDirectoryRefused(`${directory} holds files but no PostgreSQL cluster. Choose another DATA_DIR.`);
  if (version.trim() !== major)
    throw new DataDirectoryRefused(
      `${directory} was made by PostgreSQL ${version.trim()}, and this server brings PostgreSQL ${major}. ` +
        'Dump it with its own version and restore it here, or choose another DATA_DIR.',
    );
}

/** Initialises in a directory beside and renames that. Where another process was first, its cluster is used. */
async function initialise(cluster: Cluster, log: (line: string) => void): Promise<void> {
  const home = dirname(cluster.directory);
  await removeUnfinished(home);
  const unfinished = await mkdtemp(join(home, `postgres.new-${process.pid}-`));
  try {
    if (cluster.account) await chown(unfinished, cluster.account.uid, cluster.account.gid);
    log(`initialising PostgreSQL in ${cluster.directory}`);
    await runInitdb({ ...cluster, directory: unfinished });
    await rename(unfinished, cluster.directory);
    await syncDirectory(home);
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what processes left behind that were killed while they initialised. */
async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const maker = /^postgres\.new-(\d+)-/.exec(name)?.[1];
    if (maker === undefined || isAlive(Number(maker))) continue;
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function runInitdb(cluster: Cluster): Promise<void> {
  const initdb = spawnIn(cluster, 'initdb', [
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--auth-local=trust',
    '--auth-host=reject',
    ...initialSettings.map((setting) => `--set=${setting}`),
  ]);
  let output = '';
  for (const stream of [initdb.stdout!, initdb.stderr!])
    stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  const [code] = (await once(initdb, 'close')) as [number | null];
  if (code !== 0)
    throw new DatabaseRefused(`PostgreSQL could not be initialised in ${cluster.directory}: ${output.trim()}`);
}

/** Written to postgresql.conf when the cluster is made. The operator may change them there. */
const initialSettings = ['max_connections=50', 'shared_buffers=128MB', 'jit=off', 'timezone=UTC', 'log_timezone=UTC'];

/** Starts a program of PostgreSQL in the cluster, as the cluster's account and without our environment. */
export function spawnIn(
  cluster: Cluster,
  program: 'initdb' | 'postgres',
  args: string[],
  detached = false,
): ChildProcess {
  // A child enters its working directory before it gives up root: so it works in a DATA_DIR that its account could
  // not reach by name, below a home of mode 700, say.
  const byWorkingDirectory = cluster.account !== null && process.platform === 'linux';
  return spawn(
    join(cluster.binaries, 'bin', program),
    ['-D', byWorkingDirectory ? '/proc/self/cwd' : cluster.directory, ...args],
    {
      ...cluster.account,
      cwd: cluster.directory,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached,
    },
  );
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync();
  await handle.close();
}
