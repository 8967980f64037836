import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runningOn } from '#libs/embedded-postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { adminKey, call } from '../harness/app.js';
import { peakMemoryOf, report } from '../harness/faults.js';
import { endServers, postmasterOf, type Server, startServer } from '../harness/server.js';
import { inTime, until } from '../harness/until.js';

/** `npm run test:outages` sets 20. */
const rounds = Number(process.env['ROUNDS'] ?? 2);
const connections = 16;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'afterword-durability-'));
});
afterEach(endServers);
afterAll(() => rm(dataDir, { recursive: true }));

const start = (): Promise<Server> =>
  startServer(dataDir, { ADMIN_API_KEY: adminKey, LOG_LEVEL: 'fatal', RATE_LIMIT: '0' });

/** Submits until the server is gone; half of the requests name themselves. Adds the ids that were acknowledged. */
async function submitUntilGone(server: Server, acknowledged: string[]): Promise<void> {
  const one = async (): Promise<void> => {
    for (let n = 0; ; n++) {
      const id = n % 2 === 0 ? { id: randomUUID() } : {};
      const body = { ...id, type: 'positive', messageId: `m${n}` };
      const answer = await call(server, '/feedback', { body }).catch(() => null);
      if (!answer) return;
      expect(answer.status).toBe(200);
      acknowledged.push(answer.body.id);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
}

async function timesStored(): Promise<Map<string, number>> {
  const client = new pg.Client((await runningOn(dataDir, 'afterword'))!);
  await client.connect();
  const { rows } = await client.query<{ id: string; times: string }>(
    'select external_id as id, count(*) as times from feedback_entry group by external_id',
  );
  await client.end();
  return new Map(rows.map(({ id, times }) => [id, Number(times)]));
}

describe('kill -9 under load', () => {
  const acknowledged: string[] = [];

  const kills = Array.from({ length: rounds }, (_, n) => ({
    round: n + 1,
    victims: n % 2 ? 'server and database' : 'the server',
  }));

  it.each(kills)(
    'round $round: what was acknowledged is there once after $victims died',
    async ({ round, victims }) => {
      const server = await start();
      const submitting = submitUntilGone(server, acknowledged);
      await until(() => acknowledged.length > 50 * round, 30_000);
      await delay(Math.random() * 500);
      const postmaster = await postmasterOf(dataDir);
      // The server first, or it would say that the database is away.
      const ended = server.end('SIGKILL');
      if (victims !== 'the server') process.kill(postmaster, 'SIGKILL');
      await ended;
      await submitting;
      const again = await start();
      const stored = await timesStored();
      const lost = acknowledged.filter((id) => !stored.has(id));
      const doubled = [...stored].filter(([, times]) => times > 1);
      report({
        promise: 'R1',
        what: `kill -9 of ${victims}, embedded; the slowest is the time until it is ready`,
        rounds: round,
        acknowledged: acknowledged.length,
        lost: lost.length,
        doubled: doubled.length,
        slowest: again.readyAfter,
        memory: peakMemoryOf(again.process.pid!),
      });
      expect([lost, doubled]).toEqual([[], []]);
      expect(await again.end('SIGTERM')).toBe(0);
    },
    60_000,
  );
});

describe(`SIGTERM under load, ${rounds} times,`, () => {
  it.each(Array.from({ length: rounds }, (_, n) => n + 1))(
    'round %i: answers every request that was sent, then refuses connections and exits 0',
    async () => {
      const server = await start();
      const outcomes: unknown[] = [];
      const one = async (): Promise<void> => {
        for (;;) {
          const body = { type: 'positive', messageId: 'm' };
          const outcome = await call(server, '/feedback', { body }).then(
            ({ status }) => status,
            (error: Error) => (error.cause as NodeJS.ErrnoException).code,
          );
          outcomes.push(outcome);
          if (outcome !== 200) return;
        }
      };
      const submitting = Promise.all(Array.from({ length: connections }, one));
      await until(() => outcomes.length > 100);
      const before = outcomes.length;
      expect(await server.end('SIGTERM')).toBe(0);
      await submitting;
      expect(outcomes.length).toBeGreaterThan(before + connections);
      expect([...new Set(outcomes)]).toEqual([200, 'ECONNREFUSED']);
    },
    60_000,
  );
});

describe('SIGTERM while a connection that is kept alive', () => {
  const body = JSON.stringify({ type: 'positive', messageId: 'm', details: 'x'.repeat(2_000_000) });
  const headOf = (request: string, ...fields: string[]) =>
    [`${request} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${adminKey}`, ...fields, '', ''].join('\r\n');
  const post = headOf('POST /feedback', 'Content-Type: application/json', `Content-Length: ${body.length}`);

  it.each<[string, (socket: Socket) => Promise<unknown>, (socket: Socket) => void, begin: RegExp, end: string]>([
    [
      'is still sending',
      async (socket) => socket.write(post + body.slice(0, 9)),
      (socket) => socket.write(body.slice(9)),
      /^HTTP\/1.1 200 [^]*\r\nconnection: close\r\n/i,
      '"sources":null}',
    ],
    [
      'is still taking a stream',
      async (socket) => {
        socket.write(headOf('GET /v1/feedback/export'));
        await once(socket, 'readable');
      },
      (socket) => socket.resume(),
      /^HTTP\/1.1 200 /,
      '\r\n0\r\n\r\n',
    ],
  ])(
    '%s is answered in full, and then the server ends',
    async (_, begin, goOn, head, end) => {
      const server = await start();
      for (let n = 0; n < 8; n++) await call(server, '/feedback', { raw: body });
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('latin1');
      await once(socket, 'connect');
      await begin(socket);
      const ended = server.end('SIGTERM');
      await until(async () => (await fetch(`${server.url}/readyz`)).status === 503);
      let [first, last] = ['', ''];
      socket.on('data', (text: string) => {
        first ||= text.slice(0, 500);
        last = (last + text).slice(-end.length);
      });
      goOn(socket);
      await until(() => last === end);
      expect(first).toMatch(head);
      // After 8 s whatever is still open is cut.
      expect(await inTime(ended, 5_000)).toBe(0);
    },
    60_000,
  );
});

describe('a second server on the same DATA_DIR', () => {
  it('is refused with exit code 78 and a sentence that says which process holds it', async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(`is in use by process ${server.process.pid}`);
    await server.end('SIGTERM');
  }, 60_000);
});
