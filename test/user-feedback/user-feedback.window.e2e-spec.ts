import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedbackRemover } from '../../src/feedback/feedback.remover.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import type { Client } from '../harness/access.tokens.js';
import { callAs, newClient, defaultWorkspace } from '../harness/clients.js';
import { type DatabaseClock, takeClock } from '../harness/database-clock.js';
import { until } from '../harness/until.js';
import { feedbackOf, feedbackPath, introduce, newcomer, rate, userPath } from '../harness/user-feedback.js';

const second = 1_000;
const hour = 3_600_000;

let original: TestApp;
let app: TestApp;
let clock: DatabaseClock;
let client: Client;

beforeAll(async () => {
  original = await startApp();
  clock = await takeClock(original);
  app = await startApp({}, { beside: original });
  client = await newClient(app);
  app.nest.getHttpServer().on('connection', (socket: Socket) => peers.set(socket.remotePort!, socket));
});
afterAll(async () => {
  await app.close();
  await original.close();
});

async function countOf(respondent: string): Promise<number> {
  const [row] = await app.query<{ count: string }>('select count(*) from feedback_entry where respondent = $1', [
    respondent,
  ]);
  return Number(row!.count);
}

describe('the hour, by the clock of the database', () => {
  const answerAt = async (milliseconds: number, authId: string) => {
    await clock.set(milliseconds);
    const { status, headers } = await rate(client, app, authId);
    return [status, headers.get('retry-after')];
  };
  afterAll(() => clock.release());

  it('59:59.999 after it is a duplicate, 60:00.000 after it is new, and begins the next hour', async () => {
    await clock.set(0);
    const authId = await newcomer(client, app, 343);
    expect(await answerAt(0, authId)).toEqual([201, null]);
    expect(await answerAt(hour - 1, authId)).toEqual([409, '1']);
    expect(await answerAt(hour, authId)).toEqual([201, null]);
    expect(await answerAt(2 * hour - 1, authId)).toEqual([409, '1']);
    expect(await answerAt(2 * hour, authId)).toEqual([201, null]);
    expect(await countOf(authId)).toBe(3);
  });

  it('Retry-After is what is left of it, in whole seconds, rounded up', async () => {
    await clock.set(0);
    const authId = await newcomer(client, app, 343);
    await rate(client, app, authId);
    for (const [passed, left] of [
      [0, '3600'],
      [0.5 * second, '3600'],
      [1.5 * second, '3599'],
      [1800.5 * second, '1800'],
      [hour - 1.5 * second, '2'],
      [hour - 0.5 * second, '1'],
    ] as const) {
      expect([passed, ...(await answerAt(passed, authId))]).toEqual([passed, 409, left]);
    }
  });

  it('Retry-After of one that was opened under another setting is what is left of that one', async () => {
    await clock.set(0);
    const changed = await startApp({ FEEDBACK_WINDOW: 'PT1M' }, { beside: original });
    const authId = await newcomer(client, app, 343);
    await rate(client, app, authId);
    const before = await rate(client, changed, authId);
    expect([before.status, before.headers.get('retry-after')]).toEqual([409, '3600']);
    await clock.set(hour);
    expect((await rate(client, changed, authId)).status).toBe(201);
    const after = await rate(client, changed, authId);
    await changed.close();
    expect([after.status, after.headers.get('retry-after')]).toEqual([409, '60']);
  });

  it('a refused attempt does not extend it', async () => {
    await clock.set(0);
    const authId = await newcomer(client, app, 343);
    await rate(client, app, authId);
    for (const passed of [1, hour / 2, hour - 1]) await answerAt(passed, authId);
    expect(await answerAt(hour, authId)).toEqual([201, null]);
  });

  it('a conversation is active for 24:00:00.000 after its last message, and another begins after that', async () => {
    await clock.set(0);
    const authId = await newcomer(client, app, 343);
    expect(await answerAt(24 * hour + 1, authId)).toEqual([404, null]);
    expect(await answerAt(24 * hour, authId)).toEqual([201, null]);
    expect(await answerAt(24 * hour + 1, authId)).toEqual([409, '3600']);
    const conversations = async () =>
      (await app.query<{ id: string }>('select id from conversation where respondent = $1', [authId]))[0]!.id;
    const speak = async (milliseconds: number) => {
      await clock.set(milliseconds);
      await introduce(client, app, authId, 343);
      return conversations();
    };
    const opened = await conversations();
    expect(await speak(24 * hour)).toBe(opened);
    expect(await speak(48 * hour)).toBe(opened);
    const next = await speak(72 * hour + 1);
    expect(next).not.toBe(opened);
    expect(await answerAt(72 * hour + 2, authId)).toEqual([201, null]);
    const [entry] = await app.query<{ conversation: string }>(
      'select conversation from feedback_entry where respondent = $1 order by recorded_at desc',
      [authId],
    );
    expect(entry!.conversation).toBe(next);
  });
});

