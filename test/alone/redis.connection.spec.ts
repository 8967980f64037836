import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';
import { inTime, until } from '../harness/until.js';
import { type RedisClient, RedisConnection } from '#libs/redis';
import { RedisThrottleStore } from '#libs/throttling';

const opened: RedisConnection[] = [];
const administrators: { destroy(): void }[] = [];
let server: OwnRedis;
let lines: string[];

beforeEach(async () => {
  lines = [];
  const collect = (message: string) => void lines.push(message);
  Logger.overrideLogger({ log: collect, warn: collect, error: collect });
  server = await spawnRedis();
});

afterEach(async () => {
  for (const connection of opened.splice(0)) connection.onApplicationShutdown();
  for (const administrator of administrators.splice(0)) administrator.destroy();
  await server.stop();
  Logger.overrideLogger(false);
});

async function open(url: string): Promise<RedisConnection> {
  const connection = await RedisConnection.to(url);
  opened.push(connection);
  connection.onModuleInit();
  return connection;
}

async function connected(): Promise<RedisConnection> {
  const connection = await open(server.url);
  await until(() => connection.usable);
  return connection;
}

/** A second connection, for what only an administrator does. */
async function administer() {
  const client = createClient({ url: server.url }).on('error', () => undefined);
  administrators.push(client);
  return client.connect();
}

function count(connection: RedisConnection, event: 'reconnecting' | 'ping-interval'): { count: number } {
  const events = { count: 0 };
  const { client } = connection as unknown as { client: RedisClient };
  client.on(event, () => (events.count += 1));
  return events;
}

/** 20 waves of 50 concurrent hits: each is let pass within 100 ms. */
async function hitsPass(store: RedisThrottleStore): Promise<void> {
  for (let wave = 0; wave < 20; wave++) {
    const hits = Array.from({ length: 50 }, () => store.hit(randomUUID(), 1, 60_000));
    expect(await inTime(Promise.all(hits), 100)).toEqual(hits.map(() => null));
  }
}

describe('RedisConnection', () => {
  it('lets the server start without Redis, and is usable once Redis is there', async () => {
    const { url } = server;
    await server.stop();
    const connection = await open(url);
    await hitsPass(new RedisThrottleStore(connection));
    await until(() => lines.length > 0);
    server = await spawnRedis([], Number(new URL(url).port));
    await until(() => connection.usable);
    expect(lines).toEqual([expect.stringMatching(/^Redis is away, going on without it: .*ECONNREFUSED/)]);
  });

  it('lets everything pass when Redis is killed, says so once, and counts again when it is back', async () => {
    const connection = await connected();
    const store = new RedisThrottleStore(connection);
    expect(await store.hit('a', 1, 60_000)).not.toBeNull();
    await server.stop();
    await hitsPass(store);
    expect(lines).toHaveLength(1);
    server = await spawnRedis([], Number(new URL(server.url).port));
    await until(() => connection.usable);
    expect(await store.hit('a', 1, 60_000)).toMatchObject({ allowed: true });
    await until(() => lines.length === 2);
    expect(lines[1]).toBe('Redis is back');
  });

  it('lets everything pass when Redis is frozen, and counts again when it has thawed', async () => {
    const connection = await connected();
    const store = new RedisThrottleStore(connection);
    server.process.kill('SIGSTOP');
    await hitsPass(store);
    const reconnects = count(connection, 'reconnecting');
    await until(() => reconnects.count === 2);
    await hitsPass(store);
    expect(lines).toHaveLength(1);
    server.process.kill('SIGCONT');
    await until(() => connection.usable);
    expect(await store.hit('a', 1, 60_000)).toMatchObject({ allowed: true });
  });

  it('lets everything pass while Redis is slow, and counts again when it is not', async () => {
    const connection = await connected();
    const store = new RedisThrottleStore(connection);
    await (await administer()).sendCommand(['CLIENT', 'PAUSE', '400', 'ALL']);
    await hitsPass(store);
    await until(() => connection.usable);
    expect(await store.hit('a', 1, 60_000)).toMatchObject({ allowed: true });
  });

  it('lets everything pass when Redis is full, says so once, and counts again when it has room', async () => {
    const connection = await connected();
    const store = new RedisThrottleStore(connection);
    const administrator = await administer();
    await administrator.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '1' });
    await hitsPass(store);
    // Rare hits, with PINGs between them that are answered.
    const pings = count(connection, 'ping-interval');
    for (let misses = 1; misses <= 3; misses++) {
      await until(() => pings.count >= 3 * misses);
      expect(await store.hit('a', 1, 60_000)).toBeNull();
    }
    expect(lines).toEqual([expect.stringContaining('OOM')]);
    await administrator.configSet('maxmemory', '0');
    await until(() => connection.usable);
    expect(await store.hit('a', 1, 60_000)).toMatchObject({ allowed: true });
  });

  it.each([
    ['wrong', 'redis://:wrong-password@'],
    ['missing', 'redis://'],
  ])('lets everything pass when the password is %s, says so once and never says the password', async (_, scheme) => {
    const administrator = await administer();
    await administrator.configSet('requirepass', 'right-password');
    const connection = await open(server.url.replace('redis://', scheme));
    await until(() => lines.length > 0);
    await hitsPass(new RedisThrottleStore(connection));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('password@');
    expect(lines[0]).not.toContain('wrong-password');
  });

  it('stays usable when the scripts of Redis are flushed', async () => {
    const store = new RedisThrottleStore(await connected());
    await store.hit('a', 2, 60_000);
    const administrator = await administer();
    await administrator.scriptFlush();
    expect(await store.hit('a', 2, 60_000)).toMatchObject({ allowed: true, remaining: 0 });
    expect(lines).toEqual([]);
  });

  it('says at most one line a second, however often Redis comes and goes', async () => {
    const connection = await connected();
    const store = new RedisThrottleStore(connection);
    const administrator = await administer();
    const reconnects = count(connection, 'reconnecting');
    const begun = performance.now();
    for (let round = 1; round <= 20; round++) {
      await administrator.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
      await until(() => reconnects.count >= round && connection.usable);
      expect(await store.hit('a', 100, 60_000)).toMatchObject({ allowed: true });
    }
    expect(lines.length).toBeLessThanOrEqual(1 + (performance.now() - begun) / 1000);
    expect(lines.length).toBeGreaterThan(0);
  });
});
