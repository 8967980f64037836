import { EmbeddedPostgres, runningOn } from '#libs/embedded-postgres';
import { type PersistenceOptions } from '#libs/persistence';
import type { Config } from './config.js';
import { keptEncryptionKey, readEncryptionKey } from './encryption-key.js';

/** The name of the embedded PostgreSQL's database, role and processes. */
const name = 'afterword';

/** An open database. */
export interface Database {
  connection: PersistenceOptions['connection'];
  /** Whether it is the embedded PostgreSQL in `DATA_DIR`. */
  embedded: boolean;
  /** The key that seals secrets where `ENCRYPTION_KEY` is not set. */
  encryptionKey(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Opens the database at `DATABASE_URL`, or starts the embedded PostgreSQL in `DATA_DIR`. */
export async function openDatabase(config: Config, log: (line: string) => void): Promise<Database> {
  if (config.DATABASE_URL) {
    const nothing = { encryptionKey: () => Promise.resolve(undefined), close: () => Promise.resolve() };
    return { connection: { clientUrl: config.DATABASE_URL }, embedded: false, ...nothing };
  }
  const postgres = await EmbeddedPostgres.start({ dataDir: config.DATA_DIR, name, log });
  return {
    connection: asOptions(postgres.connection),
    embedded: true,
    encryptionKey: () => keptEncryptionKey(config.DATA_DIR),
    close: () => postgres.stop(),
  };
}

/** The same for a command: where a server runs on `DATA_DIR`, its PostgreSQL is used, through the socket. */
export async function visitDatabase(config: Config, log: (line: string) => void): Promise<Database> {
  const running = config.DATABASE_URL ? null : await runningOn(config.DATA_DIR, name);
  if (!running) return openDatabase(config, log);
  return {
    connection: asOptions(running),
    embedded: true,
    // No key is made here: a server without a kept key has one in its environment, and cannot open what another seals.
    encryptionKey: () => readEncryptionKey(config.DATA_DIR),
    close: () => Promise.resolve(),
  };
}

function asOptions({ database, ...rest }: EmbeddedPostgres['connection']): Database['connection'] {
  return { ...rest, dbName: database };
}
