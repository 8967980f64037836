import { EmbeddedPostgres, runningOn } from '#libs/embedded-postgres';
import { type PersistenceOptions } from '#libs/persistence';
import type { Config } from './config.js';
import { keptEncryptionKey, readEncryptionKey } from './encryption-key.js';

/** What the own PostgreSQL is called: its database, its role and its processes. */
const name = 'afterword';

/** A database to work with, and how to be done with it. */
export interface Database {
  connection: PersistenceOptions['connection'];
  /** Ours alone, in `DATA_DIR`. */
  embedded: boolean;
  /** What seals the secrets in it, unless `ENCRYPTION_KEY` says so. */
  encryptionKey(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** `DATABASE_URL`, or a PostgreSQL of our own in `DATA_DIR`. */
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

/** The same for whoever only passes by: beside a server that runs on `DATA_DIR`, through its socket. */
export async function visitDatabase(config: Config, log: (line: string) => void): Promise<Database> {
  const running = config.DATABASE_URL ? null : await runningOn(config.DATA_DIR, name);
  if (!running) return openDatabase(config, log);
  return {
    connection: asOptions(running),
    embedded: true,
    // A server that keeps none has one of its environment: with another one, its clients could not be verified.
    encryptionKey: () => readEncryptionKey(config.DATA_DIR),
    close: () => Promise.resolve(),
  };
}

function asOptions({ database, ...rest }: EmbeddedPostgres['connection']): Database['connection'] {
  return { ...rest, dbName: database };
}
