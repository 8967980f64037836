import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#libs/embedded-postgres';
import pg from 'pg';

declare global {
  var stopServices: () => Promise<void>;
}

/** Starts a PostgreSQL for all workers; each makes a database of its own in it. */
export default async function setup(): Promise<void> {
  provideRedis();
  const dataDir = await mkdtemp(join(tmpdir(), 'afterword-test-'));
  const postgres = await EmbeddedPostgres.start({ name: 'afterword', dataDir });
  await neverFlush(postgres.superuser);
  process.env['TEST_POSTGRES'] = JSON.stringify(postgres.superuser);
  globalThis.stopServices = async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** Nothing here outlives the machine, and a disk that stalls fails no test. What is tested with power cuts has its own. */
async function neverFlush(superuser: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(superuser);
  await client.connect();
  await client.query('alter system set fsync = off');
  await client.query('select pg_reload_conf()');
  await client.end();
}

/** Installs redis-server where there is none and where we may: once, before several tests would at the same time. */
function provideRedis(): void {
  if (runs('redis-server') || process.getuid?.() !== 0 || !runs('apt-get')) return;
  const said: ExecFileSyncOptions = { stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('apt-get', ['update', '-qq'], said);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], said);
}

function runs(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
