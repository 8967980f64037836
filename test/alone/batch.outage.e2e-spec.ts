import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { host, port } from '../harness/database.js';
import { type DatabaseProxy, proxyTo } from '../harness/database-proxy.js';
import { importFile } from '../harness/importing.js';
import { until } from '../harness/until.js';

let app: TestApp;
let proxy: DatabaseProxy;
beforeAll(async () => {
  proxy = await proxyTo(host, port);
  app = await startApp({}, { via: { host: '127.0.0.1', port: proxy.port } });
});
afterAll(async () => {
  await app.close();
  await proxy.cut();
});

const count = 3_500;
let instrument: string;
let lines: string[];
beforeEach(() => {
  instrument = randomUUID();
  const entry = (n: number) => ({ externalId: `${instrument}-${n}`, instrument, scale: 'thumb', score: 1 });
  lines = Array.from({ length: count }, (_, n) => (n === 3_000 ? '{' : JSON.stringify(entry(n))));
});

const send = (sent: string[], headers: Record<string, string> = {}): Promise<Answer> =>
  call(app, '/v1/feedback/batch', { raw: sent.join('\n'), headers });
const stored = async (): Promise<number> =>
  (
    await app.query<{ n: number }>(`select count(*)::int as n from feedback_entry where instrument = $1`, [instrument])
  )[0]!.n;
const outcomesOf = ({ body }: Answer): string[] =>
  body
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line).outcome);

/** Somebody who has stored an entry of that name and has not committed yet. */
async function holdingName(externalId: string): Promise<pg.Client> {
  const other: pg.Client = await app.connect();
  const { body: model } = await call(app, '/v1/feedback', { body: { instrument: 'other', scale: 'thumb', score: 1 } });
  await other.query('begin');
  await other.query(
    `insert into feedback_entry select (jsonb_populate_record(entry, $2)).* from feedback_entry entry where id = $1`,
    [model.id, { id: randomUUID(), external_id: externalId }],
  );
  return other;
}

/** Takes the database away while the lines from `line` on wait for somebody who has stored an entry of that name. */
async function outageAt<T>(line: number, sending: () => Promise<T>): Promise<T> {
  const other = await holdingName(`${instrument}-${line}`);
  const sent = sending();
  await until(async () => (await app.waitingForLocks()) === 1);
  await proxy.cut();
  const answer = await sent;
  await other.query('rollback');
  await other.end();
  await proxy.mend();
  return answer;
}

describe('a batch in the middle of which the database goes away', () => {
  it('says which lines are durable and which failed, and those can be sent again', async () => {
    const answer = await outageAt(2_500, () => send(lines));
    expect(answer.status).toBe(200);
    const outcomes = outcomesOf(answer);
    const failed = outcomes.indexOf('failed');
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThanOrEqual(2_500);
    expect(outcomes).toEqual(lines.map((line, n) => (n < failed ? 'recorded' : line === '{' ? 'refused' : 'failed')));
    const problems = answer.body.trim().split('\n').slice(failed);
    for (const [n, line] of problems.entries())
      expect(JSON.parse(line)).toMatchObject({
        line: failed + n + 1,
        problem: { status: outcomes[failed + n] === 'failed' ? 503 : 400 },
      });
    expect(await stored()).toBe(failed);
    const again = await send(lines);
    expect(outcomesOf(again)).toEqual(
      lines.map((line, n) => (n < failed ? 'unchanged' : line === '{' ? 'refused' : 'recorded')),
    );
    expect(await stored()).toBe(count - 1);
  });

  it('503 where no line could be stored', async () => {
    const { status, headers } = await outageAt(0, () => send(lines));
    expect([status, headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    expect(await stored()).toBe(0);
  });

  it('503 and nothing stored under an Idempotency-Key, which then brings all of them', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    expect((await outageAt(2_500, () => send(lines, headers))).status).toBe(503);
    expect(await stored()).toBe(0);
    const answer = await send(lines, headers);
    expect(outcomesOf(answer)).toEqual(lines.map((line) => (line === '{' ? 'refused' : 'recorded')));
    const again = await send(lines, headers);
    expect([again.headers.get('idempotency-replayed'), again.text]).toEqual(['true', answer.text]);
    expect(await stored()).toBe(count - 1);
  });
});

describe('10,000 lines', () => {
  it.each<Record<string, string>>([{}, { 'idempotency-key': randomUUID() }])('are stored with %j', async (headers) => {
    const many = Array.from({ length: 10_000 }, () => JSON.stringify({ instrument, scale: 'thumb', score: 1 }));
    expect(new Set(outcomesOf(await send(many, headers)))).toEqual(new Set(['recorded']));
    expect(await stored()).toBe(10_000);
  });
});

describe('an import in the middle of which the database goes away', () => {
  it('waits until it is back, and misses no row and stores none twice', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'afterword-outage-'));
    const file = join(directory, 'lines.ndjson');
    await writeFile(file, lines.filter((line) => line !== '{').join('\n'));
    const other = await holdingName(`${instrument}-2500`);
    const importing = importFile(app, file, '-w', 'default');
    await until(async () => (await app.waitingForLocks()) === 1);
    await proxy.cut();
    await other.query('rollback');
    await other.end();
    await proxy.mend();
    const { recorded, unchanged, refused } = await importing;
    expect([recorded! + unchanged!, refused]).toEqual([count - 1, 0]);
    expect(await stored()).toBe(count - 1);
    await rm(directory, { recursive: true });
  }, 60_000);
});
