import { isApiKeyShape } from '#libs/access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

const path = '/v1/credentials';
const defaultWorkspace = '00000000-0000-7000-8000-000000000001';
const feedback = { type: 'positive', messageId: 'm' };
const wanted = { name: 'n', type: 'api-key', scopes: ['feedback:write'] };
const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

const submit = (key: string, headers?: Record<string, string>) =>
  call(app, '/feedback', { key, body: feedback, headers });

/** A text that nobody has brought yet. */
let brought = 0;
const unusedSecret = () => `brought along from elsewhere, no ${++brought}`;

describe('POST /v1/credentials', () => {
  it('201 with a key, shown only here, that opens what its scopes say', async () => {
    const { status, headers, body } = await call(app, path, { body: wanted });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${path}/${body.id}`);
    const { key, ...rest } = body;
    expect(isApiKeyShape(key)).toBe(true);
    expect(rest).toEqual({
      id: expect.any(String),
      workspace: defaultWorkspace,
      ...wanted,
      bots: null,
      origins: null,
      backdating: 'P7D',
      clientId: null,
      clientSecret: null,
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: null,
      previousUntil: null,
    });
    expect(await submit(key)).toMatchObject({ status: 200 });
    expect(await call(app, path, { key })).toMatchObject({ status: 403 });
    expect((await call(app, `${path}/${body.id}`)).body).not.toHaveProperty('key');
  });

  it('201 with a client id and a secret', async () => {
    const { status, body } = await call(app, path, { body: { ...wanted, type: 'client' } });
    expect(status).toBe(201);
    expect(body.clientId).toMatch(/^cs-[0-9a-f-]{36}$/);
    expect(Buffer.byteLength(body.clientSecret)).toBeGreaterThanOrEqual(32);
    expect(body.key).toBeNull();
  });

  it('201 with what was brought along', async () => {
    const secret = unusedSecret();
    const key = await makeCredential(app, { secret });
    expect(key.key).toBe(secret);
    expect(await submit(secret)).toMatchObject({ status: 200 });
    const client = await makeCredential(app, { type: 'client', clientId: 'st-1:a_b.c', secret: `${secret} ü` });
    expect(client).toMatchObject({ clientId: 'st-1:a_b.c', clientSecret: `${secret} ü` });
  });

  it.each<[string, object, string]>([
    ['a scope nobody knows', { scopes: ['feedback:delete'] }, '/scopes'],
    ['the scope instance', { scopes: ['instance'] }, '/scopes'],
    ['no scope', { scopes: [] }, '/scopes'],
    ['a scope twice', { scopes: ['admin', 'admin'] }, '/scopes'],
    ['scopes that are no array', { scopes: 'admin' }, '/scopes'],
    ['another type', { type: 'jwt' }, '/type'],
    ['an empty name', { name: '' }, '/name'],
    ['no bots', { bots: [] }, '/bots'],
    ['an empty bot', { bots: [''] }, '/bots'],
    ['an origin with a path', { origins: ['https://shop.example/path'] }, '/origins'],
    ['an origin without a scheme', { origins: ['shop.example'] }, '/origins'],
    ['an origin that is opaque', { origins: ['null'] }, '/origins'],
    ['an origin that stands for all', { origins: ['*'] }, '/origins'],
    ['an origin that is no text', { origins: [1] }, '/origins'],
    ['an expiry in the past', { expiresAt: anHourAgo }, '/expiresAt'],
    ['an expiry without offset', { expiresAt: '2999-01-01T00:00:00' }, '/expiresAt'],
    ['a client id for an API key', { clientId: 'cs-1' }, '/clientId'],
    ['a client id of other characters', { type: 'client', clientId: 'cs 1' }, '/clientId'],
    ['a client id that is too long', { type: 'client', clientId: 'c'.repeat(129) }, '/clientId'],
    ['a workspace that is not there', { workspace: 'nowhere' }, '/workspace'],
    ['a member that is not known', { role: 'admin' }, '/role'],
    ['a brought key of 31 characters', { secret: 'abcdefghij0123456789ABCDEFGHIJ*' }, '/secret'],
    ['a brought key of 513 characters', { secret: `${'0aB-'.repeat(128)}x` }, '/secret'],
    ['a brought key that ends in a space', { secret: 'abcdefghij0123456789ABCDEFGHIJ* ' }, '/secret'],
    ['a brought key that is not ASCII', { secret: 'äbcdefghij0123456789ABCDEFGHIJ*!' }, '/secret'],
    ['a brought key that looks like ours', { secret: 'aw_abcdefghij0123456789ABCDEFGHI*' }, '/secret'],
    ['a brought secret of 31 bytes', { type: 'client', secret: 'äbcdefghij0123456789ABCDEFGHI*' }, '/secret'],
    ['a well-known secret', { type: 'client', secret: 'a-string-secret-at-least-256-bits-long' }, '/secret'],
    ['a secret that can be guessed', { type: 'client', secret: 'secretsecretsecretsecretsecretsecret' }, '/secret'],
  ])('422 for %s', async (_, more, pointer) => {
    const { status, body } = await call(app, path, { body: { ...wanted, ...more } });
    expect(status).toBe(422);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    const said = JSON.stringify(body);
    const { secret } = more as { secret?: string };
    if (secret) expect(said).not.toContain(secret);
  });

  it('201 with origins as browsers write them, however they were spelled', async () => {
    const sent = [
      'https://SHOP.example',
      'https://shop.example:443/',
      'https://bücher.example',
      'capacitor://localhost',
    ];
    const made = await makeCredential(app, { origins: [...sent, 'https://*.shop.example'] });
    const kept = ['https://shop.example', 'https://xn--bcher-kva.example', 'capacitor://localhost'];
    expect(made).toMatchObject({ origins: [...kept, 'https://*.shop.example'] });
    const from = async (origin: string) =>
      (await call(app, '/feedback', { key: made.key, body: feedback, headers: { origin } })).status;
    for (const origin of [...kept, 'https://eu.shop.example'])
      expect([origin, await from(origin)]).toEqual([origin, 200]);
    for (const origin of ['https://a.eu.shop.example', 'http://shop.example', 'https://localhost'])
      expect([origin, await from(origin)]).toEqual([origin, 403]);
  });

  it('409 for a key or client id in use anywhere, without saying where', async () => {
    const workspace = await makeWorkspace(app, 'elsewhere');
    const secret = unusedSecret();
    await makeCredential(app, { workspace, secret });
    await makeCredential(app, { workspace, type: 'client', clientId: 'cs-taken' });
    const again = [
      { secret },
      { secret: adminKey },
      { type: 'client', clientId: 'cs-taken' },
      { type: 'client', clientId: 'cs-taken', secret: unusedSecret() },
    ];
    for (const more of again) {
      const { status, body } = await call(app, path, { body: { ...wanted, ...more } });
      expect(status).toBe(409);
      expect(body).toMatchObject({ type: '/problems/credential-in-use', detail: 'the key or client id is in use' });
    }
  });

  it('409 for the key before a rotation, which may still be valid', async () => {
    const secret = unusedSecret();
    const { id } = await makeCredential(app, { secret });
    await call(app, `${path}/${id}/rotation`, { body: { gracePeriod: 0 } });
    expect(await call(app, path, { body: { ...wanted, secret } })).toMatchObject({ status: 409 });
  });

  it('opens the workspace that is named, by slug or id, and no other', async () => {
    const workspace = await makeWorkspace(app, 'named');
    for (const name of ['named', workspace]) {
      const made = await makeCredential(app, { workspace: name, scopes: ['admin'] });
      expect(made.workspace).toBe(workspace);
      expect((await call(app, `${path}/${made.id}`, { key: made.key })).status).toBe(200);
      expect((await call(app, `${path}/${made.id}`)).status).toBe(404);
    }
  });

  it('403 where workspace is named without the scope instance, be it the own', async () => {
    const { key } = await makeCredential(app, { scopes: ['admin'] });
    for (const workspace of ['default', 'named', 'nowhere']) {
      expect(await call(app, path, { key, body: { ...wanted, workspace } })).toMatchObject({ status: 403 });
    }
  });

  it('201 for an admin in its own workspace', async () => {
    const workspace = await makeWorkspace(app, 'own');
    const { key } = await makeCredential(app, { workspace, scopes: ['admin'] });
    expect((await makeCredential(app, {}, key)).workspace).toBe(workspace);
  });

  it.each<[string, object, object]>([
    ['bots', { bots: ['a', 'b'] }, { bots: ['a', 'c'] }],
    ['bots', { bots: ['a', 'b'] }, { bots: null }],
    ['origins', { origins: ['https://a.example'] }, { origins: ['https://b.example'] }],
    ['origins', { origins: ['https://a.example'] }, {}],
    ['time', { expiresAt: inAnHour }, {}],
    ['time', { expiresAt: inAnHour }, { expiresAt: '2999-01-01T00:00:00Z' }],
  ])('403 for more %s than its maker has: %j makes %j', async (_, maker, more) => {
    const { key } = await makeCredential(app, { scopes: ['admin'], ...maker });
    const { status, body } = await call(app, path, { key, body: { ...wanted, ...more } });
    expect(status).toBe(403);
    expect(body.type).toBe('/problems/beyond-its-maker');
    expect(await makeCredential(app, { ...maker }, key)).toHaveProperty('key');
  });
});

describe('GET /v1/credentials', () => {
  it('lists those of the own workspace, newest first, without their secrets', async () => {
    const workspace = await makeWorkspace(app, 'listed');
    const admin = await makeCredential(app, { workspace, scopes: ['admin'] });
    const made = [admin];
    for (const type of ['client', 'api-key']) made.unshift(await makeCredential(app, { type }, admin.key));
    const first = await call(app, `${path}?limit=2`, { key: admin.key });
    const second = await call(app, `${path}?limit=2&cursor=${first.body.nextCursor}`, { key: admin.key });
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    expect(second.body.nextCursor).toBeNull();
    const said = JSON.stringify([first.body, second.body]);
    for (const secret of made.flatMap(({ key, clientSecret }) => [key, clientSecret]))
      if (secret) expect(said).not.toContain(secret);
  });
});

describe('DELETE /v1/credentials/{id}', () => {
  it('204, and the key is refused from then on', async () => {
    const { id, key } = await makeCredential(app);
    expect(await submit(key)).toMatchObject({ status: 200 });
    expect(await call(app, `${path}/${id}`, { method: 'DELETE' })).toMatchObject({ status: 204, body: '' });
    expect(await submit(key)).toMatchObject({ status: 401 });
    expect(await call(app, `${path}/${id}`, { method: 'DELETE' })).toMatchObject({ status: 404 });
  });

  it('404 alike for what belongs to another workspace and what is nowhere', async () => {
    const workspace = await makeWorkspace(app, 'foreign');
    const { id, key } = await makeCredential(app, { workspace });
    const answers = [];
    for (const [method, suffix] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/rotation'],
    ] as const) {
      for (const one of [id, '00000000-0000-7000-8000-000000000002', 'x']) {
        const body = method === 'POST' ? {} : undefined;
        const answer = await call(app, `${path}/${one}${suffix}`, { method, body });
        answers.push({ status: answer.status, detail: answer.body.detail });
      }
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.status).toBe(404);
    expect(await call(app, '/feedback', { key, body: feedback })).toMatchObject({ status: 200 });
  });
});

describe('POST /v1/credentials/{id}/rotation', () => {
  it('201 with a new key, and the old one stays valid for the grace period', async () => {
    const { id, key } = await makeCredential(app);
    const { status, body } = await call(app, `${path}/${id}/rotation`, { body: { gracePeriod: 60 } });
    expect(status).toBe(201);
    expect(body.id).toBe(id);
    expect(body.key).not.toBe(key);
    expect(Math.abs(new Date(body.previousUntil).getTime() - Date.now() - 60_000)).toBeLessThan(5_000);
    expect(await submit(key)).toMatchObject({ status: 200 });
    expect(await submit(body.key)).toMatchObject({ status: 200 });
    await app.query(`update credential set previous_until = now() where id = '${id}'`);
    await expectWithinASecond(() => submit(key), 401);
    expect(await submit(body.key)).toMatchObject({ status: 200 });
  });

  it('ends the old one at once without a grace period', async () => {
    const { id, key } = await makeCredential(app);
    expect(await submit(key)).toMatchObject({ status: 200 });
    await call(app, `${path}/${id}/rotation`, { body: { gracePeriod: 0 } });
    expect(await submit(key)).toMatchObject({ status: 401 });
  });

  it('ends the one before the last, whatever it was promised', async () => {
    const { id, key } = await makeCredential(app);
    await call(app, `${path}/${id}/rotation`, { body: {} });
    await call(app, `${path}/${id}/rotation`, { body: {} });
    expect(await submit(key)).toMatchObject({ status: 401 });
  });

  it.each([-1, 604_801, 1.5, '60'])('422 for a grace period of %p', async (gracePeriod) => {
    const { id } = await makeCredential(app);
    expect(await call(app, `${path}/${id}/rotation`, { body: { gracePeriod } })).toMatchObject({ status: 422 });
  });

  it('404 for one that is not limited to bots of the caller, as for taking it away, and the list leaves it out', async () => {
    const few = await makeCredential(app, { scopes: ['admin'], bots: ['seen-1', 'seen-2'] });
    const alike = await makeCredential(app, { scopes: ['feedback:write'], bots: ['seen-1'] });
    const more = [
      await makeCredential(app, { scopes: ['feedback:write'] }),
      await makeCredential(app, { scopes: ['feedback:write'], bots: ['seen-1', 'unseen'] }),
    ];
    for (const { id, key } of more) {
      const answers = [
        await call(app, `${path}/${id}/rotation`, { key: few.key, body: {} }),
        await call(app, `${path}/${id}`, { key: few.key, method: 'DELETE' }),
      ];
      expect(answers).toMatchObject([{ status: 404 }, { status: 404 }]);
      expect((await submit(key)).status).not.toBe(401);
    }
    const { body } = await call(app, path, { key: few.key });
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([alike.id, few.id]);
    expect((await call(app, `${path}/${alike.id}`, { key: few.key, method: 'DELETE' })).status).toBe(204);
  });
});

describe('a credential', () => {
  it('is refused once it has expired', async () => {
    const { id, key } = await makeCredential(app, { expiresAt: inAnHour });
    expect(await submit(key)).toMatchObject({ status: 200 });
    await app.query(`update credential set expires_at = now() where id = '${id}'`);
    await expectWithinASecond(() => submit(key), 401);
  });

  it('is let in although it was tried before it was there', async () => {
    const secret = unusedSecret();
    expect(await submit(secret)).toMatchObject({ status: 401 });
    await makeCredential(app, { secret });
    await expectWithinASecond(() => submit(secret), 200);
  });

  it('may be used from its origins only', async () => {
    const { key } = await makeCredential(app, { origins: ['https://shop.example'] });
    expect(await submit(key, { origin: 'https://shop.example' })).toMatchObject({ status: 200 });
    expect(await submit(key, { origin: 'https://other.example' })).toMatchObject({ status: 403 });
  });

  it('says when it was last used, written down at the end', async () => {
    const other = await startApp({}, { beside: app });
    const used = await makeCredential(app);
    const unused = await makeCredential(app);
    await call(other, '/feedback', { key: used.key, body: feedback });
    await other.close();
    expect((await call(app, `${path}/${used.id}`)).body.lastUsedAt).toEqual(expect.any(String));
    expect((await call(app, `${path}/${unused.id}`)).body.lastUsedAt).toBeNull();
  });

  it('is a client only where the server can keep its secret', async () => {
    const other = await startApp({ ENCRYPTION_KEY: undefined }, { beside: app });
    try {
      const { status, body } = await call(other, path, { body: { ...wanted, type: 'client' } });
      expect(status).toBe(503);
      expect(body.type).toBe('/problems/no-encryption-key');
    } finally {
      await other.close();
    }
  });
});

async function expectWithinASecond(ask: () => Promise<{ status: number }>, status: number): Promise<void> {
  const deadline = Date.now() + 1_000;
  let answer = await ask();
  while (answer.status !== status && Date.now() < deadline) answer = await ask();
  expect(answer.status).toBe(status);
}
