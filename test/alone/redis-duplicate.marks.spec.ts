import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';
import { inTime, until } from '../harness/until.js';
import { RedisConnection } from '#libs/redis';
import { RedisDuplicateMarks } from '../../src/feedback/redis-duplicate.marks.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const closesAt = after(3_600_000);
const connections: RedisConnection[] = [];
let server: OwnRedis;
let ours: RedisDuplicateMarks;
let theirs: RedisDuplicateMarks;

function after(milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}

async function replica(): Promise<RedisDuplicateMarks> {
  const connection = await RedisConnection.to(server.url);
  connections.push(connection);
  connection.onModuleInit();
  const marks = new RedisDuplicateMarks(connection);
  await until(() => connection.usable);
  return marks;
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await spawnRedis();
  ours = await replica();
  theirs = await replica();
});

afterAll(async () => {
  for (const connection of connections) connection.onApplicationShutdown();
  await server.stop();
});

describe('RedisDuplicateMarks', () => {
  it('tells every process what one has marked', async () => {
    const key = randomUUID();
    expect(await theirs.recall(key, now)).toBeNull();
    await ours.mark(key, 'entry-1', closesAt, now);
    expect(await theirs.recall(key, now)).toEqual({ entryId: 'entry-1', closesAt });
  });

  it('counts a mark only while it closes more than a second ahead', async () => {
    const key = randomUUID();
    await ours.mark(key, 'entry-1', closesAt, now);
    expect(await ours.recall(key, after(3_598_999))).not.toBeNull();
    expect(await ours.recall(key, after(3_599_000))).toBeNull();
    expect(await ours.recall(key, after(3_600_001))).toBeNull();
  });

  it('keeps a mark for what is left of the window and no longer', async () => {
    const [long, short] = [randomUUID(), randomUUID()];
    await ours.mark(long, 'entry-1', closesAt, after(1_800_000));
    await ours.mark(short, 'entry-2', closesAt, after(3_599_000));
    const stored = await dump();
    expect(stored.map(({ value }) => value)).not.toContain(`entry-2:${closesAt.getTime()}`);
    expect(Math.max(...stored.map(({ left }) => left))).toBeLessThanOrEqual(3_600_000);
    expect(stored.every(({ left }) => left > 0)).toBe(true);
  });

  it('marks the next window over the one that has closed', async () => {
    const key = randomUUID();
    await ours.mark(key, 'entry-1', closesAt, now);
    await ours.mark(key, 'entry-2', after(7_200_000), closesAt);
    expect(await ours.recall(key, closesAt)).toEqual({ entryId: 'entry-2', closesAt: after(7_200_000) });
  });

  it('forgets, and a mark that the deletion overtook does not come back', async () => {
    const key = randomUUID();
    await ours.mark(key, 'entry-1', closesAt, now);
    await theirs.forget(key);
    expect(await ours.recall(key, now)).toBeNull();
    await ours.mark(key, 'entry-1', closesAt, now);
    expect(await ours.recall(key, now)).toBeNull();
  });

  it('stores no key in clear', async () => {
    await ours.mark('workspace/343/jane@example.com', 'entry-1', closesAt, now);
    const stored = await dump();
    expect(JSON.stringify(stored)).not.toContain('jane');
    expect(stored.every(({ key }) => /^duplicate:\{[\w-]{43}\}$/.test(key))).toBe(true);
  });

  it('knows nothing of a value that is not a mark', async () => {
    await ours.mark('odd', 'odd-entry', closesAt, now);
    const [odd] = (await dump()).filter(({ value }) => value.startsWith('odd-entry'));
    await connections[0]!.run((client) => client.set(odd!.key, 'something else'));
    expect(await ours.recall('odd', now)).toBeNull();
  });

  it('forgets in a Redis that is full', async () => {
    const key = randomUUID();
    await ours.mark(key, 'entry-1', closesAt, now);
    await connections[0]!.run((client) => client.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '1' }));
    await theirs.forget(key);
    expect(await ours.recall(key, now)).toBeNull();
    await connections[0]!.run((client) => client.configSet('maxmemory', '0'));
  });

  it('knows nothing within 100 ms while Redis is frozen, and tells it of deletions when it has thawed', async () => {
    const [kept, deleted] = [randomUUID(), randomUUID()];
    for (const key of [kept, deleted]) await ours.mark(key, 'entry-1', closesAt, now);
    server.process.kill('SIGSTOP');
    expect(await inTime(ours.recall(kept, now), 100)).toBeNull();
    await inTime(ours.mark(kept, 'entry-2', closesAt, now), 100);
    await inTime(ours.forget(deleted), 100);
    server.process.kill('SIGCONT');
    await until(async () => (await theirs.recall(kept, now)) !== null);
    await until(async () => (await theirs.recall(deleted, now)) === null);
    await until(() => connections.every((connection) => connection.usable));
    expect(await theirs.recall(deleted, now)).toBeNull();
    expect(await theirs.recall(kept, now)).toEqual({ entryId: 'entry-1', closesAt });
  });
});

async function dump(): Promise<{ key: string; value: string; left: number }[]> {
  const rows = await connections[0]!.run(async (client) => {
    const keys = await client.keys('*');
    return Promise.all(
      keys.map(async (key) => ({ key, value: (await client.get(key)) ?? '', left: await client.pTTL(key) })),
    );
  });
  return rows!;
}
