import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startApp } from '../harness/app.js';
import { Hooked } from '../harness/hooked.js';
import { makeWebhook, startReceiver } from '../harness/receiver.js';
import { until } from '../harness/until.js';

it('a receiver that answers late, one that never reads and one that sends without end delay a fourth by less than a second', async () => {
  const app = await startApp({ WEBHOOK_HOSTS: '127.0.0.1' });
  const own = await Hooked.in(app);
  const late = await startReceiver(async () => delay(14_000, 204, { ref: false }));
  const endless = await startReceiver((_, response) => {
    const more = (): void => void (response.destroyed || (response.write('x'.repeat(16_384)), setImmediate(more)));
    more();
  });
  const sockets: Socket[] = [];
  const deaf = createServer((socket) => sockets.push(socket.pause())).listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  const { port } = deaf.address() as { port: number };
  for (const url of [late.url, endless.url, `http://127.0.0.1:${port}/`]) await makeWebhook(app, { url }, own.key);
  const arrivals = new Map<string, number>();
  own.receiver.answer = ({ body }) => {
    arrivals.set(body.data.id, performance.now());
    return 204;
  };
  const acknowledged = new Map<string, number>();
  for (let n = 0; n < 100; n++) acknowledged.set((await own.submit()).id, performance.now());
  await until(() => arrivals.size === acknowledged.size, 10_000);
  const delays = [...acknowledged].map(([id, at]) => arrivals.get(id)! - at);
  expect(Math.max(...delays)).toBeLessThan(1_000);
  expect(late.messages.length).toBeLessThanOrEqual(4);
  for (const socket of sockets) socket.destroy();
  deaf.close();
  await app.close();
  for (const receiver of [late, endless, own.receiver]) await receiver.close();
}, 60_000);
