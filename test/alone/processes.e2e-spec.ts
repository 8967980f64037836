import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createClient } from 'redis';
import { adminKey, call, type Reachable } from '../harness/app.js';
import { callAs, newClient } from '../harness/clients.js';
import { makeCredential } from '../harness/credential.js';
import { connectTo, newDatabase, urlOf } from '../harness/database.js';
import { peakMemoryOf, report } from '../harness/faults.js';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';
import { expectSecrecy } from '../harness/secrecy.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';
import { expectOneAccepted, newcomer, race, rate } from '../harness/user-feedback.js';

/** `npm run test:window` sets 200. */
const rounds = Number(process.env['ROUNDS'] ?? 5);
const patience = 20_000 + rounds * 2_000;
const budget = 1_000;
const encryptionKey = 'ab'.repeat(32);

let directory: string;
let database: pg.Client;
let redis: OwnRedis;
let servers: [Server, Server];
let start: () => Promise<Server>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterword-processes-'));
  const place = await newDatabase('processes');
  database = await connectTo(place);
  redis = await spawnRedis();
  const settings = {
    DATABASE_URL: urlOf(place),
    REDIS_URL: redis.url,
    ADMIN_API_KEY: adminKey,
    ENCRYPTION_KEY: encryptionKey,
  };
  start = () => startServer(directory, { ...settings, LOG_LEVEL: 'trace', RATE_LIMIT: String(budget) });
  servers = await Promise.all([start(), start()]);
}, 120_000);

afterAll(async () => {
  const { rows } = await database.query('select deadlocks from pg_stat_database where datname = current_database()');
  expect(rows).toEqual([{ deadlocks: '0' }]);
  await expectSecrecy(database, servers.map(({ output }) => output()).join('\n'), [adminKey, encryptionKey]);
}, patience);

afterAll(async () => {
  await endServers();
  await redis?.stop();
  await database?.end();
  await rm(directory, { recursive: true });
}, 60_000);

const submit = (server: Reachable, key: string) =>
  call(server, '/feedback', { key, body: { type: 'positive', messageId: 'm' } });

/** Redis counts again, or for the first time. */
async function counting(): Promise<void> {
  const { key } = await makeCredential(servers[0]);
  for (const server of servers) await until(async () => (await submit(server, key)).headers.has('ratelimit'));
}

/** Each round is one of somebody else, with a budget of its own. */
async function expectOneEachRound(meanwhile?: () => unknown): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    const begun = performance.now();
    const { authId, answers } = await race(await newClient(servers[0]), servers, meanwhile);
    const accepted = answers.filter(({ status }) => status === 201).length;
    report({
      promise: 'R3, R4',
      what: `50 duplicates at once ${expect.getState().currentTestName?.split(' times, ')[1]}`,
      rounds: round,
      acknowledged: round,
      lost: Number(accepted === 0),
      doubled: Math.max(0, accepted - 1),
      slowest: performance.now() - begun,
      memory: peakMemoryOf(servers[0].process.pid!),
    });
    expectOneAccepted(round, answers);
    const { rows } = await database.query('select from feedback_entry where respondent = $1', [authId]);
    expect(rows).toHaveLength(1);
  }
}

