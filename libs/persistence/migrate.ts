import { setTimeout as sleep } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { anyTime } from './bounded-client.js';
import { codeOf, DatabaseRefused, DatabaseUnreachable, failureKind } from './failure.js';
import { clientConfigOf } from './persistence.module.js';

/** Held by the process that migrates. The others wait for it, and then find nothing to do. */
const migrationLock = 7_310_041;

const oldestServer = 16;

/**
 * Brings the database to the newest schema.
 * @param connectTimeout milliseconds to wait for a database that does not answer yet
 * @throws DatabaseUnreachable where it does not answer until then
 * @throws DatabaseRefused where it does not let us in, is too old, may not be changed, or has the schema of a later release
 */
export async function migrate(options: Options, connectTimeout = 30_000): Promise<void> {
  const driverOptions = { ...options.driverOptions, ...anyTime, max: 2 };
  const orm = await MikroORM.init({ ...options, driverOptions, extensions: [Migrator] });
  try {
    const lock = await connectPatiently(clientConfigOf(orm.em), connectTimeout, (line) => options.logger?.(line));
    try {
      await refuseUnfit(lock);
      await lock.query('select pg_advisory_lock($1)', [migrationLock]);
      await refuseLater(lock, options);
      await orm.migrator.up();
    } catch (error) {
      throw asRefusal(error);
    } finally {
      await lock.end();
    }
  } finally {
    await orm.close();
  }
}

async function connectPatiently(
  config: pg.ClientConfig,
  connectTimeout: number,
  say: (line: string) => void,
): Promise<pg.Client> {
  const deadline = Date.now() + connectTimeout;
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ ...config, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (failureKind(error) !== 'unavailable') throw new DatabaseRefused(`The database refuses: ${said(error)}`);
      if (Date.now() > deadline) throw new DatabaseUnreachable(`The database cannot be reached: ${said(error)}`);
      if (attempt === 1) say(`The database cannot be reached yet: ${said(error)}`);
      await sleep(250);
    }
  }
}

async function refuseUnfit(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ major: number; version: string; encoding: string }>(`
    select current_setting('server_version_num')::int / 10000 as major, current_setting('server_version') as version,
      current_setting('server_encoding') as encoding`);
  const { major, version, encoding } = rows[0]!;
  if (major < oldestServer)
    throw new DatabaseRefused(`PostgreSQL ${oldestServer} or newer is needed; the database runs ${version}.`);
  if (encoding !== 'UTF8')
    throw new DatabaseRefused(`The encoding of the database is ${encoding}. Create one with the encoding UTF8.`);
}

/** Refuses a schema that a later release has made: this one knows neither its tables nor what has to be kept true in them. */
async function refuseLater(client: pg.Client, { migrations }: Options): Promise<void> {
  const table = migrations!.tableName!;
  const { rows: tables } = await client.query(`select where to_regclass($1) is not null`, [table]);
  if (tables.length === 0) return;
  const known = migrations!.migrationsList!.map((migration) => (migration as { name: string }).name);
  const { rows } = await client.query<{ name: string }>(
    `select name from ${table} where name <> all ($1) order by id desc limit 1`,
    [known],
  );
  if (rows.length === 0) return;
  throw new DatabaseRefused(
    `The schema of the database is that of a later release: ${rows[0]!.name} was carried out on it, which this release ` +
      'does not know. Start that release or a newer one, or restore a backup that is older than the upgrade.',
  );
}

/** A failure that the operator can mend as a sentence for them; any other failure as it is. */
function asRefusal(error: unknown): unknown {
  const code = codeOf(error);
  if (['42501', '25006'].includes(code)) return new DatabaseRefused(`The database refuses: ${said(error)}`);
  if (/^42[P7]/.test(code))
    return new DatabaseRefused(`The schema of the database is none that a release has made: ${said(error)}`);
  return failureKind(error) === 'unavailable'
    ? new DatabaseUnreachable(`The database cannot be reached: ${said(error)}`)
    : error;
}

/** The message is empty where several addresses of a host were tried. */
function said(error: unknown): string {
  return (error as Error).message || codeOf(error);
}
