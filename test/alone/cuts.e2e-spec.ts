import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { adminKey, call, encryptionKey } from '../harness/app.js';
import { connectTo, newDatabase, type Place, urlOf } from '../harness/database.js';
import { type DatabaseProxy, type Direction, proxyTo, type Scissors } from '../harness/database-proxy.js';
import { peakMemoryOf, report } from '../harness/faults.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

/** `npm run faults` sets 100. */
const rounds = Number(process.env['ROUNDS'] ?? 1);
const atOnce = 6;

let directory: string;
let place: Place;
let client: pg.Client;
let proxy: DatabaseProxy;
let server: Server;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterword-cuts-'));
  place = await newDatabase('cuts');
  client = await connectTo(place);
  proxy = await proxyTo(place.host, place.port);
  const DATABASE_URL = urlOf({ ...place, host: '127.0.0.1', port: proxy.port });
  const settings = { DATABASE_URL, ADMIN_API_KEY: adminKey, ENCRYPTION_KEY: encryptionKey };
  server = await startServer(directory, { ...settings, LOG_LEVEL: 'fatal', RATE_LIMIT: '0' });
}, 120_000);
afterAll(async () => {
  await proxy.mend();
  await endServers();
  await client.end();
  await proxy.cut();
  await rm(directory, { recursive: true });
}, 60_000);

/** Which request of a transaction, which way, and how much of it goes through before the connection is cut. */
type Point = [which: RegExp, way: Direction, kept: 'all' | 'half' | 'nothing'];

const insert = /insert into feedback_entry/;
const commit = /commit\0/i;
const points: Record<string, Point> = {
  'BEGIN is on its way': [/begin\0/i, 'requests', 'all'],
  'BEGIN is answered': [/begin\0/i, 'answers', 'all'],
  'the entries are not sent': [insert, 'requests', 'nothing'],
  'the entries are stored, and nobody hears of it': [insert, 'answers', 'nothing'],
  'COMMIT is not sent': [commit, 'requests', 'nothing'],
  'COMMIT is sent in half': [commit, 'requests', 'half'],
  'COMMIT is carried out, and nobody hears of it': [commit, 'answers', 'nothing'],
  'COMMIT is answered': [commit, 'answers', 'all'],
};

/** Cuts the first connection that comes to `point` in the transaction of a submission. */
function scissorsAt([which, way, kept]: Point, done: () => void): Scissors {
  let asked = false;
  let over = false;
  return (chunk, what) => {
    if (over) return undefined;
    if (what === 'requests' && which.test(chunk.toString('latin1'))) asked = true;
    if (!asked || what !== way) return undefined;
    over = true;
    done();
    return { all: chunk.length, half: chunk.length >> 1, nothing: 0 }[kept];
  };
}

/** Every second names itself, and comes again until it is acknowledged. */
async function submit(message: string, names: boolean): Promise<{ message: string; isStored: boolean; took: number }> {
  const body = { ...(names && { id: message }), type: 'positive', messageId: message };
  const begun = performance.now();
  const answer = await call(server, '/feedback', { body });
  const took = performance.now() - begun;
  if (answer.status === 200) return { message, isStored: true, took };
  expect([answer.status, Number(answer.headers.get('retry-after')) >= 1]).toEqual([503, true]);
  return names ? submit(message, names) : { message, isStored: false, took };
}

describe(`the connection is cut, ${rounds} times,`, () => {
  it.each(Object.entries(points))(
    'when %s: what is acknowledged is stored once, and what names itself is never doubled',
    async (what, point) => {
      const sent: { message: string; isStored: boolean; took: number }[] = [];
      for (let round = 1; round <= rounds; round++) {
        const met = Promise.withResolvers<void>();
        proxy.cutWhere(scissorsAt(point, met.resolve));
        const messages = Array.from({ length: atOnce }, () => randomUUID());
        sent.push(...(await Promise.all(messages.map((message, index) => submit(message, index % 2 === 0)))));
        await met.promise;
        proxy.cutWhere(undefined);
      }
      await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
      const { rows } = await client.query<{ message: string; times: number }>(
        'select message, count(*)::int as times from feedback_entry group by message',
      );
      const stored = new Map(rows.map(({ message, times }) => [message, times]));
      const lost = sent.filter(({ message, isStored }) => isStored && !stored.has(message));
      const doubled = rows.filter(({ times }) => times > 1);
      report({
        promise: 'commit',
        what: `cut when ${what}`,
        rounds,
        acknowledged: sent.filter(({ isStored }) => isStored).length,
        lost: lost.length,
        doubled: doubled.length,
        slowest: Math.max(...sent.map(({ took }) => took)),
        memory: peakMemoryOf(server.process.pid!),
      });
      expect([lost, doubled]).toEqual([[], []]);
      expect(sent.every(({ took }) => took < 2_200)).toBe(true);
    },
    30_000 + rounds * 4_000,
  );
});
