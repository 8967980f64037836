import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { call, startApp, type TestApp } from '../harness/app.js';
import { csat, Hooked } from '../harness/hooked.js';
import { makeWebhook, startReceiver } from '../harness/receiver.js';
import { until } from '../harness/until.js';

let app: TestApp;
let own: Hooked;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_HOSTS: '127.0.0.1', PUBLIC_URL: 'https://feedback.example/' });
});
beforeEach(async () => {
  own = await Hooked.in(app);
});
afterEach(() => own.receiver.close());
afterAll(() => app.close());

describe('a message', () => {
  it('is verified by a library of Standard Webhooks, and refused with a changed byte, an old time or another secret', async () => {
    await own.submit();
    await until(() => own.receiver.messages.length > 0);
    const { text, headers, body } = own.receiver.messages[0]!;
    expect(new Webhook(own.hook.secret).verify(text, headers)).toEqual(body);
    const refusedBy = (secret: string, sent: string, fields: Record<string, string>) => () =>
      new Webhook(secret).verify(sent, fields);
    expect(refusedBy(own.hook.secret, text.replace('Slow', 'slow'), headers)).toThrow('No matching signature');
    const old = String(Number(headers['webhook-timestamp']) - 301);
    expect(refusedBy(own.hook.secret, text, { ...headers, 'webhook-timestamp': old })).toThrow('too old');
    expect(refusedBy(own.hook.secret, text, { ...headers, 'webhook-id': 'evt_other' })).toThrow(
      'No matching signature',
    );
    const { secret } = await makeWebhook(app, { url: own.receiver.url }, own.key);
    expect(refusedBy(secret, text, headers)).toThrow('No matching signature');
  });

  it('is verified by both secrets while one is replaced, and then by the new one', async () => {
    const { body: rotated } = await own.post('/rotation', { gracePeriod: 3600 });
    await own.submit();
    await until(() => own.receiver.messages.length > 0);
    const { text, headers } = own.receiver.messages[0]!;
    for (const secret of [own.hook.secret, rotated.secret])
      expect(new Webhook(secret).verify(text, headers)).toBeDefined();
    const { body: last } = await own.post('/rotation', { gracePeriod: 0 });
    await own.submit();
    await until(() => own.receiver.messages.length > 1);
    const next = own.receiver.messages[1]!;
    expect(new Webhook(last.secret).verify(next.text, next.headers)).toBeDefined();
    expect(() => new Webhook(rotated.secret).verify(next.text, next.headers)).toThrow('No matching signature');
  });

  it('has at most 256 KiB, and says which texts were cut', async () => {
    const details = 'ü'.repeat(400_000);
    const properties = { long: 'ü'.repeat(25_000), short: 'kept' };
    await call(app, '/feedback', { key: own.key, body: { type: 'negative', messageId: 'm', details, properties } });
    await until(() => own.receiver.messages.length > 0);
    const { text, body } = own.receiver.messages[0]!;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(262_144);
    expect(Buffer.byteLength(text)).toBeGreaterThan(240_000);
    expect(body.truncated).toEqual(['/comment']);
    expect(body.data).toMatchObject({ message: 'm', properties });
    expect(details.startsWith(body.data.comment)).toBe(true);
  });

  it('for Slack is a text without a signature, from which nobody is called', async () => {
    await own.patch({ format: 'slack' });
    const { id } = await own.submit({ ...csat, comment: `<!channel> @here & ${'x'.repeat(3_000)}` });
    await until(() => own.receiver.messages.length > 0);
    const { body, headers } = own.receiver.messages[0]!;
    expect(Object.keys(body)).toEqual(['text']);
    const [head, comment, link] = body.text.split('\n');
    expect(head).toBe('New feedback on support-bot: 2 of 5');
    expect(comment).toMatch(/^> &lt;!channel&gt; @\u200Bhere &amp; x{1900,1990}…$/);
    expect(link).toBe(`<https://feedback.example/dashboard#entry=${id}|Show it>`);
    expect(Object.keys(headers).filter((name) => name.startsWith('webhook-'))).toEqual([]);
  });
});