describe('two server processes on one PostgreSQL and one Redis', () => {
  beforeAll(counting);

  it('share one budget', async () => {
    const { key } = await makeCredential(servers[0]);
    const tally = { accepted: 0, refused: 0, uncounted: 0 };
    const left = new Set<number>();
    // More than the budget of one, less than the budgets of two.
    for (let sent = 0; sent < 1.3 * budget; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => submit(servers[i % 2]!, key)));
      for (const { status, headers, body } of answers) {
        expect([200, 429]).toContain(status);
        // One that Redis did not count in time passes, and says nothing of the budget.
        if (!headers.has('ratelimit')) tally.uncounted++;
        else if (status === 200) {
          tally.accepted++;
          left.add(Number(/;r=(\d+)/.exec(headers.get('ratelimit')!)![1]));
        } else {
          tally.refused++;
          expect(headers.get('ratelimit-policy')).toBe(`"credential";q=${budget};w=60`);
          expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
          expect(body.type).toBe('/problems/too-many-requests');
        }
      }
    }
    expect(tally.accepted).toBe(budget);
    // Neither server told what the other had told already.
    expect(left.size).toBe(budget);
    expect(tally.refused).toBe(0.3 * budget - tally.uncounted);
  }, 60_000);

  it('refuse a key within a second of its being revoked at the other', async () => {
    const [one, two] = servers;
    const { id, key } = await makeCredential(one);
    expect(await submit(two, key)).toMatchObject({ status: 200 });
    expect(await call(one, `/v1/credentials/${id}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await submit(one, key)).toMatchObject({ status: 401 });
    await until(async () => (await submit(two, key)).status === 401, 1_000);
  });

  it('refuse a client within a second of its being revoked at the other', async () => {
    const [one, two] = servers;
    const made = await makeCredential(one, { type: 'client' });
    const client = { id: made.clientId, secret: made.clientSecret };
    const register = () => callAs(client, two, '/v1.0/user/', { body: { auth_id: 'A' } });
    expect(await register()).toMatchObject({ status: 200 });
    await call(one, `/v1/credentials/${made.id}`, { method: 'DELETE' });
    await until(async () => (await register()).status === 401, 1_000);
  });
});

describe('a server that is killed after a deletion of which a frozen Redis could not hear', () => {
  it('leaves nobody refused whose entry is gone', async () => {
    const doomed = await start();
    const client = await newClient(doomed);
    const authId = await newcomer(client, doomed, 343);
    expect(await rate(client, doomed, authId)).toMatchObject({ status: 201 });
    const { rows } = await database.query('select id from feedback_entry where respondent = $1', [authId]);
    await counting();
    redis.process.kill('SIGSTOP');
    expect(await call(doomed, `/v1/feedback/${rows[0].id}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    await doomed.end('SIGKILL');
    redis.process.kill('SIGCONT');
    await counting();
    expect(await rate(client, servers[0], authId)).toMatchObject({ status: 201 });
    expect(await rate(client, servers[1], authId)).toMatchObject({ status: 409 });
  }, 60_000);
});

describe(`of 50 duplicates at once through two server processes exactly one is accepted, ${rounds} times,`, () => {
  it('with a Redis that answers', () => expectOneEachRound(), patience);

  it(
    'with a Redis that is flushed in the middle',
    async () => {
      const administrator = await createClient({ url: redis.url, RESP: 2 }).connect();
      await expectOneEachRound(() => administrator.flushAll());
      administrator.destroy();
    },
    patience,
  );

  it(
    'with a Redis that is full',
    async () => {
      const administrator = await createClient({ url: redis.url, RESP: 2 }).connect();
      await administrator.configSet('maxmemory', '1');
      await expectOneEachRound();
      await administrator.configSet('maxmemory', '0');
      administrator.destroy();
    },
    patience,
  );

  it(
    'with a Redis that is frozen in the middle, and thawed',
    async () => {
      await expectOneEachRound(() => redis.process.kill('SIGSTOP'));
      redis.process.kill('SIGCONT');
      await counting();
      await expectOneEachRound();
    },
    patience * 2,
  );

  it(
    'with a Redis that is killed in the middle, of other requests too, none of which fails, and stays away',
    async () => {
      const keys = await Promise.all(Array.from({ length: 20 }, () => makeCredential(servers[0])));
      const flood = () => Promise.all(keys.flatMap(({ key }) => servers.map((server) => submit(server, key))));
      const before = await flood();
      const during = flood();
      await expectOneEachRound(() => redis.process.kill('SIGKILL'));
      for (const answers of [before, await during, await flood(), await flood()])
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    },
    patience,
  );
});
