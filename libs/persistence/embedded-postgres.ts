import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { type Cluster, clusterDirectory, DataDirectoryRefused, openCluster, spawnIn } from './data-directory.js';
import { type EmbeddedConnection, ownerOfServer, takeOwnership } from './ownership.js';
import { endLeftBackends, endPostmaster, postmasterOf, removeStalePidFile, socketDirectory } from './postmaster.js';

export type { EmbeddedConnection } from './ownership.js';
export { DataDirectoryRefused } from './data-directory.js';

const name = 'afterword';
const port = 5432;

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
  /** Hears what PostgreSQL writes, a line at a time; no statement and no value of a row is among it. */
  log?: (line: string) => void;
}

/**
 * A PostgreSQL of our own in `DATA_DIR`, reachable over a Unix socket by this user and root only. From
 * {@link start} to {@link stop} this process is its only owner, and starts it again should it end by itself.
 */
export class EmbeddedPostgres {
  /** The application's database and role, which owns it and nothing else. */
  readonly connection: EmbeddedConnection;
  /** For what the role may not: creating databases, ending sessions. */
  readonly superuser: EmbeddedConnection;
  /** Initialised just now: the database is empty. */
  readonly fresh: boolean;

  private server: ChildProcess | null = null;
  private session: pg.Client | null = null;
  private recovering: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  /**
   * Resolves when the database takes connections. A server left over by a killed process is ended first, losing
   * nothing that was committed.
   * @throws DataDirectoryInUse where another process serves the directory
   * @throws DataDirectoryRefused where it holds something else; nothing was touched
   */
  static async start({ dataDir, log = () => undefined }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const postgres = new EmbeddedPostgres(await openCluster(dataDir, log), log);
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
    const host = socketDirectory(cluster.directory);
    this.connection = { host, port, user: name, database: name };
    this.superuser = { host, port, user: 'postgres', database: 'postgres' };
    this.fresh = cluster.fresh;
    process.once('exit', this.interrupt);
  }

  /** Until a server that is our child runs and its owner is this process. */
  private async takeOver(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (!this.server) {
        await this.endOrphan();
        if (!(await this.launch())) continue;
      }
      const session = await takeOwnership(this.superuser, () => !this.server || this.stopping.signal.aborted);
      if (session && 'heldBy' in session) throw this.inUse(session.heldBy);
      if (session) return this.keep(session);
    }
  }

  /** A server that already runs here belongs to another process, or to nobody. */
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

  /** Containers that share a directory do not see each other's processes, but they do meet in the socket. */
  private async refuseUnseen(): Promise<void> {
    const owner = await ownerOfServer(this.superuser);
    if (owner !== null) throw this.inUse(owner);
  }

  private inUse(pid: number): DataDirectoryInUse {
    return new DataDirectoryInUse(this.cluster.directory, pid);
  }

  /** False: it could not start for a reason that is removed now. */
  private async launch(): Promise<boolean> {
    if (this.stopping.signal.aborted) return false;
    // In a session of its own: Ctrl-C is for us, who drain before we stop it.
    const server = spawnIn(this.cluster, 'postgres', settings, true);
    this.server = server;
    const said: string[] = [];
    const ready = await new Promise<boolean>((resolve, reject) => {
      createInterface(server.stderr!).on('line', (line) => {
        this.log(line);
        if (said.length < 50) said.push(line);
        if (line.includes('ready to accept connections')) resolve(true);
      });
      server.once('exit', (code, signal) => this.ended(signal ?? `code ${code}`));
      server.once('close', () => resolve(false));
      server.once('error', reject);
    });
    if (!ready && !this.stopping.signal.aborted) await this.clearWay(said.join('\n'));
    return ready;
  }

  private async clearWay(said: string): Promise<void> {
    const { directory } = this.cluster;
    if (said.includes('pre-existing shared memory block')) await endLeftBackends(directory);
    else if (!said.includes('"postmaster.pid" already exists')) throw new Error(`PostgreSQL did not start: ${said}`);
    else if ((await postmasterOf(directory)) === null) await removeStalePidFile(directory);
    await delay(50);
  }

  private keep(session: pg.Client): void {
    this.session = session;
    session.once('end', () => {
      this.session = null;
      this.recover();
    });
  }

  private ended(how: string): void {
    this.server = null;
    if (!this.session || this.stopping.signal.aborted) return;
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
    const missing = async (catalogue: string) =>
      (await this.session!.query(`SELECT 1 FROM ${catalogue} = '${name}'`)).rowCount === 0;
    if (await missing('pg_roles WHERE rolname')) await this.session!.query(`CREATE ROLE ${name} LOGIN`);
    if (await missing('pg_database WHERE datname')) await this.session!.query(`CREATE DATABASE ${name} OWNER ${name}`);
  }

  /** Ends the server, fast, and whatever still asks it; resolves when it is gone. Never rejects for being repeated. */
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

/** Not for the operator to change: who may connect, and what may be said. */
const settings = Object.entries({
  listen_addresses: '',
  unix_socket_directories: '.',
  port: String(port),
  cluster_name: name,
  lc_messages: 'C',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '',
  log_checkpoints: 'off',
  // Errors carry values, statements more so; the client that caused them is told, and that is us.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
}).flatMap(([setting, value]) => ['-c', `${setting}=${value}`]);

/** How to reach the server that another living process runs on `dataDir`; null where none does. */
export async function runningOn(dataDir: string): Promise<EmbeddedConnection | null> {
  const host = socketDirectory(clusterDirectory(dataDir));
  const owner = await ownerOfServer({ host, port, user: 'postgres', database: 'postgres' });
  return owner === null ? null : { host, port, user: name, database: name };
}