describe('a delivery', () => {
  it('is listed with its attempts, and shown with the body that was sent', async () => {
    const { id } = await own.submit();
    const delivery = await own.settled('delivered', 1);
    expect(delivery).toEqual({
      event: own.receiver.messages[0]!.id,
      type: 'feedback.recorded',
      happenedAt: expect.any(String),
      createdAt: expect.any(String),
      outcome: 'delivered',
      attempts: [{ at: expect.any(String), durationMs: expect.any(Number), status: 204, error: null }],
      nextAttemptAt: null,
    });
    const { body } = await call(app, own.at(`/deliveries/${delivery.event}`), { key: own.key });
    expect(body.body).toEqual(own.receiver.messages[0]!.body);
    expect(body.body.data.id).toBe(id);
  });

  it('is found by outcome, type and time, page by page', async () => {
    for (let n = 0; n < 5; n++) await own.submit();
    await until(async () => (await own.deliveries('?outcome=delivered')).length === 5);
    const all = await own.deliveries();
    expect(await own.deliveries('?outcome=pending&outcome=failed')).toEqual([]);
    expect(await own.deliveries('?event=feedback.deleted')).toEqual([]);
    expect(await own.deliveries(`?from=${all[1].createdAt}&to=${all[0].createdAt}`)).toEqual([all[1]]);
    const first = (await call(app, own.at('/deliveries?limit=3'), { key: own.key })).body;
    const second = (await call(app, own.at(`/deliveries?limit=3&cursor=${first.nextCursor}`), { key: own.key })).body;
    expect([...first.data, ...second.data]).toEqual(all);
    expect(second.nextCursor).toBeNull();
  });

  it('404 for an event of another endpoint, and for a text that names none', async () => {
    const { event } = await own.submit().then(() => own.settled('delivered', 1));
    const other = await makeWebhook(app, { url: own.receiver.url }, own.key);
    expect(await call(app, `/v1/webhooks/${other.id}/deliveries/${event}`, { key: own.key })).toMatchObject({
      status: 404,
    });
    for (const named of ['evt_1', 'x', `evt_${'0'.repeat(32)}`]) {
      expect(await call(app, own.at(`/deliveries/${named}`), { key: own.key })).toMatchObject({ status: 404 });
      expect(await own.post(`/deliveries/${named}/retry`)).toMatchObject({ status: 404 });
    }
  });

  it('is made again when it is asked for, under the same id', async () => {
    await own.submit();
    const { event } = await own.settled('delivered', 1);
    expect(await own.post(`/deliveries/${event}/retry`)).toMatchObject({ status: 202, body: { queued: 1 } });
    await own.settled('delivered', 2);
    expect(own.receiver.messages.map(({ id }) => id)).toEqual([event, event]);
  });

  it('brings back what a receiver says to a ping, at once, to a disabled endpoint too', async () => {
    own.receiver.answer = (_, response) => void response.writeHead(418).end('no coffee');
    await own.patch({ enabled: false });
    const { status, body } = await own.post('/ping');
    expect([status, body]).toMatchObject([200, { status: 418, error: null, body: 'no coffee' }]);
    const { text, headers } = own.receiver.messages[0]!;
    expect(new Webhook(own.hook.secret).verify(text, headers)).toMatchObject({ type: 'ping', data: {} });
  });
});

