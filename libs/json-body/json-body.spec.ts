import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { ByteBudget } from '#libs/byte-budget';
import { fastify, type FastifyInstance } from 'fastify';
import { ProblemFilter, refuseUnrouted } from '#libs/problem-details';
import { bodyDigest, jsonBody, type JsonBodyOptions } from './json-body.js';

const json = { 'content-type': 'application/json' };
const limit = 2_097_152;

let app: FastifyInstance;
let budget: ByteBudget;
let port: number;
let handled: number;

async function start(options: JsonBodyOptions = {}): Promise<void> {
  app = fastify();
  const filter = new ProblemFilter({ doors: [] });
  app.setErrorHandler((error, request, reply) => filter.answer(error, request, reply));
  refuseUnrouted(app);
  app.addHook('onRequest', async ({ headers }) => {
    if (headers['x-late']) await once(app.server, 'release');
  });
  budget = jsonBody(app, options);
  app.post('/echo', (request) => ({ body: request.body ?? 'none' }));
  app.post('/digest', ({ raw }) => ({ digest: bodyDigest(raw).toString('hex') }));
  app.post('/size', (request) => ({ size: JSON.stringify(request.body).length }));
  handled = 0;
  app.post('/count', () => ({ handled: ++handled }));
  app.post('/slow', async () => once(app.server, 'release'));
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as AddressInfo).port;
}

/** A JSON text of exactly so many bytes. */
function bodyOf(bytes: number): string {
  return `"${'x'.repeat(bytes - 2)}"`;
}

