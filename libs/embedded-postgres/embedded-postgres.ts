import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Cluster, clusterDirectory, DataDirectoryRefused, openCluster } from './data-directory.js';
import { DatabaseRefused } from '#libs/persistence';
import { type EmbeddedConnection, ownerOfServer, socketIn, takeOwnership } from './ownership.js';
import { endLeftBackends, endPostmaster, launch, postmasterOf, removeStaleLock } from './postmaster.js';

export type { EmbeddedConnection } from './ownership.js';

/** Another living process serves this `DATA_DIR`. */
export class DataDirectoryInUse extends DataDirectoryRefused {
  override readonly name = 'DataDirectoryInUse';
  constructor(
    directory: string,
    readonly pid: number,
  ) {
    super(`${directory} is in use by process ${pid}. Stop that one first, or choose another DATA_DIR.`);
  }
}

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** The name of the application, in lower-case letters: that of its database, its role and PostgreSQL's processes. */
  name: string;
  /** Is given each line that PostgreSQL logs. No line holds a statement or a value of a row. */
  log?: (line: string) => void;
}

/**
 * A PostgreSQL of our own in `DATA_DIR`, reachable over a Unix socket by this user and root only. From
 * {@link start} to {@link stop} this process is its only owner, and starts it again should it end by itself.
 */
export class EmbeddedPostgres {
  /** The application's database and role, which owns it and nothing else. */
  readonly connection: EmbeddedConnection;
  /** For what that role may not do: creating databases, ending sessions. */
  readonly superuser: EmbeddedConnection;

  /** The database was made by this start and is empty. */
  fresh = false;

