import { setTimeout as sleep } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import pg from 'pg';
import { failureKind } from './failure.js';

/** Only one process migrates at a time; the others wait for it and then find nothing to do. Any number will do. */
const migrationLock = 7_310_041;

/**
 * Brings the database to the newest schema. Waits up to 30 s for a database that is still starting.
 * @returns the names of the migrations that were applied
 */
export async function migrate(options: Options): Promise<string[]> {
  const orm = await MikroORM.init({ ...options, driverOptions: { max: 2 }, extensions: [Migrator] });
  const connection = orm.config.getDriver().getConnection().getConnectionOptions();
  const lock = await connectPatiently(connection);
  try {
    await lock.query('select pg_advisory_lock($1)', [migrationLock]);
    const applied = await orm.migrator.up();
    return applied.map((migration) => migration.name);
  } finally {
    await lock.end();
    await orm.close();
  }
}

async function connectPatiently(options: pg.ClientConfig): Promise<pg.Client> {
  for (const deadline = Date.now() + 30_000; ;) {
    const client = new pg.Client({ ...options, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (failureKind(error) !== 'unavailable' || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}