describe('the hour is one for each', () => {
  it('business', async () => {
    const authId = await newcomer(client, app, 1, 2);
    const statuses = [];
    for (const business of [1, 2, 1, 2]) {
      statuses.push((await rate(client, app, authId, { business_id: business })).status);
    }
    expect(statuses).toEqual([201, 201, 409, 409]);
  });

  it('person', async () => {
    const [one, other] = [await newcomer(client, app, 343), await newcomer(client, app, 343)];
    const statuses = [];
    for (const authId of [one, other, one, other]) statuses.push((await rate(client, app, authId)).status);
    expect(statuses).toEqual([201, 201, 409, 409]);
  });
});

describe('deleting the entry', () => {
  it('lets the person speak again at once', async () => {
    const authId = await newcomer(client, app, 343);
    await rate(client, app, authId);
    const [entry] = await app.query<{ id: string }>('select id from feedback_entry where respondent = $1', [authId]);
    await app.nest.get(FeedbackRemover, { strict: false }).remove(defaultWorkspace, { id: entry!.id });
    expect((await rate(client, app, authId)).status).toBe(201);
    expect((await rate(client, app, authId)).status).toBe(409);
  });
});

describe('erasing the person', () => {
  it('leaves nothing of them, and once they are back they may speak at once', async () => {
    const authId = await newcomer(client, app, 343);
    await rate(client, app, authId);
    await app.nest.get(FeedbackRemover, { strict: false }).erase(defaultWorkspace, authId);
    for (const table of ['person', 'conversation', 'message', 'feedback_window', 'feedback_entry']) {
      expect([table, await app.query(`select from ${table} where respondent = $1`, [authId])]).toEqual([table, []]);
    }
    expect((await rate(client, app, authId)).status).toBe(403);
    await introduce(client, app, authId, 343);
    expect((await rate(client, app, authId)).status).toBe(201);
  });
});

