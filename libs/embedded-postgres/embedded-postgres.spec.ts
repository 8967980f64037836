import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { DataDirectoryRefused } from './data-directory.js';
import { DataDirectoryInUse, EmbeddedPostgres, runningOn } from './embedded-postgres.js';
import type { EmbeddedConnection } from './ownership.js';
import { postmasterOf } from './postmaster.js';
import { copyWithinReach, reachableBinaries, unprivilegedAccount } from './unprivileged.js';

const name = 'application';

jest.setTimeout(30_000);

const account = process.getuid?.() === 0 ? await unprivilegedAccount() : null;
/** In a clone below a home of mode 700, an ordinary user has no binaries of its own. */
const cloneIsReachable =
  (await reachableBinaries(account, name, () => undefined)) === (await reachableBinaries(null, name, () => undefined));
const cleanups: (() => unknown)[] = [];
let home: string;
let dataDir: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'embedded-'));
  await chmod(home, 0o711);
  dataDir = join(home, 'data');
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function started(directory = dataDir): Promise<EmbeddedPostgres> {
  const postgres = await EmbeddedPostgres.start({ name, dataDir: directory });
  cleanups.push(() => postgres.stop());
  return postgres;
}

/** Another process of ours; says `ready` or the name of the error that refused it. */
async function startedElsewhere(directory: string, before = ''): Promise<{ server: ChildProcess; said: string }> {
  const server = startElsewhere(directory, before);
  const [said]: unknown[] = await once(server.stdout!, 'data');
  return { server, said: String(said).trim() };
}

function startElsewhere(directory: string, before = ''): ChildProcess {
  const built = pathToFileURL(join(process.cwd(), 'dist/libs/embedded-postgres/embedded-postgres.js')).href;
  const script = `
    const { EmbeddedPostgres } = await import(${JSON.stringify(built)});
    ${before}
    try {
      const postgres = await EmbeddedPostgres.start({ name: '${name}', dataDir: ${JSON.stringify(directory)} });
      process.on('SIGTERM', () => postgres.stop());
      console.log('ready');
    } catch (error) {
      console.log(error.name + ': ' + error.message);
    }`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => ended(server, 'SIGTERM'));
  return server;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

