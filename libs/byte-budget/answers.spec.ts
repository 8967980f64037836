import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { fastify, type FastifyInstance } from 'fastify';
import { ProblemFilter } from '#libs/problem-details';
import { boundAnswers, type ByteBudget } from './index.js';

const MiB = 1_048_576;

let app: FastifyInstance;
let budget: ByteBudget;
const sockets: Socket[] = [];

async function start(): Promise<void> {
  app = fastify();
  const filter = new ProblemFilter({ doors: [] });
  app.setErrorHandler((error, request, reply) => filter.answer(error, request, reply));
  budget = boundAnswers(app, { memoryBudget: 40 * MiB, clientTimeout: 500 });
  app.get('/large', () => ({ text: 'x'.repeat(8 * MiB) }));
  app.post('/large', () => ({ text: 'x'.repeat(8 * MiB) }));
  app.get('/late', async () => {
    await once(app.server, 'release');
    return { text: 'x'.repeat(MiB) };
  });
  app.addHook('onSend', async () => void app.server.emit('sent'));
  app.get('/small', () => ({ text: 'x' }));
  app.get('/stream', () => Readable.from(Array.from({ length: 64 }, () => 'x'.repeat(MiB))));
  app.get('/slow', () => Readable.from(slowly()));
  await app.listen({ port: 0, host: '127.0.0.1' });
}

async function* slowly(): AsyncGenerator<string> {
  for (const word of ['one', 'two']) {
    yield word;
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}

/** A connection that has asked and reads nothing. */
async function ask(path: string, localAddress = '127.0.0.1', method = 'GET'): Promise<Socket> {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  sockets.push(socket.on('error', () => undefined));
  await once(socket, 'connect');
  socket.pause();
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => (answer += text));
  socket.resume();
  if (!socket.closed) await once(socket, 'close').catch(() => undefined);
  return answer;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

describe('answers that nobody takes', () => {
  it('take no more than the budget, then 503 with Retry-After, and small answers go on', async () => {
    await start();
    for (let asked = 0; asked < 12; asked++) await ask('/large');
    await until(() => budget.used > 16 * MiB);
    expect(budget.used).toBeLessThanOrEqual(30 * MiB);
    const refused = await answerOf(await ask('/large'));
    expect(refused).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 1/i);
    expect(await answerOf(await ask('/small'))).toMatch(/^HTTP\/1.1 200/);
  });

  it('leave room for another address', async () => {
    await start();
    for (let asked = 0; asked < 12; asked++) await ask('/large');
    await until(() => budget.used > 16 * MiB);
    const answer = await answerOf(await ask('/large', '127.0.0.2'));
    expect([answer.slice(0, 12), answer.length > 8 * MiB]).toEqual(['HTTP/1.1 200', true]);
  });

  it('cost nothing where the client has left before', async () => {
    await start();
    const made = once(app.server, 'request');
    const socket = await ask('/late');
    const [, response] = await made;
    socket.destroy();
    await once(response, 'close');
    const sent = once(app.server, 'sent');
    app.server.emit('release');
    await sent;
    expect(budget.used).toBe(0);
  });

  it('are given beyond the budget where the request has changed something', async () => {
    await start();
    for (let asked = 0; asked < 12; asked++) await ask('/large');
    await until(() => budget.used > 16 * MiB);
    const answer = await answerOf(await ask('/large', '127.0.0.1', 'POST'));
    expect([answer.slice(0, 12), answer.length > 8 * MiB]).toEqual(['HTTP/1.1 200', true]);
  });

  it.each(['/large', '/stream'])('are cut off after a while: %s', async (path) => {
    await start();
    const closed = once(app.server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
    await ask(path);
    await closed;
    expect(budget.used).toBe(0);
  });

  it('are whole where they are taken slowly', async () => {
    await start();
    const socket = await ask('/large');
    let length = 0;
    socket.on('data', (chunk) => {
      length += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    });
    socket.resume();
    await once(socket, 'close');
    expect(length).toBeGreaterThan(8 * MiB);
  });

  it('are not cut off where it is the server that is slow', async () => {
    await start();
    expect(await answerOf(await ask('/slow'))).toMatch(/one[^]*two/);
  });
});