describe('an attempt that failed does not begin the hour:', () => {
  const send = (authId: string, options: object = {}) =>
    callAs(client, app, feedbackPath, { body: feedbackOf(authId), ...options });
  const stranger = { id: 'nobody', secret: 'nothing' };

  /** Where the client has used up its budget. */
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startApp({ RATE_LIMIT: 1 }, { beside: original });
    await callAs(client, limited, userPath, { body: {} });
  });
  afterAll(() => limited.close());

  it.each<[string, number, (authId: string) => Promise<number>]>([
    ['401', 401, async (authId) => (await rate(stranger, app, authId)).status],
    [
      'no credential',
      401,
      async (authId) => (await call(app, feedbackPath, { body: feedbackOf(authId), key: null })).status,
    ],
    [
      '403',
      403,
      async (authId) => (await rate(await newClient(app, { scopes: ['feedback:read'] }), app, authId)).status,
    ],
    [
      '404 of an unknown path',
      404,
      async (authId) => (await callAs(client, app, '/v1.0/log/', { body: feedbackOf(authId) })).status,
    ],
    ['405', 405, async (authId) => (await send(authId, { method: 'PUT' })).status],
    ['413', 413, async (authId) => (await rate(client, app, authId, { feedback: 'x'.repeat(2_097_152) })).status],
    ['415', 415, async (authId) => (await send(authId, { headers: { 'content-type': 'text/plain' } })).status],
    [
      '400 malformed',
      400,
      async (authId) => (await send(authId, { raw: JSON.stringify(feedbackOf(authId)).slice(0, -1) })).status,
    ],
    ['400 invalid', 400, async (authId) => (await rate(client, app, authId, { query_rating: 6 })).status],
    ['429', 429, async (authId) => (await rate(client, limited, authId)).status],
    ['500', 500, (authId) => whileTheDatabaseSays('XX000', () => rate(client, app, authId))],
    ['503', 503, (authId) => whileTheDatabaseSays('53100', () => rate(client, app, authId))],
  ])('%s', async (_, status, attempt) => {
    const authId = await newcomer(client, app, 343);
    expect(await attempt(authId)).toBe(status);
    expect(await countOf(authId)).toBe(0);
    expect((await rate(client, app, authId)).status).toBe(201);
  });

  it('403 of somebody who is not registered, and 404 without a conversation', async () => {
    const authId = `${await newcomer(client, app)}-to-come`;
    expect((await rate(client, app, authId)).status).toBe(403);
    await introduce(client, app, authId);
    expect((await rate(client, app, authId)).status).toBe(404);
    await introduce(client, app, authId, 343);
    expect((await rate(client, app, authId)).status).toBe(201);
  });

  it('a client that left before the end of its body', async () => {
    const authId = await newcomer(client, app, 343);
    const body = JSON.stringify(feedbackOf(authId));
    await sendAndLeave(body, Buffer.byteLength(body) + 1);
    expect(await countOf(authId)).toBe(0);
    expect((await rate(client, app, authId)).status).toBe(201);
  });
});

describe('a client that left after the end of its body', () => {
  it('has both its entry and its hour, or neither', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const authId = await newcomer(client, app, 343);
        const body = JSON.stringify(feedbackOf(authId));
        await sendAndLeave(body, Buffer.byteLength(body));
        // Waits its turn behind what was left behind.
        const { status } = await rate(client, app, authId);
        return [[201, 409].includes(status), await countOf(authId)];
      }),
    );
    expect(outcomes).toEqual(Array.from({ length: 10 }, () => [true, 1]));
  });
});

/** Leaves as soon as the server has received everything. */
async function sendAndLeave(body: string, declaredLength: number): Promise<void> {
  const request =
    `POST ${feedbackPath} HTTP/1.1\r\nhost: localhost\r\nclient-id: ${client.id}\r\n` +
    `authorization: Bearer ${client.secret}\r\ncontent-type: application/json\r\n` +
    `content-length: ${declaredLength}\r\n\r\n${body}`;
  const socket = connect(app.port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  const server = await peerOf(socket);
  socket.write(request);
  await until(() => server.bytesRead === Buffer.byteLength(request));
  const closed = new Promise((resolve) => server.once('close', resolve));
  socket.destroy();
  await closed;
}

const peers = new Map<number, Socket>();

/** The server's end of a connection. */
async function peerOf({ localPort }: Socket): Promise<Socket> {
  await until(() => peers.has(localPort!));
  return peers.get(localPort!)!;
}

/** The error strikes after the window was claimed, while the entry is being written. */
async function whileTheDatabaseSays(code: string, attempt: () => Promise<{ status: number }>): Promise<number> {
  await app.query(`
    create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'injected' using errcode = '${code}'; end $$`);
  await app.query('create trigger refuse before insert on feedback_entry for each row execute function refuse()');
  const { status } = await attempt();
  await app.query('drop function refuse cascade');
  return status;
}