  private server: ChildProcess | null = null;
  private session: Client | null = null;
  private served = false;
  private recovering: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  /**
   * Resolves when the database takes connections. A server left over by a killed process is ended first, losing
   * nothing that was committed.
   * @throws DataDirectoryInUse where another process serves the directory
   * @throws DataDirectoryRefused where it holds something else; nothing was touched
   */
  static async start({ dataDir, name, log = () => undefined }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const postgres = new EmbeddedPostgres(await openCluster(dataDir, name, log), log);
    try {
      await postgres.takeOver();
      await postgres.createDatabase();
      return postgres;
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  }

  private constructor(
    private readonly cluster: Cluster,
    private readonly log: (line: string) => void,
  ) {
    const { connection, superuser } = connectionsTo(cluster.directory, cluster.name);
    this.connection = connection;
    this.superuser = superuser;
    process.once('exit', this.interrupt);
  }

  /** Returns when the server is a child of this process and is owned by it. */
  private async takeOver(): Promise<void> {
    for (let attempt = 1; !this.stopping.signal.aborted; attempt++) {
      if (attempt > 200) throw new DatabaseRefused(`PostgreSQL in ${this.cluster.directory} does not stay up.`);
      if (!this.server) {
        await this.endOrphan();
        if (!(await this.launch())) continue;
      }
      const session = await takeOwnership(this.superuser, () => !this.server || this.stopping.signal.aborted);
      if (session && 'heldBy' in session) throw this.inUse(session.heldBy);
      if (session) return this.keep(session);
    }
  }

  /** Ends a server that runs here without an owner. @throws DataDirectoryInUse where it has one */
  private async endOrphan(): Promise<void> {
    const { directory } = this.cluster;
    const pid = await postmasterOf(directory);
    if (pid === null) return this.refuseUnseen();
    const session = await takeOwnership(this.superuser, async () => (await postmasterOf(directory)) !== pid);
    if (session && 'heldBy' in session) throw this.inUse(session.heldBy);
    if (!session) return;
    this.log(`ending the PostgreSQL (process ${pid}) that a killed server left behind`);
    await endPostmaster(pid, directory);
  }

  /** In another container a server on the same directory is no process that we see, but its socket answers. */
  private async refuseUnseen(): Promise<void> {
    const owner = await ownerOfServer(this.superuser);
    if (owner !== null) throw this.inUse(owner);
  }

  private inUse(pid: number): DataDirectoryInUse {
    return new DataDirectoryInUse(this.cluster.directory, pid);
  }

  /** Starts the server. @returns false where it did not start, for a reason that has been removed */
  private async launch(): Promise<boolean> {
    if (this.stopping.signal.aborted) return false;
    const { process, ready, said } = launch(this.cluster, this.log);
    this.server = process;
    process.once('exit', (code, signal) => this.ended(signal ?? `code ${code}`));
    process.once('error', () => (this.server = null));
    if (await ready) return true;
    if (!this.stopping.signal.aborted) await this.clearWay(said.join('\n'));
    return false;
  }

  private async clearWay(said: string): Promise<void> {
    const { directory } = this.cluster;
    const lock = /lock file "(?:\.\/)?(postmaster\.pid|\.s\.PGSQL\.\d+\.lock)" (?:already exists|is empty)/.exec(
      said,
    )?.[1];
    if (said.includes('pre-existing shared memory block')) await endLeftBackends(directory);
    else if (!lock) throw new DatabaseRefused(`PostgreSQL did not start: ${said}`);
    else if ((await postmasterOf(directory)) === null) await removeStaleLock(directory, lock);
    await delay(50);
  }

  private keep(session: Client): void {
    this.session = session;
    this.served = true;
    session.once('end', () => {
      this.session = null;
      this.recover();
    });
  }

  private ended(how: string): void {
    this.server = null;
    if (!this.served || this.stopping.signal.aborted) return;
    this.served = false;
    this.log(`PostgreSQL ended by itself (${how}) and is started again`);
    this.recover();
  }

  private recover(): void {
    if (this.recovering || this.stopping.signal.aborted) return;
    this.recovering = this.keepTrying().finally(() => {
      this.recovering = null;
      if (!this.session) this.recover();
    });
  }

  private async keepTrying(): Promise<void> {
    const { signal } = this.stopping;
    for (let pause = 50; !signal.aborted; pause = Math.min(2 * pause, 5000)) {
      await delay(pause, undefined, { signal }).catch(() => undefined);
      try {
        return await this.takeOver();
      } catch (error) {
        this.log(`PostgreSQL could not be started again: ${(error as Error).message}`);
      }
    }
  }

  private async createDatabase(): Promise<void> {
    const { name } = this.cluster;
    const missing = async (catalogue: string) =>
      (await this.session!.query(`SELECT FROM ${catalogue} = '${name}'`)).rowCount === 0;
    if (await missing('pg_roles WHERE rolname')) await this.session!.query(`CREATE ROLE ${name} LOGIN`);
    this.fresh = await missing('pg_database WHERE datname');
    if (this.fresh) await this.session!.query(`CREATE DATABASE ${name} OWNER ${name}`);
  }

  /** Ends the server and every session on it, without waiting for them. May be called again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    while (this.server) {
      const exit = once(this.server, 'exit');
      await endPostmaster(this.server.pid!, this.cluster.directory);
      await exit;
    }
    await this.recovering;
    await this.session?.end().catch(() => undefined);
    process.off('exit', this.interrupt);
  }

  private readonly interrupt = (): void => {
    this.server?.kill('SIGINT');
  };
}

/** How to reach the server that another living process runs on `dataDir` for the application `name`; null where none does. */
export async function runningOn(dataDir: string, name: string): Promise<EmbeddedConnection | null> {
  const { connection, superuser } = connectionsTo(clusterDirectory(dataDir), name);
  return (await ownerOfServer(superuser)) === null ? null : connection;
}

function connectionsTo(
  directory: string,
  name: string,
): { connection: EmbeddedConnection; superuser: EmbeddedConnection } {
  const socket = socketIn(directory);
  return {
    connection: { ...socket, user: name, database: name },
    superuser: { ...socket, user: 'postgres', database: 'postgres' },
  };
}
