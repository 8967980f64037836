import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';
import { until } from '../harness/until.js';
import { RedisConnection } from '#libs/redis';
import { RedisThrottleStore } from '#libs/throttling';

const minute = 60_000;
let server: OwnRedis;
let connections: RedisConnection[];
let first: RedisThrottleStore;
let second: RedisThrottleStore;

beforeAll(async () => {
  server = await spawnRedis();
  connections = [await RedisConnection.to(server.url), await RedisConnection.to(server.url)];
  for (const connection of connections) connection.onModuleInit();
  await until(() => connections.every((connection) => connection.usable));
  first = new RedisThrottleStore(connections[0]!);
  second = new RedisThrottleStore(connections[1]!);
});

afterAll(async () => {
  for (const connection of connections) connection.onApplicationShutdown();
  await server.stop();
});

describe('RedisThrottleStore', () => {
  it('shares one budget between two processes, exactly', async () => {
    const key = randomUUID();
    const hits = Array.from({ length: 50 }, (_, i) => (i % 2 ? first : second).hit(key, 20, minute));
    const states = await Promise.all(hits);
    expect(states.filter((state) => state!.allowed)).toHaveLength(20);
    const remaining = states.flatMap((state) => (state!.allowed ? [state!.remaining] : []));
    expect(remaining.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('says when the window ends', async () => {
    const key = randomUUID();
    await first.hit(key, 20, minute);
    const state = await second.hit(key, 20, minute);
    expect(state!.resetsIn).toBeLessThanOrEqual(minute);
    expect(state!.resetsIn).toBeGreaterThan(minute - 5000);
  });

  it('gives the whole limit back when the window has ended', async () => {
    const key = randomUUID();
    await first.hit(key, 1, minute);
    await connections[0]!.run((client) => client.pExpire(`throttle:${key}`, 0));
    expect(await second.hit(key, 1, minute)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('gives an end to a counter that was left without one', async () => {
    const key = randomUUID();
    await connections[0]!.run((client) => client.set(`throttle:${key}`, 5));
    expect(await first.hit(key, 1, minute)).toEqual({ allowed: false, remaining: 0, resetsIn: minute });
  });

  it('shares a rolling budget between two processes, exactly', async () => {
    const limits = [
      { limit: 60, windowMs: minute },
      { limit: 1800, windowMs: 60 * minute },
    ];
    const key = randomUUID();
    const hits = Array.from({ length: 100 }, (_, i) => (i % 2 ? first : second).hitRolling(key, limits));
    const refusals = (await Promise.all(hits)).filter((refusal) => refusal !== null);
    expect(refusals).toHaveLength(40);
    expect(refusals[0]!.exceeded).toBe(limits[0]);
    expect(refusals[0]!.wait).toBeGreaterThan(minute - 5000);
    expect(refusals[0]!.wait).toBeLessThanOrEqual(minute);
  });

  it('lets a rolling hit in when the limit-th last is older than the window, and keeps no more than it needs', async () => {
    const limits = [
      { limit: 2, windowMs: minute },
      { limit: 4, windowMs: 60 * minute },
    ];
    const key = randomUUID();
    const now = Date.now();
    await connections[0]!.run((client) =>
      client.rPush(
        `rolling:${key}`,
        [55_000, minute, 2 * minute, 61 * minute, 62 * minute].map((ago) => String(now - ago)),
      ),
    );
    expect(await first.hitRolling(key, limits)).toBeNull();
    const refusal = await first.hitRolling(key, limits);
    expect(refusal!.exceeded).toBe(limits[1]);
    expect(Math.abs(refusal!.wait - 58 * minute)).toBeLessThan(1000);
    expect(await connections[0]!.run((client) => client.lLen(`rolling:${key}`))).toBe(4);
  });
});
