import { EmbeddedPostgres, type PersistenceOptions } from '#libs/persistence';
import type { Config } from './config.js';

/** A database to work with, and how to be done with it. */
export interface Database {
  connection: PersistenceOptions['connection'];
  /** Ours alone, in `DATA_DIR`. */
  embedded: boolean;
  close(): Promise<void>;
}

/** `DATABASE_URL`, or a PostgreSQL of our own in `DATA_DIR`. */
export async function openDatabase(config: Config, log: (line: string) => void): Promise<Database> {
  if (config.DATABASE_URL) {
    return { connection: { clientUrl: config.DATABASE_URL }, embedded: false, close: () => Promise.resolve() };
  }
  const postgres = await EmbeddedPostgres.start({ dataDir: config.DATA_DIR, log });
  const { database, ...connection } = postgres.connection;
  return { connection: { ...connection, dbName: database }, embedded: true, close: () => postgres.stop() };
}
