import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { makeWebhook, type Receiver, startReceiver } from '../harness/receiver.js';
import { until } from '../harness/until.js';
import { hostileUrls } from './hostile-urls.js';

const path = '/v1/webhooks';
const wanted = { url: 'https://hooks.example/afterword', events: ['feedback.recorded'] };
const csat = { instrument: 'support-bot', scale: 'csat', score: 2, comment: 'Slow.' };
let app: TestApp;
let receiver: Receiver;

beforeAll(async () => {
  app = await startApp({ WEBHOOK_HOSTS: '127.0.0.1' });
  receiver = await startReceiver();
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

let tenants = 0;
/** A workspace of its own, with a key that administers it. */
async function tenant(): Promise<string> {
  const workspace = await makeWorkspace(app, `w-${++tenants}`);
  return (await makeCredential(app, { scopes: ['admin'], workspace })).key;
}
const submit = async (key: string, body: object = csat) => (await call(app, '/v1/feedback', { key, body })).body;
const arrivedAt = (at: string) => receiver.messages.filter((message) => message.path === at);
let hooks = 0;
/** An endpoint at a path of its own. */
async function hook(key: string, more: object = {}) {
  const at = `/hook/${++hooks}`;
  return { at, ...(await makeWebhook(app, { url: new URL(at, receiver.url).href, ...more }, key)) };
}

describe('POST /v1/webhooks', () => {
  it('201 with a secret of 32 bytes, shown only here', async () => {
    const key = await tenant();
    const { status, headers, body } = await call(app, path, { key, body: { ...wanted, description: 'd' } });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${path}/${body.id}`);
    const { secret, ...rest } = body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(rest).toEqual({
      ...wanted,
      id: expect.any(String),
      description: 'd',
      filter: null,
      format: 'standard',
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      waiting: 0,
      previousUntil: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await call(app, `${path}/${body.id}`, { key })).body).toEqual(rest);
    expect((await call(app, path, { key })).body).toEqual({ data: [rest], nextCursor: null });
  });

  describe('where nothing inward is allowed', () => {
    let strict: TestApp;
    beforeAll(async () => {
      strict = await startApp({}, { beside: app });
    });
    afterAll(() => strict.close());

    it.each(hostileUrls)('422 for a URL with %s: %j', async (_, url) => {
      const { status, body } = await call(strict, path, { body: { ...wanted, url } });
      expect([status, body.errors?.[0].pointer]).toEqual([422, '/url']);
    });
  });

  it('422 for http to a host that is not allowed, whether it resolves or not', async () => {
    const body = { ...wanted, url: 'http://hooks.example/' };
    expect(await call(app, path, { body })).toMatchObject({ status: 422 });
  });

  it.each<[string, object, string]>([
    ['no URL', { url: undefined }, '/url'],
    ['no events', { events: [] }, '/events'],
    ['an event nobody knows', { events: ['feedback.read'] }, '/events'],
    ['an event twice', { events: ['ping', 'ping'] }, '/events'],
    ['events that are no list', { events: 'ping' }, '/events'],
    ['another format', { format: 'teams' }, '/format'],
    ['a filter nobody knows', { filter: { mood: 'bad' } }, '/filter/mood'],
    ['a score that no scale has', { filter: { scoreMax: 11 } }, '/filter/scoreMax'],
    ['a filter that is a text', { filter: { resolved: 'true' } }, '/filter/resolved'],
    ['a member that is not known', { secret: 'mine' }, '/secret'],
  ])('422 for %s', async (_, more, pointer) => {
    const { status, body } = await call(app, path, { body: { ...wanted, ...more } });
    expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it('409 for the 21st of a workspace, and for none of another', async () => {
    const [key, other] = [await tenant(), await tenant()];
    const made = await Promise.all(Array.from({ length: 24 }, () => call(app, path, { key, body: wanted })));
    expect(made.map(({ status }) => status).toSorted()).toEqual([...Array(20).fill(201), ...Array(4).fill(409)]);
    expect(made.find(({ status }) => status === 409)!.body.type).toMatch('/problems/too-many-webhooks');
    expect(await call(app, path, { key: other, body: wanted })).toMatchObject({ status: 201 });
  });

  it('503 without a key to seal the secret with', async () => {
    const keyless = await startApp({ ENCRYPTION_KEY: undefined }, { beside: app });
    expect(await call(keyless, path, { body: wanted })).toMatchObject({ status: 503 });
    await keyless.close();
  });

  it('403 without the scope admin', async () => {
    const { key } = await makeCredential(app, { scopes: ['feedback:read', 'feedback:write'] });
    expect(await call(app, path, { key, body: wanted })).toMatchObject({ status: 403 });
  });
});

describe('PATCH and DELETE /v1/webhooks/{id}', () => {
  it('200 with what was changed, and the rest as it was', async () => {
    const key = await tenant();
    const { id } = await hook(key, { filter: { scale: 'csat' }, description: 'd' });
    const changed = await call(app, `${path}/${id}`, {
      method: 'PATCH',
      key,
      body: { description: null, filter: null, events: ['feedback.deleted'], url: 'https://other.example/' },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { description: null, filter: null, events: ['feedback.deleted'], url: 'https://other.example/' },
    });
    const disabled = await call(app, `${path}/${id}`, { method: 'PATCH', key, body: { enabled: false } });
    expect(disabled.body).toMatchObject({ enabled: false, disabledReason: 'asked', disabledAt: expect.any(String) });
    const enabled = await call(app, `${path}/${id}`, { method: 'PATCH', key, body: { enabled: true } });
    expect(enabled.body).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null });
  });

  it('422 for a URL that leads inwards', async () => {
    const key = await tenant();
    const { id } = await hook(key);
    const body = { url: 'https://169.254.169.254/' };
    expect(await call(app, `${path}/${id}`, { method: 'PATCH', key, body })).toMatchObject({ status: 422 });
  });

  it('204, and it is not there, nor are its deliveries', async () => {
    const key = await tenant();
    const { id } = await hook(key);
    await submit(key);
    expect(await call(app, `${path}/${id}`, { method: 'DELETE', key })).toMatchObject({ status: 204 });
    for (const at of [`${path}/${id}`, `${path}/${id}/deliveries`])
      expect(await call(app, at, { key })).toMatchObject({ status: 404 });
  });
});

describe('what an endpoint hears of', () => {
  it('an entry, as it is read, once it was recorded, changed and deleted', async () => {
    const key = await tenant();
    const { at } = await hook(key, { events: ['feedback.recorded', 'feedback.updated', 'feedback.deleted'] });
    const body = { ...csat, externalId: 'e-1', properties: { page: '/', big: 1 } };
    const recorded = await submit(key, body);
    const updated = await submit(key, { ...body, score: 3 });
    await submit(key, { ...body, score: 3 });
    await call(app, `/v1/feedback/${recorded.id}`, { method: 'DELETE', key });
    await until(() => arrivedAt(at).length >= 3);
    const told = Object.fromEntries(arrivedAt(at).map(({ body: { type, ...rest } }) => [type, rest]));
    expect(told).toEqual({
      'feedback.recorded': { timestamp: recorded.recordedAt, data: recorded },
      'feedback.updated': { timestamp: updated.updatedAt, data: updated },
      'feedback.deleted': {
        timestamp: expect.any(String),
        data: { id: recorded.id, source: 'native', instrument: 'support-bot', externalId: 'e-1' },
      },
    });
    const { headers } = arrivedAt(at)[0]!;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Afterword\/\d/),
    });
    expect(Object.keys(headers).filter((name) => /authorization|cookie|trace/.test(name))).toEqual([]);
  });

  it('entries through every door', async () => {
    const key = await tenant();
    const { at } = await hook(key);
    await call(app, '/feedback', { key, body: { type: 'positive', messageId: 'm' } });
    await call(app, '/v1/feedback/batch', { key, raw: `${JSON.stringify(csat)}\n` });
    await call(app, '/v1/feedback', { key, body: csat, headers: { 'idempotency-key': 'webhook-1' } });
    await until(() => arrivedAt(at).length >= 3);
    expect(
      arrivedAt(at)
        .map(({ body }) => body.data.source)
        .toSorted(),
    ).toEqual(['message', 'native', 'native']);
  });

  it('no entry that a batch brings home from elsewhere', async () => {
    const key = await tenant();
    const { at } = await hook(key);
    const line = { ...csat, source: 'native', externalId: 'earlier' };
    const { text } = await call(app, '/v1/feedback/batch', { key, raw: `${JSON.stringify(line)}\n` });
    expect(text).toContain('"outcome":"recorded"');
    const { id } = await submit(key);
    await until(() => arrivedAt(at).length > 0);
    expect(arrivedAt(at).map(({ body }) => body.data.id)).toEqual([id]);
  });

  it.each<[string, object, object, boolean]>([
    ['the lowest score that fits', { scale: 'csat', scoreMax: 2 }, csat, true],
    ['a score above', { scale: 'csat', scoreMax: 2 }, { ...csat, score: 3 }, false],
    ['a score below', { scoreMin: 3 }, csat, false],
    ['no score where one is wanted', { scoreMax: 10 }, { instrument: 'i', scale: 'text', comment: 'c' }, false],
    ['another scale', { scale: 'nps' }, csat, false],
    ['another instrument', { instrument: 'other' }, csat, false],
    ['another source', { source: 'message' }, csat, false],
    ['words', { hasComment: true }, csat, true],
    ['white space for words', { hasComment: true }, { ...csat, comment: ' \n' }, false],
    ['no words where none are wanted', { hasComment: false }, { ...csat, comment: null }, true],
    ['what was not resolved', { resolved: false }, { ...csat, resolved: false }, true],
    ['what does not say so', { resolved: false }, csat, false],
    ['a language in another spelling', { language: 'en_uk' }, { ...csat, language: 'en-GB' }, true],
    ['another channel', { channel: 'web' }, { ...csat, channel: 'app' }, false],
    ['the bot and the release', { bot: 'b', version: 'v' }, { ...csat, bot: 'b', version: 'v' }, true],
    ['one of two', { bot: 'b', version: 'v' }, { ...csat, bot: 'b', version: 'w' }, false],
  ])('by its filter: %s', async (_, filter, body, fits) => {
    const key = await tenant();
    const filtered = await hook(key, { filter });
    const all = await hook(key);
    await submit(key, body);
    await until(() => arrivedAt(all.at).length > 0);
    const { body: page } = await call(app, `${path}/${filtered.id}/deliveries`, { key });
    expect(page.data).toHaveLength(fits ? 1 : 0);
  });

  it('nothing of another workspace, and where nobody wants anything nothing is written', async () => {
    const [key, other] = [await tenant(), await tenant()];
    await hook(key, { events: ['feedback.deleted'] });
    const before = await app.query<{ n: number }>('select count(*)::int as n from webhook_event');
    await submit(key);
    await submit(other);
    expect(await app.query('select count(*)::int as n from webhook_event')).toEqual(before);
  });

  it('nothing of an entry whose transaction was undone', async () => {
    const key = await tenant();
    const { id } = await hook(key);
    const body = { ...csat, externalId: 'x'.repeat(300) };
    expect(await call(app, '/v1/feedback', { key, body })).toMatchObject({ status: 422 });
    await app.query(
      `create function fail() returns trigger language plpgsql as $$ begin raise sqlstate '22000'; end $$`,
    );
    await app.query('create trigger fail before insert on webhook_delivery for each row execute function fail()');
    const { status } = await call(app, '/v1/feedback', { key, body: csat });
    await app.query('drop trigger fail on webhook_delivery; drop function fail');
    expect(status).toBeGreaterThanOrEqual(400);
    expect((await call(app, '/v1/feedback', { key })).body.data).toEqual([]);
    expect((await call(app, `${path}/${id}/deliveries`, { key })).body.data).toEqual([]);
  });

  it('what was acknowledged a second after it was made, through another replica that was idle', async () => {
    const other = await startApp({ WEBHOOK_HOSTS: '127.0.0.1' }, { beside: app });
    const key = await tenant();
    await call(other, '/v1/feedback', { key, body: csat });
    const { at } = await hook(key);
    const ids: string[] = [];
    for (const until = performance.now() + 1_000; performance.now() < until;)
      await call(other, '/v1/feedback', { key, body: csat });
    for (let n = 0; n < 20; n++) ids.push((await call(other, '/v1/feedback', { key, body: csat })).body.id);
    await until(() => ids.every((id) => arrivedAt(at).some(({ body }) => body.data.id === id)));
    await other.close();
  });
});
