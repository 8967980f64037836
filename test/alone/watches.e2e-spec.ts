import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Answer, adminKey, call } from '../harness/app.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

/** Times that the server is killed while it looks. */
const rounds = Number(process.env['ROUNDS'] ?? 2);
const days = 200;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'afterword-watches-'));
});
afterEach(endServers);
afterAll(() => rm(dataDir, { recursive: true }));

const start = (): Promise<Server> =>
  startServer(dataDir, { ADMIN_API_KEY: adminKey, LOG_LEVEL: 'fatal', RATE_LIMIT: '0' });

/** A watch that has `days` steps to look at. */
async function watch(server: Server): Promise<string> {
  const from = new Date(Date.now() - days * 86_400_000).toISOString();
  const asked = {
    name: 'w',
    kind: 'target',
    target: 0.5,
    source: 'message',
    instrument: 'message',
    scale: 'thumb',
    from,
  };
  const { status, body } = await call(server, '/v1/watches', { body: asked });
  expect(status).toBe(201);
  return body.id;
}

async function isUpToDate(server: Server, id: string): Promise<boolean> {
  const { lookedUntil } = (await call(server, `/v1/watches/${id}`)).body;
  return Date.now() - Date.parse(lookedUntil) < 2 * 86_400_000;
}

/** All that a watch said, the first first; but for when. */
async function historyOf(server: Server, id: string): Promise<unknown[]> {
  const items: Answer['body'][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor && `&cursor=${cursor}`;
    const { body } = await call(server, `/v1/watches/${id}/history?limit=200${query}`);
    items.push(...body.data);
    cursor = body.nextCursor;
  }
  return items.toReversed().map(({ at: _at, ...item }) => item);
}

it(`kill -9 at any moment during looks changes no history`, async () => {
  let server = await start();
  for (let i = 0; i < 40; i++)
    await call(server, '/feedback', { body: { type: i % 3 === 0 ? 'negative' : 'positive', messageId: `m${i}` } });
  const killed = await watch(server);
  const kept: unknown[] = [];
  for (let round = 0; round < rounds; round++) {
    await until(async () => (await historyOf(server, killed)).length > kept.length, 60_000);
    await delay(Math.random() * 150);
    expect(await server.end('SIGKILL')).toBeNull();
    server = await start();
    const history = await historyOf(server, killed);
    expect(history.slice(0, kept.length)).toEqual(kept);
    kept.splice(0, kept.length, ...history);
  }
  await until(() => isUpToDate(server, killed), 120_000);
  const history = await historyOf(server, killed);
  expect(history.slice(0, kept.length)).toEqual(kept);
  const undisturbed = await watch(server);
  await until(() => isUpToDate(server, undisturbed), 120_000);
  const again = await historyOf(server, undisturbed);
  // Made a moment later, it may begin a day later.
  expect(history.length - again.length).toBeLessThan(2);
  if (history.length === again.length) expect(history).toEqual(again);
  expect(history.map((item) => (item as { number: number }).number)).toEqual(history.map((_, i) => i + 1));
}, 300_000);
