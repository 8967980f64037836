import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgres } from '#libs/embedded-postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { adminKey, call } from '../harness/app.js';
import { peakMemoryOf, report } from '../harness/faults.js';
import { endServers, postmasterOf, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

/** `npm run test:outages` sets 20, and then the times count as well. */
const rounds = Number(process.env['ROUNDS'] ?? 1);
const isTimed = process.env['ROUNDS'] !== undefined;
const connections = 16;

let dataDir: string;
let postgres: EmbeddedPostgres;
let settings: Record<string, string>;
let server: Server;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'afterword-outages-'));
  postgres = await EmbeddedPostgres.start({ name: 'afterword', dataDir });
  const { host, port, user, database } = postgres.connection;
  const DATABASE_URL = `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`;
  settings = { DATABASE_URL, ADMIN_API_KEY: adminKey, LOG_LEVEL: 'fatal', RATE_LIMIT: '0' };
  server = await startServer(dataDir, settings);
}, 120_000);
afterAll(async () => {
  await endServers();
  await postgres.stop();
  await rm(dataDir, { recursive: true });
}, 60_000);

/** Submissions over {@link connections} connections, each waiting for its answer before it sends the next. */
class Load {
  readonly acknowledged: string[] = [];
  readonly faults: unknown[] = [];
  refused = 0;
  slowest = 0;
  private stopped = false;
  private readonly running = Promise.all(Array.from({ length: connections }, () => this.submit()));

  private async submit(): Promise<void> {
    while (!this.stopped) {
      const message = randomUUID();
      const names = this.acknowledged.length % 2 ? { id: message } : {};
      const begun = performance.now();
      const answer = await call(server, '/feedback', {
        body: { ...names, type: 'positive', messageId: message },
      }).catch((error: Error) => error);
      this.slowest = Math.max(this.slowest, performance.now() - begun);
      if ('status' in answer && answer.status === 200) this.acknowledged.push(message);
      else if ('status' in answer && answer.status === 503 && Number(answer.headers.get('retry-after')) >= 1) {
        this.refused++;
        await delay(20);
      } else {
        this.faults.push(answer);
        await delay(20);
      }
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Resolves to the milliseconds until a submission was acknowledged that began after this call. */
  async servedAgain(): Promise<number> {
    const begun = performance.now();
    const wanted = this.acknowledged.length + 2 * connections;
    await until(() => this.acknowledged.length > wanted, 30_000);
    return performance.now() - begun;
  }
}

async function query<Row extends object>(text: string, as = postgres.superuser): Promise<Row[]> {
  const client = new pg.Client({ ...as, application_name: 'test' });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Of all rounds of one outage. */
let total = { acknowledged: 0, slowest: 0 };
beforeEach(() => {
  total = { acknowledged: 0, slowest: 0 };
});

/** What was acknowledged is there, and nothing twice, whether it named itself or not. */
async function expectAllStoredOnce(promise: string, what: string, round: number, load: Load): Promise<void> {
  const { acknowledged, slowest } = load;
  const rows = await query<{ message: string; times: string }>(
    'select message, count(*) as times from feedback_entry group by message',
    postgres.connection,
  );
  const stored = new Map(rows.map(({ message, times }) => [message, times]));
  const lost = acknowledged.filter((message) => !stored.has(message));
  const doubled = rows.filter(({ times }) => times !== '1');
  total.acknowledged += acknowledged.length;
  total.slowest = Math.max(total.slowest, slowest);
  const found = { lost: lost.length, doubled: doubled.length, memory: peakMemoryOf(server.process.pid!) };
  report({ promise, what, rounds: round, ...total, ...found });
  expect([lost, doubled]).toEqual([[], []]);
}

const endSessions = (): Promise<unknown> =>
  query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'afterword'`);

/** The processes of PostgreSQL; the postmaster first, so that none is added to those that are frozen. */
async function processesOfPostgres(): Promise<number[]> {
  const others = await query<{ pid: number }>('select pid from pg_stat_activity where pid <> pg_backend_pid()');
  return [await postmasterOf(dataDir), ...others.map(({ pid }) => pid)];
}

/** Each resolves when the database can be reached again. */
const outages: Record<string, (load: Load) => Promise<unknown>> = {
  'stops at once and starts again': async () => process.kill(await postmasterOf(dataDir), 'SIGQUIT'),
  'is killed and starts again': async () => process.kill(await postmasterOf(dataDir), 'SIGKILL'),
  'ends every session every 100 ms': async () => {
    for (let n = 0; n < 10; n++) await Promise.all([endSessions(), delay(100)]);
  },
  'freezes and thaws': async (load) => {
    const processes = await processesOfPostgres();
    for (const pid of processes) process.kill(pid, 'SIGSTOP');
    const { refused } = load;
    await until(() => load.refused > refused + connections, 30_000);
    for (const pid of processes) process.kill(pid, 'SIGCONT');
  },
  'has no connection left': async (load) => {
    await query('alter role afterword connection limit 0');
    const { refused } = load;
    while (load.refused <= refused + connections) await Promise.all([endSessions(), delay(50)]);
    await query('alter role afterword connection limit -1');
  },
};

describe(`the database, ${rounds} times,`, () => {
  it.each(Object.entries(outages))(
    '%s: every request is answered, what was acknowledged is there once, and the same process goes on',
    async (what, outage) => {
      for (let round = 1; round <= rounds; round++) {
        const load = new Load();
        await load.servedAgain();
        await outage(load);
        const again = await load.servedAgain();
        await load.stop();
        expect(load.faults).toEqual([]);
        if (isTimed) expect([round, again < 5_000, load.slowest < 2_000]).toEqual([round, true, true]);
        await expectAllStoredOnce('R2', `PostgreSQL ${what}`, round, load);
      }
      expect(server.process.exitCode).toBeNull();
    },
    60_000 + 20_000 * rounds,
  );
});

describe(`the server is killed under load, ${rounds} times,`, () => {
  it(
    'and beside a database of its own what was acknowledged is there once',
    async () => {
      for (let round = 1; round <= rounds; round++) {
        const load = new Load();
        await load.servedAgain();
        await delay(Math.random() * 300);
        await server.end('SIGKILL');
        await load.stop();
        server = await startServer(dataDir, settings);
        if (isTimed) expect([round, server.readyAfter < 5_000]).toEqual([round, true]);
        await expectAllStoredOnce('R1', 'kill -9 of the server, external', round, load);
      }
    },
    60_000 + 20_000 * rounds,
  );
});
