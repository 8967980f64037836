import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, call } from '../harness/app.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

const MiB = 1_048_576;

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
