import { constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { DatabaseRefused } from '#libs/persistence';

/** How to reach the embedded PostgreSQL. */
export interface EmbeddedConnection {
  /** The directory of its Unix socket. */
  host: string;
  port: number;
  user: string;
  database: string;
}

const port = 5432;

/** What names the socket: PostgreSQL puts it into the cluster's directory, which only its account and root can enter. */
export function socketIn(directory: string): Pick<EmbeddedConnection, 'host' | 'port'> {
  return { host: shortPath(directory), port };
}

/** A path to the directory that is short enough for the address of a socket (108 bytes on Linux, 104 on macOS). */
function shortPath(directory: string): string {
  if (Buffer.byteLength(join(directory, `.s.PGSQL.${port}`)) <= 103) return directory;
  if (process.platform !== 'linux')
    throw new DatabaseRefused(`${directory} is too long for a Unix socket: choose a shorter DATA_DIR.`);
  // Never closed: connections may be made until the process ends.
  return `/proc/self/fd/${openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY)}`;
}

const lock = 7_305_809_164;

const holderOfLock = `
  SELECT application_name FROM pg_stat_activity WHERE pid IN (
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
      AND (classid::bigint << 32) + objid::bigint = ${lock}
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

/** Codes of a server that is starting or stopping, or not there. */
const passing = new Set(['57P03', '57P01', '57P02', '53300', 'ECONNREFUSED', 'ENOENT', 'ECONNRESET']);

/**
 * Owning a cluster is a session lock in it: it ends with the process, however that ends. Asks the server for it, and
 * waits while it starts.
 * @returns the session that holds the lock from now on, or the pid of the process that does; null when `gone`
 */
export async function takeOwnership(
  connection: EmbeddedConnection,
  gone: () => boolean | Promise<boolean>,
): Promise<Client | { heldBy: number } | null> {
  while (!(await gone())) {
    const session = await connect(connection);
    if (!session) {
      await delay(20);
      continue;
    }
    try {
      const { rows } = await session.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${lock}) AS taken`);
      if (rows[0]?.taken) return session;
      const heldBy = await holder(session);
      if (heldBy !== null) {
        await session.end();
        return { heldBy };
      }
    } catch {
      // the server went down meanwhile
    }
    await session.end().catch(() => undefined);
  }
  return null;
}

/** The process that owns the server behind the connection; null where nobody does. */
export async function ownerOfServer(connection: EmbeddedConnection): Promise<number | null> {
  const session = await connect(connection);
  if (!session) return null;
  try {
    return await holder(session);
  } finally {
    await session.end();
  }
}

async function connect(connection: EmbeddedConnection): Promise<Client | null> {
  const session = new Client({
    ...connection,
    ssl: false,
    application_name: `owner ${process.pid}`,
    connectionTimeoutMillis: 5000,
  });
  session.on('error', () => undefined);
  try {
    await session.connect();
    return session;
  } catch (error) {
    await session.end().catch(() => undefined);
    if (passing.has((error as { code?: string }).code ?? '')) return null;
    throw new Error(`PostgreSQL in ${connection.host} does not answer: ${(error as Error).message}`, { cause: error });
  }
}

async function holder(session: Client): Promise<number | null> {
  const { rows } = await session.query<{ application_name: string }>(holderOfLock);
  const pid = Number(rows[0]?.application_name.replace('owner ', ''));
  return Number.isInteger(pid) ? pid : null;
}