async function query(connection: EmbeddedConnection, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** What has ended may still be listed, until its parent asks. */
async function isRunning(pid: number): Promise<boolean> {
  const state = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return /^[^Z]/.test(state.stdout);
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 10_000; ; await delay(20)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

describe('a data directory', () => {
  it('is initialised by the first start, and found again by the next', async () => {
    const first = await started();
    expect(first.fresh).toBe(true);
    await query(first.connection, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();

    const second = await started();
    expect(second.fresh).toBe(false);
    expect(await query(second.connection, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('serves a role that owns its database and is no superuser', async () => {
    const { connection, superuser } = await started();
    expect(await query(connection, 'SELECT usesuper FROM pg_user WHERE usename = current_user')).toEqual([
      { usesuper: false },
    ]);
    expect(await query(superuser, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
  });

  it('is durable, and reached over a Unix socket only', async () => {
    const { superuser } = await started();
    const settings = await query(
      superuser,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('full_page_writes') AS pages, current_setting('listen_addresses') AS addresses`,
    );
    expect(settings).toEqual([{ fsync: 'on', commit: 'on', pages: 'on', addresses: '' }]);
    expect((await stat(superuser.host)).mode & 0o777).toBe(0o700);
  });

  it('leaves no process and no pid file behind after stop', async () => {
    const postgres = await started();
    const pid = await postmasterOf(postgres.superuser.host);
    await postgres.stop();
    expect(await isRunning(pid!)).toBe(false);
    expect(existsSync(join(postgres.superuser.host, 'postmaster.pid'))).toBe(false);
  });

  it('is refused, untouched, where it holds the files of somebody else', async () => {
    const foreign = await mkdtemp(join(home, 'foreign-'));
    await writeFile(join(foreign, 'thesis.txt'), 'years of work');
    await expect(EmbeddedPostgres.start({ name, dataDir: foreign })).rejects.toThrow(DataDirectoryRefused);
    expect(await readdir(foreign)).toEqual(['thesis.txt']);
  });

  it.each([
    ['a cluster of another version', 'postgres', 'PG_VERSION', '17\n', 'made by PostgreSQL 17'],
    ['no cluster but files', 'postgres', 'notes', 'x', 'no PostgreSQL cluster'],
    ["somebody's own cluster", '.', 'PG_VERSION', '18\n', 'another PostgreSQL'],
  ])('is refused, untouched, where it holds %s', async (_, directory, file, content, sentence) => {
    const foreign = await mkdtemp(join(home, 'foreign-'));
    await mkdir(join(foreign, directory), { recursive: true });
    await writeFile(join(foreign, directory, file), content);
    const { uid, gid } = account ?? { uid: process.getuid!(), gid: process.getgid!() };
    await chown(join(foreign, directory), uid, gid);
    await expect(EmbeddedPostgres.start({ name, dataDir: foreign })).rejects.toThrow(sentence);
    expect(await readdir(join(foreign, directory))).toEqual([file]);
  });
});

describe('a second server', () => {
  it('is refused with the pid of the first, in another process and in the same', async () => {
    await started();
    await expect(EmbeddedPostgres.start({ name, dataDir })).rejects.toThrow(`in use by process ${process.pid}.`);
    const { said } = await startedElsewhere(dataDir);
    expect(said).toContain(`DataDirectoryInUse: ${join(dataDir, 'postgres')} is in use by process ${process.pid}.`);
    expect(await runningOn(dataDir, name)).not.toBeNull();
  });

  it('leaves exactly one when both start at once on nothing', async () => {
    const both = await Promise.all([1, 2].map(() => startedElsewhere(join(home, 'race'))));
    const winner = both.find(({ said }) => said === 'ready');
    const loser = both.find(({ said }) => said !== 'ready');
    expect(loser?.said).toContain(`is in use by process ${winner?.server.pid}.`);
    expect(await readdir(join(home, 'race'))).toEqual(['postgres']);
  });

  it('is told by runningOn where the first one answers, and that none does', async () => {
    expect(await runningOn(join(home, 'nothing'), name)).toBeNull();
    const postgres = await started();
    expect(await runningOn(dataDir, name)).toEqual(postgres.connection);
    await postgres.stop();
    expect(await runningOn(dataDir, name)).toBeNull();
  });
});

describe('a start after kill -9', () => {
  it('ends the orphan, keeps what was committed, and lets nobody use the orphan meanwhile', async () => {
    const { server } = await startedElsewhere(dataDir);
    const connection = (await runningOn(dataDir, name))!;
    await query(connection, 'CREATE TABLE committed AS SELECT 2 AS two');
    const orphan = await postmasterOf(connection.host);
    await ended(server, 'SIGKILL');
    await eventually(async () => expect(await runningOn(dataDir, name)).toBeNull());
    expect(await postmasterOf(connection.host)).toBe(orphan);

    const postgres = await started();
    expect(await postmasterOf(connection.host)).not.toBe(orphan);
    expect(await isRunning(orphan!)).toBe(false);
    expect(await query(postgres.connection, 'SELECT two FROM committed')).toEqual([{ two: 2 }]);
  });

  it('starts over where the first initialisation was cut short', async () => {
    const directory = join(home, 'cut-short');
    const server = startElsewhere(directory);
    await eventually(async () => {
      const unfinished = (await readdir(directory)).join();
      await stat(join(directory, unfinished, 'PG_VERSION'));
    });
    await ended(server, 'SIGKILL');
    expect(await readdir(directory)).not.toContain('postgres');

    expect((await started(directory)).fresh).toBe(true);
    expect(await readdir(directory)).toEqual(['postgres']);
  });

  it('is not held up by an empty postmaster.pid once it is old enough that nobody is writing it', async () => {
    const postgres = await started();
    await postgres.stop();
    const { host } = postgres.superuser;
    const { uid, gid } = await stat(host);
    const file = join(host, 'postmaster.pid');
    await writeFile(file, '');
    await chown(file, uid, gid);
    const { ino } = await stat(file);

    const lines: string[] = [];
    const again = EmbeddedPostgres.start({ name, dataDir, log: (line) => lines.push(line) });
    cleanups.push(async () => (await again).stop());
    const empty = 'FATAL:  lock file "postmaster.pid" is empty';
    await eventually(async () => expect(lines.filter((line) => line === empty).length).toBeGreaterThan(1));
    expect((await stat(file)).ino).toBe(ino);
    await again;
  });

  it.each(['postmaster.pid', '.s.PGSQL.5432.lock'])(
    'is not held up by a %s whose pid is another program by now',
    async (file) => {
      const postgres = await started();
      await postgres.stop();
      const { host } = postgres.superuser;
      const { uid, gid } = await stat(host);
      const other = spawn('sleep', ['60'], { uid, gid, cwd: '/' });
      cleanups.push(() => ended(other, 'SIGKILL'));
      await writeFile(join(host, file), `${other.pid}\n${host}\n1\n5432\n.\n\n`);
      await chown(join(host, file), uid, gid);

      await started();
      expect(other.exitCode).toBeNull();
    },
  );
});

describe('a PostgreSQL that ends by itself', () => {
  it('is started again beside the backends that outlive it, still owned', async () => {
    const postgres = await started();
    const before = await postmasterOf(postgres.superuser.host);
    const busy = query(postgres.connection, 'SELECT count(*) FROM generate_series(1, 10000000000)').catch(() => 'cut');
    await eventually(async () =>
      expect(
        await query(postgres.superuser, "SELECT 1 FROM pg_stat_activity WHERE query ~ '^SELECT count'"),
      ).toHaveLength(1),
    );
    process.kill(before!, 'SIGKILL');

    expect(await busy).toBe('cut');
    await eventually(async () => expect(await runningOn(dataDir, name)).toEqual(postgres.connection));
    expect(await postmasterOf(postgres.superuser.host)).not.toBe(before);
    await expect(EmbeddedPostgres.start({ name, dataDir })).rejects.toThrow(DataDirectoryInUse);
  });

  it('is owned again after its session was ended', async () => {
    const postgres = await started();
    await query(
      postgres.superuser,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^owner' AND pid <> pg_backend_pid()",
    );
    await eventually(async () => expect(await runningOn(dataDir, name)).toEqual(postgres.connection));
  });

  it('stays down when it is stopped while it comes back', async () => {
    const postgres = await started();
    process.kill((await postmasterOf(postgres.superuser.host))!, 'SIGKILL');
    await postgres.stop();
    expect(await postmasterOf(postgres.superuser.host)).toBeNull();
  });
});

(account ? describe : describe.skip)('as root', () => {
  it('runs unprivileged, in a directory whose path only root may walk and that is too long for a socket', async () => {
    const hidden = join(home, 'hidden');
    await mkdir(hidden, { mode: 0o700 });
    const directory = join(hidden, 'd'.repeat(100));
    const postgres = await started(directory);
    expect(await query(postgres.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const pid = await postmasterOf(join(directory, 'postgres'));
    expect((await stat(`/proc/${pid}`)).uid).toBe(account?.uid);
  });

  it('keeps our environment from the unprivileged user', async () => {
    await startedElsewhere(dataDir, "process.env.ADMIN_API_KEY = 'not for postgres';");
    const superuser = { ...(await runningOn(dataDir, name))!, user: 'postgres', database: 'postgres' };
    await query(superuser, "CREATE TABLE environment (line text); COPY environment FROM PROGRAM 'env'");
    const lines = await query(superuser, 'SELECT line FROM environment');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines).not.toContainEqual({ line: 'ADMIN_API_KEY=not for postgres' });
  });

  it('copies the binaries once to where the user reaches them, and never trusts a place of somebody else', async () => {
    const installed = await reachableBinaries(null, name, () => undefined);
    const planted = join(home, 'planted');
    await mkdir(planted);
    await chown(planted, account!.uid, account!.gid);
    const said: string[] = [];
    const copy = () =>
      copyWithinReach(installed, 'pg', account!, (line) => said.push(line), [planted, join(home, 'cache')]);

    expect(await copy()).toBe(join(home, 'cache', 'pg'));
    expect(await copy()).toBe(join(home, 'cache', 'pg'));
    expect(said).toHaveLength(1);
    expect(await readdir(planted)).toEqual([]);
    expect(await readdir(join(home, 'cache'))).toEqual(['pg']);
    expect((await stat(join(home, 'cache', 'pg', 'bin', 'postgres'))).mode & 0o022).toBe(0);
  });

  (cloneIsReachable ? it : it.skip)(
    'gives the directory of an ordinary user to that user, who starts it too',
    async () => {
      const directory = join(home, 'ordinary');
      const { uid, gid } = account!;
      await mkdir(directory);
      await chown(directory, uid, gid);
      const drop = `process.setgroups([]); process.setgid(${gid}); process.setuid(${uid});`;
      const { server, said } = await startedElsewhere(directory, drop);
      expect(said).toBe('ready');
      await ended(server, 'SIGTERM');
      expect(server.exitCode).toBe(0);
      expect((await started(directory)).fresh).toBe(false);
    },
  );
});
