import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, call } from '../harness/app.js';
import { peakMemoryOf, report } from '../harness/faults.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

const MiB = 1_048_576;

/** `npm run faults` sets a million. */
const respondents = Number(process.env['RESPONDENTS'] ?? 10_000);

let directory: string;
let server: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterword-memory-'));
  server = await startServer(directory, { ADMIN_API_KEY: adminKey, RATE_LIMIT: '0', LOG_LEVEL: 'fatal' });
}, 120_000);

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(async () => {
  await endServers();
  await rm(directory, { recursive: true });
}, 60_000);

/** Connections that have sent this and then neither send nor read. */
async function idle(count: number, sent: string): Promise<void> {
  const { port } = new URL(server.url);
  for (let index = 0; index < count; index++) {
    const socket = connect(Number(port), '127.0.0.1');
    sockets.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
    socket.pause();
    socket.write(sent);
  }
}

/** Bytes of the server's own memory. */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${server.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1_024;
}

async function submit(details: string): Promise<number> {
  const body = { type: 'positive', messageId: 'message-1', details };
  return (await call(server, '/feedback', { key: adminKey, body })).status;
}

const list = `GET /v1/feedback?limit=200 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${adminKey}\r\n\r\n`;
const post = (length: number): string =>
  `POST /feedback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{`;

function note(what: string, rounds: number, acknowledged: number): void {
  const memory = peakMemoryOf(server.process.pid!);
  report({ promise: 'R8, R12', what, rounds, acknowledged, lost: 0, doubled: 0, memory });
}

describe('512 MB suffice', () => {
  it('for 100 bodies of 2 MB at once, each stored or refused with Retry-After', async () => {
    const raw = JSON.stringify({ type: 'positive', messageId: 'large', details: 'x'.repeat(2 * MiB - 200) });
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(server, '/feedback', { raw })));
    const statuses = answers.map(({ status, headers }) => [status, status === 200 || headers.has('retry-after')]);
    for (const one of statuses)
      expect([
        [200, true],
        [503, true],
      ]).toContainEqual(one);
    note('100 bodies of 2 MB at once', 1, answers.filter(({ status }) => status === 200).length);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(peakMemoryOf(server.process.pid!)).toBeLessThan(512_000_000);
  }, 60_000);

  it(
    `for ${respondents} different respondents`,
    async () => {
      const atOnce = 5_000;
      for (let first = 0; first < respondents; first += atOnce) {
        const line = (_: unknown, index: number) =>
          JSON.stringify({ scale: 'csat', score: 5, instrument: 'memory', respondent: `respondent-${first + index}` });
        const raw = `${Array.from({ length: atOnce }, line).join('\n')}\n`;
        const { status, body } = await call(server, '/v1/feedback/batch', { raw });
        expect([status, body.match(/"outcome":"recorded"/g)?.length]).toEqual([200, atOnce]);
      }
      note('different respondents', respondents, respondents);
      expect(peakMemoryOf(server.process.pid!)).toBeLessThan(512_000_000);
    },
    60_000 + respondents,
  );
});

describe('connections that only take', () => {
  it('240 that ask for lists of large entries and read nothing take 512 MB at most, and others are served', async () => {
    for (let index = 0; index < 4; index++) expect(await submit('x'.repeat(2 * MiB - 200))).toBe(200);
    let most = 0;
    // Not all at once: then most would be refused a turn.
    for (let wave = 0; wave < 80; wave++) {
      await idle(3, list);
      await delay(100);
      most = Math.max(most, await memory());
    }
    note('240 readers that read nothing', 240, 4);
    expect(most).toBeLessThan(512_000_000);
    await until(async () => (await submit('quick')) === 200, 20_000);
    await until(async () => (await call(server, '/v1/feedback?limit=1', { key: adminKey })).status === 200, 20_000);
  }, 100_000);

  it.each([
    [24, 2 * MiB],
    [257, 65_536],
  ])('%i that announce bodies of %i bytes keep nobody from writing', async (count, length) => {
    await idle(count, post(length));
    expect(await submit('quick')).toBe(200);
    expect(await submit('x'.repeat(MiB))).toBe(200);
    expect((await call(server, '/readyz')).status).toBe(200);
  });

  it('that send a head and then nothing are closed before Node would look at them', async () => {
    await idle(1, 'GET /livez HTTP/1.1\r\nHost: local');
    sockets[0]!.resume();
    await once(sockets[0]!, 'close');
  }, 40_000);
});
