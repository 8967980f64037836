import { RedisConnection } from '#libs/redis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedbackRemover } from '../../src/feedback/feedback.remover.js';
import { startApp, type TestApp } from '../harness/app.js';
import type { Client } from '../harness/access.tokens.js';
import { callAs, newClient, defaultWorkspace } from '../harness/clients.js';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';
import { until } from '../harness/until.js';
import {
  expectOneAccepted,
  feedbackOf,
  feedbackPath,
  introduce,
  newcomer,
  race,
  rate,
  speak,
} from '../harness/user-feedback.js';

/** `npm run test:window` sets 200. */
const rounds = Number(process.env['ROUNDS'] ?? 5);
const businesses = Array.from({ length: 12 }, (_, index) => index + 1);

interface Replicas {
  apps: [TestApp, TestApp];
  client: Client;
  close(): Promise<void>;
}

/** Two applications on one database: each has its own connections and its own queue. */
async function startReplicas(REDIS_URL?: string): Promise<Replicas> {
  const first = await startApp({ REDIS_URL });
  const second = await startApp({ REDIS_URL }, { beside: first });
  const close = async () => {
    await second.close();
    await first.close();
  };
  return { apps: [first, second], client: await newClient(first), close };
}

const patience = 20_000 + rounds * 2_000;

describe('feedback that races through two replicas', () => {
  let replicas: Replicas;
  beforeAll(async () => (replicas = await startReplicas()));
  afterAll(() => replicas.close());

  it(
    `is accepted exactly once, ${rounds} times`,
    async () => {
      for (let round = 1; round <= rounds; round++) {
        const { authId, answers } = await race(replicas.client, replicas.apps);
        expectOneAccepted(round, answers);
        const stored = await replicas.apps[0].query('select from feedback_entry where respondent = $1', [authId]);
        expect(stored).toHaveLength(1);
      }
    },
    patience,
  );

  it(
    `is accepted or refused, ${rounds} times, unless the person is erased meanwhile, and then nothing of them is left`,
    async () => {
      for (let round = 1; round <= rounds; round++) {
        const { apps, client } = replicas;
        const authId = await newcomer(client, apps[0], ...businesses);
        const sent = businesses.flatMap((business, index) => [
          rate(client, apps[index % 2]!, authId, { business_id: business }),
          speak(client, apps[index % 2]!, authId, business),
        ]);
        if (round % 2 === 0) await Promise.race(sent);
        await apps[0].nest.get(FeedbackRemover, { strict: false }).erase(defaultWorkspace, authId);
        const answers = await Promise.all(sent);
        expect(answers.filter(({ status }) => ![200, 201, 403].includes(status))).toEqual([]);
        for (const table of ['person', 'conversation', 'message', 'feedback_window', 'feedback_entry']) {
          const left = await apps[0].query(`select from ${table} where respondent = $1`, [authId]);
          expect([round, table, left.length]).toEqual([round, table, 0]);
        }
      }
    },
    patience,
  );
});

describe('with a Redis that answers', () => {
  let redis: OwnRedis;
  let replicas: Replicas;
  beforeAll(async () => {
    redis = await spawnRedis();
    replicas = await startReplicas(redis.url);
    await usable(replicas, true);
  });
  afterAll(async () => {
    await replicas.close();
    await redis.stop();
  });

  /** Somebody whose feedback was accepted, and is marked in Redis. */
  async function marked(): Promise<string> {
    const { apps, client } = replicas;
    const before = await keys();
    const authId = await newcomer(client, apps[0], 343);
    expect((await rate(client, apps[0], authId)).status).toBe(201);
    await until(async () => (await keys()) > before);
    return authId;
  }

  async function keys(): Promise<number> {
    return (await replicas.apps[0].nest.get(RedisConnection, { strict: false }).run((commands) => commands.dbSize()))!;
  }

  it('a duplicate is answered the same past the queue', async () => {
    const { apps, client } = replicas;
    const authId = await marked();
    // What the queue asks for first.
    await apps[0].query('alter table person rename to person_away');
    const answers = await Promise.all(apps.map((app) => rate(client, app, authId)));
    await apps[0].query('alter table person_away rename to person');
    for (const answer of answers) {
      expect(answer.status).toBe(409);
      expect(answer.body).toEqual({ error_message: 'duplicate feedback' });
      expect(answer.headers.get('retry-after')).toBe('3600');
    }
  });

  it('feedback with an Idempotency-Key is marked too', async () => {
    const { apps, client } = replicas;
    const authId = await newcomer(client, apps[0], 343);
    const before = await keys();
    const headers = { 'idempotency-key': `of-${authId}` };
    const send = () => callAs(client, apps[0], feedbackPath, { body: feedbackOf(authId), headers });
    expect((await send()).status).toBe(201);
    await until(async () => (await keys()) === before + 1);
    expect([(await send()).status, (await rate(client, apps[1], authId)).status]).toEqual([201, 409]);
  });

  it.each([
    [
      'deleting the entry',
      async (remover: FeedbackRemover, authId: string) => {
        const { apps } = replicas;
        const [entry] = await apps[0].query<{ id: string }>('select id from feedback_entry where respondent = $1', [
          authId,
        ]);
        await remover.remove(defaultWorkspace, { id: entry!.id });
      },
    ],
    [
      'erasing the person',
      async (remover: FeedbackRemover, authId: string) => {
        const { apps, client } = replicas;
        await remover.erase(defaultWorkspace, authId);
        await introduce(client, apps[0], authId, 343);
      },
    ],
  ])('%s lets them speak again through every replica', async (_, forget) => {
    const { apps, client } = replicas;
    const authId = await marked();
    await forget(apps[0].nest.get(FeedbackRemover, { strict: false }), authId);
    expect((await rate(client, apps[1], authId)).status).toBe(201);
    expect((await rate(client, apps[0], authId)).status).toBe(409);
  });

  it('what it holds names nobody, and goes with the window', async () => {
    const authId = await marked();
    const connection = replicas.apps[0].nest.get(RedisConnection, { strict: false });
    const names = (await connection.run((commands) => commands.keys('*')))!;
    const values = await Promise.all(names.map((name) => connection.run((commands) => commands.get(name))));
    expect(names.length).toBeGreaterThan(0);
    for (const text of [...names, ...values]) expect(text).not.toContain(authId);
    for (const name of names) {
      const left = (await connection.run((commands) => commands.pTTL(name)))!;
      expect([left > 0, left <= 3_600_000]).toEqual([true, true]);
    }
  });
});

async function usable({ apps }: Replicas, wanted: boolean): Promise<void> {
  const connections = apps.map(({ nest }) => nest.get(RedisConnection, { strict: false }));
  await until(() => connections.every((connection) => connection.usable === wanted));
}
