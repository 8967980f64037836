import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { WebhookPurge } from '../../src/webhooks/webhook.purge.js';
import { startApp, type TestApp } from '../harness/app.js';
import { type DatabaseClock, takeClock } from '../harness/database-clock.js';
import { Hooked } from '../harness/hooked.js';
import { makeWebhook, startReceiver } from '../harness/receiver.js';
import { until } from '../harness/until.js';

const hour = 3_600_000;
let app: TestApp;
let own: Hooked;
let asking: pg.Client;
let clock: DatabaseClock;
let now = 0;
/** Moves the database's clock on. */
const later = async (milliseconds: number): Promise<void> => {
  now += milliseconds;
  await clock.set(now);
};

beforeAll(async () => {
  const first = await startApp();
  const { connection } = first;
  asking = await first.connect();
  await first.close();
  clock = await takeClock({ connection, query: async (text, values) => (await asking.query(text, values)).rows });
  await later(0);
  app = await startApp({ WEBHOOK_HOSTS: '127.0.0.1' }, { beside: first });
});
beforeEach(async () => {
  own = await Hooked.in(app);
});
afterEach(() => own.receiver.close());
afterAll(async () => {
  await app.close();
  await asking.end();
});

describe('by the schedule', () => {
  it('a message that fails is attempted ten times, each at its time, and then given up', async () => {
    own.receiver.answer = () => 500;
    await own.submit();
    const delays = [5_000, 300_000, 1_800_000, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
    for (const [made, delay] of delays.entries()) {
      const { attempts, nextAttemptAt } = await own.settled('pending', made + 1);
      const wait = Date.parse(nextAttemptAt) - Date.parse(attempts.at(-1).at);
      expect(wait / delay).toBeGreaterThan(0.899);
      expect(wait / delay).toBeLessThan(1.101);
      await later(wait);
    }
    const given = await own.settled('failed', 10);
    expect(given.nextAttemptAt).toBeNull();
    expect(new Set(own.receiver.messages.map(({ id }) => id))).toEqual(new Set([given.event]));
    expect(own.receiver.messages).toHaveLength(10);
    own.receiver.answer = () => 204;
    await own.post(`/deliveries/${given.event}/retry`);
    await own.settled('delivered', 11);
  });

  it('Retry-After of a 429 is kept to', async () => {
    own.receiver.answer = (_, response) => void response.writeHead(429, { 'retry-after': '3600' }).end();
    await own.submit();
    const { attempts, nextAttemptAt } = await own.settled('pending', 1);
    expect(Date.parse(nextAttemptAt) - Date.parse(attempts[0].at)).toBe(hour);
    own.receiver.answer = () => 204;
    await later(hour);
    await own.settled('delivered', 2);
  });

  it('a receiver that says 410 is told nothing more, the others hear of it, and what happened meanwhile waits', async () => {
    const other = await startReceiver();
    const listening = await makeWebhook(app, { url: other.url, events: ['webhook.disabled'] }, own.key);
    own.receiver.answer = () => 410;
    await own.submit();
    await until(() => other.messages.length === 1);
    expect(other.messages[0]!.body).toMatchObject({
      type: 'webhook.disabled',
      data: { id: own.hook.id, url: own.receiver.url, reason: 'gone' },
    });
    expect(new Webhook(listening.secret).verify(other.messages[0]!.text, other.messages[0]!.headers)).toBeDefined();
    const disabled = await own.get();
    expect(disabled).toMatchObject({ enabled: false, disabledReason: 'gone', disabledAt: expect.any(String) });
    await own.submit();
    await later(3 * hour);
    expect(own.receiver.messages).toHaveLength(1);
    own.receiver.answer = () => 204;
    expect((await own.patch({ enabled: true })).body).toMatchObject({ enabled: true, disabledReason: null });
    await until(async () => (await own.deliveries('?outcome=delivered')).length === 2);
    await other.close();
  });

  it('an endpoint to which nothing succeeds for five days is disabled, and not one to which something does', async () => {
    const other = await startReceiver();
    await makeWebhook(app, { url: other.url, events: ['webhook.disabled'] }, own.key);
    own.receiver.answer = () => 500;
    await own.submit();
    await own.settled('pending', 1);
    const since = (await own.get()).failingSince;
    expect(since).not.toBeNull();
    own.receiver.answer = () => 204;
    await later(4 * 24 * hour);
    await own.settled('delivered', 2);
    await until(async () => (await own.get()).failingSince === null);
    own.receiver.answer = () => 500;
    await own.submit();
    await own.settled('pending', 1);
    await later(5 * 24 * hour - 60_000);
    await own.settled('pending', 2);
    expect((await own.get()).enabled).toBe(true);
    await later(6 * 60_000);
    await until(() => other.messages.length === 1);
    expect(other.messages[0]!.body.data).toEqual({ id: own.hook.id, url: own.receiver.url, reason: 'failing' });
    expect(await own.get()).toMatchObject({ enabled: false, disabledReason: 'failing' });
    await other.close();
  });

  it('what is older than the retention is deleted, that which waits too', async () => {
    await own.submit();
    await own.settled('delivered', 1);
    await own.patch({ enabled: false });
    await own.submit();
    await later(Date.now() - Date.parse('2026-01-31T12:00:00Z') - now + 29 * 24 * hour);
    const sweep = (): Promise<void> =>
      app.nest.get(WebhookPurge, { strict: false }).sweep(new AbortController().signal);
    await sweep();
    expect(await own.deliveries()).toHaveLength(2);
    await later(2 * 24 * hour);
    await sweep();
    expect(await own.deliveries()).toEqual([]);
    expect(await app.query('select from webhook_event')).toEqual([]);
  });
});
