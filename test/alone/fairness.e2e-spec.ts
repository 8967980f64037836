import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

const MiB = 1_048_576;

let app: TestApp;
/** Of another workspace than the administrator, who fills everything. */
let other: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  app = await startApp({ LOG_LEVEL: 'fatal' });
  const workspace = await makeWorkspace(app, 'other');
  other = (await makeCredential(app, { workspace, scopes: ['feedback:read', 'feedback:write'] })).key;
  for (const key of [adminKey, other])
    for (let n = 0; n < 4; n++) expect((await submit(key, 2 * MiB - 200)).status).toBe(200);
}, 120_000);

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(() => app.close());

const submit = (key: string, length: number, headers = {}): Promise<Answer> =>
  call(app, '/feedback', { key, body: { type: 'positive', messageId: 'm', details: 'x'.repeat(length) }, headers });

let keys = 0;
const keyed = (key: string, length: number): Promise<Answer> =>
  submit(key, length, { 'idempotency-key': `fairness-${keys++}` });

/** Asks and reads no more than the status. */
async function statusOf(path: string, key: string): Promise<number> {
  const socket = connect(app.port, '127.0.0.1');
  sockets.push(socket.on('error', () => undefined));
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  await once(socket, 'readable');
  return Number(/^HTTP\/1.1 (\d+)/.exec(String(socket.read(16)))![1]);
}

const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));

describe('while one workspace', () => {
  it('has as many exports open as it may, another exports', async () => {
    const greedy: number[] = [];
    for (let n = 0; n < 20; n++) greedy.push(await statusOf('/v1/feedback/export?format=ndjson', adminKey));
    expect(greedy.slice(0, 12)).toEqual(Array(12).fill(200));
    expect(greedy.at(-1)).toBe(503);
    expect(await statusOf('/v1/feedback/export?format=ndjson', other)).toBe(200);
  }, 60_000);

  it('has as many lists read as it may, another lists', async () => {
    const greedy = times(40, () => statusOf('/v1/feedback?limit=200', adminKey));
    for (let n = 0; n < 4; n++) expect(await statusOf('/v1/feedback?limit=1', other)).toBe(200);
    expect(await greedy).toContain(503);
  }, 60_000);

  it('leaves as many answers unread as it may, another gets a large one', async () => {
    const greedy: number[] = [];
    while (greedy.at(-1) !== 503 && greedy.length < 20) greedy.push(await statusOf('/v1/feedback?limit=3', adminKey));
    expect(greedy.at(-1)).toBe(503);
    expect(await statusOf('/v1/feedback?limit=3', other)).toBe(200);
  }, 60_000);

  it('sends as many large posts with a key as it may, another is stored, with a key and without', async () => {
    const greedy = times(40, () => keyed(adminKey, 2 * MiB - 200));
    for (let n = 0; n < 5; n++) {
      expect((await keyed(other, 10)).status).toBe(200);
      expect((await submit(other, 10)).status).toBe(200);
    }
    expect((await keyed(other, 2 * MiB - 200)).status).toBe(200);
    expect((await greedy).map(({ status }) => status)).toContain(503);
  }, 60_000);

  it('fills the queue, another is stored', async () => {
    const greedy = times(60, () => submit(adminKey, MiB));
    for (let n = 0; n < 10; n++) expect((await submit(other, 10)).status).toBe(200);
    expect((await submit(other, MiB)).status).toBe(200);
    expect((await greedy).map(({ status }) => status)).toContain(503);
  }, 60_000);
});