describe('a replay', () => {
  const everything = { from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' };

  it('sends again what was sent, under the same ids, and for the first time what was there before', async () => {
    await call(app, own.at(), { method: 'DELETE', key: own.key });
    const before = [await own.submit(), await own.submit({ ...csat, score: 5 })];
    own.hook = await makeWebhook(app, { url: own.receiver.url, filter: { scoreMax: 2 } }, own.key);
    const after = await own.submit();
    await own.settled('delivered', 1);
    expect((await own.post('/replay', everything)).body).toEqual({ queued: 2 });
    await until(() => own.receiver.messages.length === 3);
    const ids = own.receiver.messages.map(({ body }) => body.data.id);
    expect(ids[0]).toBe(after.id);
    expect(ids.slice(1).toSorted()).toEqual([before[0].id, after.id].toSorted());
    const told = new Map(own.receiver.messages.map(({ id, body }) => [body.data.id, { id, body }]));
    expect(told.get(before[0].id)!.body).toMatchObject({ type: 'feedback.recorded', timestamp: before[0].recordedAt });
    expect((await own.post('/replay', everything)).body).toEqual({ queued: 2 });
    await until(() => own.receiver.messages.length === 5);
    for (const { id, body } of own.receiver.messages) expect(id).toBe(told.get(body.data.id)!.id);
  });

  it('sends what a time, a type and an outcome hold, and no more', async () => {
    const [first] = [await own.submit(), await own.submit()];
    await until(async () => (await own.deliveries('?outcome=delivered')).length === 2);
    const to = new Date(Date.parse(first.recordedAt) + 1).toISOString();
    expect((await own.post('/replay', { from: first.recordedAt, to })).body).toEqual({ queued: 1 });
    expect((await own.post('/replay', { ...everything, outcome: 'failed' })).body).toEqual({ queued: 0 });
    expect((await own.post('/replay', { ...everything, events: ['ping'] })).body).toEqual({ queued: 0 });
  });

  it('422 for more than 100,000', async () => {
    await app.query(
      `insert into feedback_entry (workspace_id, id, source, instrument, scale, score, occurred_at, counted_at, recorded_at, updated_at)
       select workspace_id, (lpad(to_hex(floor(extract(epoch from now()) * 1000)::bigint), 12, '0') || '7000800000' || lpad(to_hex(n), 10, '0'))::uuid,
         'native', 'many', 'csat', 1, now(), now(), now(), now()
       from webhook_endpoint, generate_series(1, 100001) n where webhook_endpoint.id = $1`,
      [own.hook.id],
    );
    const { status, body } = await own.post('/replay', everything);
    expect([status, body.errors?.[0].pointer]).toEqual([422, '/to']);
    await app.query(`delete from feedback_entry where instrument = 'many'`);
    expect(await own.deliveries()).toEqual([]);
  });
});

describe('somebody who is erased', () => {
  it('is in no stored delivery and in none sent afterwards; who wants to hear of it can tell who it was, and nobody else', async () => {
    const told = await startReceiver();
    const listener = await makeWebhook(
      app,
      { url: told.url, events: ['respondent.erased', 'feedback.deleted', 'feedback.recorded'] },
      own.key,
    );
    own.receiver.answer = () => 500;
    const respondent = 'Änn@example.com';
    const { id } = await own.submit({ ...csat, respondent, externalId: 'ann-1' });
    await own.submit({ ...csat, respondent, externalId: 'ann-1', score: 1 });
    await call(app, '/feedback', {
      key: own.key,
      body: { type: 'negative', messageId: 'm', userProperties: { userId: 'u-1', id: respondent } },
    });
    await own.settled('pending', 1);
    await until(() => told.messages.length >= 2);
    const sent = own.receiver.messages.length;
    const path = `/v1/respondents/${encodeURIComponent(respondent)}`;
    expect((await call(app, path, { method: 'DELETE', key: own.key })).body).toEqual({ erased: 2 });
    await until(() => told.messages.length >= 5);
    const erasure = told.messages.find(({ body }) => body.type === 'respondent.erased')!.body.data;
    const secret = Buffer.from(listener.secret.replace('whsec_', ''), 'base64');
    expect(erasure).toEqual({ respondent: createHmac('sha256', secret).update(respondent).digest('hex'), erased: 2 });
    const deleted = told.messages.filter(({ body }) => body.type === 'feedback.deleted').map(({ body }) => body.data);
    expect(deleted.find((one) => one.id === id)).toEqual({
      id,
      source: 'native',
      instrument: 'support-bot',
      externalId: null,
    });
    for (const table of ['webhook_event', 'webhook_delivery']) {
      const rows = await app.query<{ text: string }>(`select t::text as text from ${table} t`);
      expect(rows.filter(({ text }) => /nn@example|ann-1|u-1/.test(text))).toEqual([]);
    }
    const kept = await own.deliveries();
    expect(kept.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['skipped', 'skipped']);
    expect(await own.post(`/deliveries/${kept[0].event}/retry`)).toMatchObject({ status: 409 });
    expect((await call(app, own.at(`/deliveries/${kept[0].event}`), { key: own.key })).body.body).toBeNull();
    const everything = { from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' };
    expect((await own.post('/replay', everything)).body).toEqual({ queued: 0 });
    await app.query(`update webhook_delivery set due_at = now() where outcome = 'pending'`);
    own.receiver.answer = () => 204;
    await own.submit({ instrument: 'another', scale: 'thumb', score: 1 });
    await until(() => own.receiver.messages.length > sent);
    expect(own.receiver.messages.slice(sent).map(({ body }) => body.data.instrument)).toEqual(['another']);
    await told.close();
  });

  it('is broken off while a message is on its way', async () => {
    const gone = Promise.withResolvers<void>();
    own.receiver.answer = (_, response) => void response.on('close', () => gone.resolve());
    await own.submit({ ...csat, respondent: 'bob' });
    await until(() => own.receiver.messages.length === 1);
    await call(app, '/v1/respondents/bob', { method: 'DELETE', key: own.key });
    await gone.promise;
    await own.settled('skipped', 0);
  });
});
