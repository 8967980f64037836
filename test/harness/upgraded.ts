import { migrate, ormOptions } from '#libs/persistence';
import { persistence } from '../../src/app.module.js';
import { migrations } from '../../src/migrations/index.js';
import { newLogger } from '../../src/server/logging.js';
import { connectTo, newDatabase, type Place } from './database.js';

/** A database that had the schema before `migration` when `sql` was done to it, and has been migrated since. */
export async function upgraded(migration: (typeof migrations)[number], sql: string): Promise<Place> {
  const place = await newDatabase('upgraded');
  const options = persistence(place, newLogger('warn'));
  await migrate(ormOptions({ ...options, migrations: migrations.slice(0, migrations.indexOf(migration)) }));
  const client = await connectTo(place);
  await client.query(sql).finally(() => client.end());
  await migrate(ormOptions(options));
  return place;
}