function head(length: number | 'chunked', path = '/echo', more = 'Content-Type: application/json\r\n'): string {
  const framing = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${more}${framing}\r\n\r\n`;
}

function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}

async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  await once(socket, 'connect');
  return socket;
}

/** Sends everything before it reads anything, as simple clients do. */
async function readAfterSending(message: string, from?: string): Promise<string> {
  const socket = await open(from);
  socket.pause();
  await new Promise((resolve) => {
    socket.once('error', resolve);
    socket.write(message, resolve);
  });
  return answerOf(socket);
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => (answer += text));
  socket.resume();
  socket.on('error', () => undefined);
  if (!socket.closed) await once(socket, 'close').catch(() => undefined);
  return answer;
}

/** The status of the answer to a body of so many bytes. */
async function send(bytes: number, from?: string): Promise<number> {
  const close = 'Content-Type: application/json\r\nConnection: close\r\n';
  return Number((await readAfterSending(head(bytes, '/size', close) + bodyOf(bytes), from)).slice(9, 12));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

beforeEach(() => start());
afterEach(() => app.close());

const post = (headers: Record<string, string>, payload: string | Buffer = '{"a":1}') =>
  app.inject({ method: 'POST', url: '/echo', headers, payload });

describe('what a body must be', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'takes %s',
    async (type) => expect((await post({ 'content-type': type })).json()).toEqual({ body: { a: 1 } }),
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/vnd.api+json',
    'application/json, text/plain',
    'garbage',
    '',
  ])('415 for the content type "%s", in words that say what to set', async (type) => {
    const answer = await post({ 'content-type': type });
    expect(answer.statusCode).toBe(415);
    expect(answer.json().detail).toBe('content type must be application/json: set the header Content-Type');
  });

  it('415 without a content type', async () => {
    expect(await readAfterSending(head(2, '/echo', 'Connection: close\r\n') + '{}')).toMatch(/^HTTP\/1.1 415/);
  });

  it.each(['application/json; charset=latin1', 'application/json; charset=utf-16', 'application/json; charset='])(
    '415 for %s',
    async (type) => expect((await post({ 'content-type': type })).statusCode).toBe(415),
  );

  it.each(['gzip', 'br', 'deflate', 'zstd', 'x-unknown', 'gzip, identity'])(
    '415 with Accept-Encoding for the content encoding %s',
    async (encoding) => {
      const answer = await post({ ...json, 'content-encoding': encoding });
      expect(answer.statusCode).toBe(415);
      expect(answer.headers['accept-encoding']).toBe('identity');
    },
  );

  it('takes the content encoding identity', async () => {
    expect((await post({ ...json, 'content-encoding': 'Identity' })).statusCode).toBe(200);
  });

  it.each([
    ['{"a":', 'not JSON'],
    ['{"a":1,"a":2}', 'ambiguous'],
    ['  ', 'blank'],
  ])('400 for %s and keeps the connection', async (payload) => {
    const answer = await post(json, payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers.connection).not.toBe('close');
  });

  it.each([{}, json, { 'content-type': 'text/plain' }])(
    'leaves a request without a body alone: %j',
    async (headers) => {
      const answer = await app.inject({ method: 'POST', url: '/echo', headers });
      expect(answer.json()).toEqual({ body: 'none' });
    },
  );

  it('404 and 405 come before 415', async () => {
    expect((await app.inject({ method: 'POST', url: '/nowhere', payload: 'x' })).statusCode).toBe(404);
    expect((await app.inject({ method: 'PUT', url: '/echo', payload: 'x' })).statusCode).toBe(405);
  });

  it('415 comes before 413, and 413 before 400', async () => {
    expect((await post({ 'content-type': 'text/plain' }, 'x'.repeat(limit + 1))).statusCode).toBe(415);
    expect((await post(json, 'x'.repeat(limit + 1))).statusCode).toBe(413);
  });
});

describe('bodyDigest', () => {
  const digestOf = async (payload: string | undefined, headers: Record<string, string>): Promise<unknown> => {
    return (await app.inject({ method: 'POST', url: '/digest', payload, headers: { ...json, ...headers } })).json();
  };

  beforeEach(async () => {
    await app.close();
    await start({ digested: ({ headers }) => headers['x-digest'] !== undefined });
  });

  it.each([
    ['{"a":1}', '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862'],
    [undefined, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('is the SHA-256 of %s', async (payload, digest) =>
    expect(await digestOf(payload, { 'x-digest': '1' })).toEqual({ digest }),
  );

  it('is none of a body for which it was not wanted', async () =>
    expect(await digestOf('{"a":1}', {})).toMatchObject({ status: 500 }));
});

describe('how large a body may be', () => {
  it.each([
    [
      'with its length declared',
      (text: string) => head(text.length, '/size', 'Content-Type: application/json\r\nConnection: close\r\n') + text,
    ],
    [
      'chunked',
      (text: string) =>
        head('chunked', '/size', 'Content-Type: application/json\r\nConnection: close\r\n') + chunked(text),
    ],
  ])('%s: takes 2,097,152 bytes, 413 for one more', async (_how, message) => {
    expect(await readAfterSending(message(bodyOf(limit)))).toContain(`{"size":${limit}}`);
    expect(await readAfterSending(message(bodyOf(limit + 1)))).toMatch(/^HTTP\/1.1 413/);
  });

  it('takes a body in chunks of one byte', async () => {
    const close = 'Content-Type: application/json\r\nConnection: close\r\n';
    const pieces = Array.from(bodyOf(20_000), (byte) => `1\r\n${byte}\r\n`).join('');
    expect(await readAfterSending(`${head('chunked', '/size', close)}${pieces}0\r\n\r\n`)).toContain('{"size":20000}');
  });

  it('413 at once from the declared length', async () => {
    const socket = await open();
    socket.write(head(limit + 1));
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1.1 413/);
    expect(String(first)).toMatch(/connection: close/i);
    socket.destroy();
  });

  const five = bodyOf(5_000_000);
  it.each([
    ['413 with its length declared', 413, head(five.length) + five],
    ['413 chunked', 413, head('chunked') + chunked(five)],
    ['404', 404, head(five.length, '/nowhere') + five],
    ['415', 415, head(five.length, '/echo', 'Content-Type: text/plain\r\n') + five],
  ])('a client that reads only after sending 5 MB gets its answer, 20 of 20: %s', async (_what, status, message) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => readAfterSending(message)));
    expect(answers.filter((answer) => answer.startsWith(`HTTP/1.1 ${status}`) && answer.endsWith('}'))).toHaveLength(
      20,
    );
  });

  it('stops discarding after 8 MiB', async () => {
    const socket = await open();
    const connection = await connectionOf(socket, head(1_000_000_000));
    socket.on('error', () => undefined);
    const piece = Buffer.alloc(65_536, 'x');
    const pour = () => {
      while (socket.writable && socket.write(piece));
    };
    socket.on('drain', pour);
    pour();
    await once(connection, 'close');
    expect(connection.bytesRead).toBeGreaterThan(8 * 1024 * 1024);
    expect(connection.bytesRead).toBeLessThan(10 * 1024 * 1024);
    socket.destroy();
  });

  it('closes after 2 s on a client that sends nothing more', async () => {
    const socket = await open();
    const before = performance.now();
    socket.write(head(limit + 1));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 413/);
    expect(performance.now() - before).toBeGreaterThan(1_900);
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('takes no further request on a connection that is being closed', async () => {
    const counted = head(2, '/count') + '{}';
    const answer = await readAfterSending(head('chunked', '/nowhere') + chunked('{}') + counted);
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404']);
    expect(handled).toBe(0);
  });

  it('keeps the connection after refusing a small body', async () => {
    const close = 'Content-Type: application/json\r\nConnection: close\r\n';
    const answer = await readAfterSending(head(2, '/nowhere') + '{}' + head(2, '/size', close) + '{}');
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });
});

describe('how much all bodies may take', () => {
  it('503 with Retry-After beyond the budget, and all of it back afterwards', async () => {
    await app.close();
    await start({ memoryBudget: 4_000_000 });
    const first = await open();
    first.write(head(2_000_000) + bodyOf(2_000_000).slice(0, -1));
    await until(() => budget.used === 2_000_000);
    const second = await readAfterSending(head(2_000_000) + bodyOf(2_000_000));
    expect(second).toMatch(/^HTTP\/1.1 503/);
    expect(second).toMatch(/retry-after: 1/i);
    first.end('"');
    expect(await answerOf(first)).toMatch(/^HTTP\/1.1 200/);
    expect(budget.used).toBe(0);
  });

  it('charges nothing for a length that is only announced', async () => {
    await app.close();
    await start({ memoryBudget: 2_000_000 });
    const silent = await Promise.all(Array.from({ length: 50 }, () => open()));
    const seen = once(app.server, 'request');
    for (const socket of silent) socket.write(head(limit) + '1');
    await seen;
    const others = Array.from({ length: 5 }, () => send(200_000));
    expect(await Promise.all(others)).toEqual(others.map(() => 200));
    for (const socket of silent) socket.destroy();
  });

  it('408 where a body comes more slowly than 1 KiB a second', async () => {
    const socket = await open();
    socket.write(head(100_000) + '"');
    const drip = setInterval(() => socket.write('x'), 500);
    const [answer] = await once(socket, 'data');
    clearInterval(drip);
    expect(String(answer)).toMatch(/^HTTP\/1.1 408/);
    socket.destroy();
  });

  it('keeps room for small bodies while large ones arrive', async () => {
    await app.close();
    await start({ memoryBudget: 2_000_000 });
    const senders: Socket[] = [];
    for (const bytes of [1_000_000, 300_000, 150_000]) {
      const { used } = budget;
      const socket = await open(`127.0.0.${10 + senders.length}`);
      senders.push(socket);
      socket.write(head(bytes) + bodyOf(bytes).slice(0, -1));
      await until(() => budget.used === used + bytes);
    }
    expect([await send(60_000, '127.0.0.2'), await send(70_000, '127.0.0.2')]).toEqual([200, 503]);
    for (const socket of senders) socket.destroy();
  });

  it('keeps room for others while one address sends all it can', async () => {
    await app.close();
    await start({ memoryBudget: 2_000_000 });
    const greedy = await Promise.all(Array.from({ length: 40 }, () => open()));
    for (const socket of greedy) socket.write(head(60_000) + bodyOf(60_000).slice(0, -1));
    const [refusal] = await Promise.race(greedy.map((socket) => once(socket, 'data')));
    expect(String(refusal)).toMatch(/^HTTP\/1.1 503/);
    expect([await send(60_000), await send(60_000, '127.0.0.2')]).toEqual([503, 200]);
    expect(budget.used).toBeLessThanOrEqual(1_500_000);
    // Others still have room.
    expect(budget.isShort).toBe(false);
    for (const socket of greedy) socket.destroy();
  });

  it('is short for a second once somebody had no room', async () => {
    await app.close();
    await start({ memoryBudget: 100_000 });
    const full = await open();
    full.write(head(60_000) + bodyOf(60_000).slice(0, -1));
    await until(() => budget.used > 50_000);
    expect(budget.isShort).toBe(false);
    expect(await send(60_000, '127.0.0.2')).toBe(503);
    expect(budget.isShort).toBe(true);
    full.destroy();
  });

  it('counts a chunked body as it comes', async () => {
    const socket = await open();
    socket.write(`${head('chunked')}186a0\r\n${'1'.repeat(100_000)}\r\n`);
    await until(() => budget.used >= 100_000);
    expect(budget.used).toBeLessThan(300_000);
    socket.destroy();
    await until(() => budget.used === 0);
  });

  it('counts a body until its response is finished', async () => {
    const socket = await open();
    socket.write(head(2, '/slow') + '{}');
    await until(() => app.server.listenerCount('release') > 0);
    expect(budget.used).toBe(2);
    app.server.emit('release', 'now');
    await until(() => budget.used === 0);
    socket.destroy();
  });

  it('a client that leaves before its body is looked at leaves nothing behind', async () => {
    const socket = await open();
    const arrived = once(app.server, 'request');
    socket.write(`${head(1_000_000).replace('Host', 'X-Late: yes\r\nHost')}xxx`);
    const [, response] = await arrived;
    socket.destroy();
    await once(response, 'close');
    app.server.emit('release');
    await new Promise(setImmediate);
    expect(budget.used).toBe(0);
  });

  it.each([
    ['before its body', head(1_000_000)],
    ['in its body', head(1_000_000) + 'x'.repeat(500_000)],
    ['in a chunk', `${head('chunked')}ffff\r\nxxx`],
    ['while its answer is made', `${head(2, '/slow')}{}`],
    ['with another request waiting behind', `${head(2, '/slow')}{}${head(2)}{}`],
  ])('a client that leaves %s leaves nothing behind', async (_when, message) => {
    const socket = await open();
    const requests = message.split('HTTP/1.1').length - 1;
    let seen = 0;
    app.server.on('request', () => seen++);
    socket.write(message);
    await until(() => seen === requests && (budget.used > 0 || message.endsWith('\r\n\r\n')));
    socket.destroy();
    await until(() => budget.used === 0);
    expect((await app.inject({ method: 'POST', url: '/echo' })).statusCode).toBe(200);
  });
});

async function connectionOf(socket: Socket, message: string): Promise<Socket> {
  const request = once(app.server, 'request');
  socket.write(message);
  return (await request)[0].socket as Socket;
}
