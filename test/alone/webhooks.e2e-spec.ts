import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runningOn } from '#libs/embedded-postgres';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { adminKey, call } from '../harness/app.js';
import { makeWebhook, type Receiver, startReceiver } from '../harness/receiver.js';
import { endServers, postmasterOf, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

/** `npm run test:webhooks` has 20 rounds with 100,000 entries. */
const rounds = Number(process.env['ROUNDS'] ?? 2);
const entries = Number(process.env['ENTRIES'] ?? 200);
const connections = 16;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'afterword-webhooks-'));
});
afterEach(endServers);
afterAll(() => rm(dataDir, { recursive: true }));

const settings = { ADMIN_API_KEY: adminKey, LOG_LEVEL: 'fatal', RATE_LIMIT: '0', WEBHOOK_HOSTS: '127.0.0.1' };
const start = (): Promise<Server> => startServer(dataDir, settings);

/** Submits until the server is gone or there are enough. Adds the ids that were acknowledged. */
async function submit(server: Server, acknowledged: Set<string>, enough: number): Promise<void> {
  const one = async (): Promise<void> => {
    while (acknowledged.size < enough) {
      const body = { instrument: 'support-bot', scale: 'csat', score: 2 };
      const answer = await call(server, '/v1/feedback', { body }).catch(() => null);
      if (!answer) return;
      if (answer.status === 201) acknowledged.add(answer.body.id);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
}

async function asking<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client((await runningOn(dataDir, 'afterword'))!);
  await client.connect();
  return work(client).finally(() => client.end());
}

/** Moves every next attempt to now, instead of waiting for it. @returns how many wait */
const makeDue = (): Promise<number> =>
  asking(async (client) => {
    const { rowCount } = await client.query(`update webhook_delivery set due_at = now() where outcome = 'pending'`);
    return rowCount!;
  });

it(`what was acknowledged is delivered whatever dies, and nothing else: ${entries} entries, ${rounds} kills`, async () => {
  const acknowledged = new Set<string>();
  /** How often each entry was taken, and under which id. */
  const taken = new Map<string, { message: string; times: number }>();
  let [arrived, forged] = [0, 0];
  let secret = '';
  const answer: Receiver['answer'] = ({ text, headers, body, id }) => {
    receiver.messages.length = 0;
    arrived++;
    try {
      new Webhook(secret).verify(text, headers);
    } catch {
      forged++;
    }
    if (Math.random() < 1 / 3) return 500;
    const before = taken.get(body.data.id);
    if (before && before.message !== id) forged++;
    taken.set(body.data.id, { message: id, times: (before?.times ?? 0) + 1 });
    return 204;
  };
  let receiver = await startReceiver(answer);
  const { port } = new URL(receiver.url);
  let server = await start();
  ({ secret } = await makeWebhook(server, { url: receiver.url }));
  for (let round = 1; round <= rounds; round++) {
    const share = Math.ceil((entries * round) / rounds);
    const submitting = submit(server, acknowledged, share + connections);
    await until(() => acknowledged.size >= share, 600_000);
    await delay(Math.random() * 200);
    const postmaster = await postmasterOf(dataDir);
    const ended = server.end('SIGKILL');
    if (round % 2 === 0) process.kill(postmaster, 'SIGKILL');
    await receiver.close();
    await Promise.all([ended, submitting]);
    server = await start();
    receiver = await startReceiver(answer, Number(port));
  }
  await until(async () => {
    const waiting = await makeDue();
    if (waiting > 0) await delay(500);
    return waiting === 0;
  }, 600_000);
  const stored = await asking(async (client) =>
    (await client.query<{ id: string }>('select id from feedback_entry')).rows.map(({ id }) => id),
  );
  expect(acknowledged.size).toBeGreaterThanOrEqual(entries);
  expect([...acknowledged].filter((id) => !taken.has(id))).toEqual([]);
  expect(new Set(taken.keys())).toEqual(new Set(stored));
  expect(forged).toBe(0);
  const twice = [...taken.values()].reduce((sum, { times }) => sum + times - 1, 0);
  process.stdout.write(
    `${acknowledged.size} acknowledged, ${stored.length} stored, ${taken.size} delivered, ${arrived} attempts arrived, ${twice} duplicates\n`,
  );
  expect(await server.end('SIGTERM')).toBe(0);
  await receiver.close();
}, 1_800_000);
