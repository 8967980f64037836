import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey } from '../harness/app.js';
import { peakMemoryOf, report } from '../harness/faults.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

/** `npm run faults` sets 3, and then the figures count as well. */
const rounds = Number(process.env['ROUNDS'] ?? 1);
const isTimed = process.env['ROUNDS'] !== undefined;
const seconds = isTimed ? 10 : 2;
/** As many as keep a server busy, and five times as many. */
const enough = 400;
const tooMany = 5 * enough;

let directory: string;
let server: Server;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterword-overload-'));
  server = await startServer(directory, { ADMIN_API_KEY: adminKey, RATE_LIMIT: '0', LOG_LEVEL: 'fatal' });
}, 120_000);
afterAll(async () => {
  await endServers();
  await rm(directory, { recursive: true });
}, 60_000);

interface Tally {
  accepted: number[];
  refused: number[];
  faults: string[];
}

const body = JSON.stringify({ type: 'positive', messageId: 'm' });
const request = [
  'POST /feedback HTTP/1.1',
  'Host: localhost',
  `Authorization: Bearer ${adminKey}`,
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n');

/** Sends one request after the other; whoever is refused comes again when it was told to. */
async function client(socket: Socket, end: number, tally: Tally): Promise<void> {
  while (performance.now() < end) {
    const sent = performance.now();
    socket.write(request);
    const answer = await answerOn(socket);
    const took = performance.now() - sent;
    const retryAfter = Number(/\r\nretry-after: (\d+)\r\n/i.exec(answer)?.[1]);
    if (answer.startsWith('HTTP/1.1 200 ')) tally.accepted.push(took);
    else if (answer.startsWith('HTTP/1.1 503 ') && retryAfter >= 1) {
      tally.refused.push(took);
      await delay(retryAfter * 1_000);
    } else tally.faults.push(answer.slice(0, 300) || 'closed');
    if (answer === '') break;
  }
  socket.destroy();
}

function answerOn(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const finish = (): void => {
      socket.off('data', take).off('close', finish);
      resolve(received);
    };
    const take = (chunk: string): void => {
      received += chunk;
      const head = received.indexOf('\r\n\r\n');
      if (head !== -1 && received.length >= head + 4 + Number(/content-length: (\d+)/i.exec(received)?.[1])) finish();
    };
    socket.on('data', take).on('close', finish);
  });
}

async function connected(): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    .setNoDelay()
    .setEncoding('latin1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function load(connections: number): Promise<Tally> {
  const tally: Tally = { accepted: [], refused: [], faults: [] };
  const sockets = await Promise.all(Array.from({ length: connections }, connected));
  const end = performance.now() + seconds * 1_000;
  await Promise.all(sockets.map((socket) => client(socket, end, tally)));
  for (const times of [tally.accepted, tally.refused]) times.sort((a, b) => a - b);
  return tally;
}

const p99 = (times: number[]): number => times[Math.floor(0.99 * (times.length - 1))] ?? 0;

describe(`five times as many clients as keep the server busy, ${rounds} times,`, () => {
  it(
    'are answered in time or refused at once with Retry-After, and few are served as well as before',
    async () => {
      await load(enough);
      for (let round = 1; round <= rounds; round++) {
        const before = await load(enough);
        const during = await load(tooMany);
        const begun = performance.now();
        await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
        const recovered = performance.now() - begun;
        const after = await load(10);
        const kept = during.accepted.length / before.accepted.length;
        const figures = { round, kept, accepted: p99(during.accepted), refused: p99(during.refused), recovered };
        report({
          promise: 'R7',
          what: `5x clients: ${Math.round(100 * kept)} % kept, p99 ${Math.round(p99(during.accepted))} ms (before: ${Math.round(p99(before.accepted))}), refused ${during.refused.length} in ${Math.round(p99(during.refused))} ms (p99)`,
          rounds: round,
          acknowledged: during.accepted.length,
          lost: 0,
          doubled: 0,
          slowest: during.accepted.at(-1),
          memory: peakMemoryOf(server.process.pid!),
        });
        expect([...before.faults, ...during.faults, ...after.faults]).toEqual([]);
        expect(during.accepted.length).toBeGreaterThan(0);
        expect([after.refused.length, after.accepted.length > 0]).toEqual([0, true]);
        if (isTimed)
          expect([kept >= 0.8, figures.accepted <= 300, recovered <= 5_000, figures]).toEqual([
            true,
            true,
            true,
            figures,
          ]);
      }
    },
    60_000 + rounds * 60_000,
  );
});
