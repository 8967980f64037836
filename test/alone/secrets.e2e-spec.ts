import { newApiKey } from '#libs/access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { hmac, jwt, vendorToken } from '../harness/access.tokens.js';
import { CredentialUse } from '../../src/workspaces/credential-use.js';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential } from '../harness/credential.js';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';

const encryptionKey = Buffer.from('an encryption key that is 32 b.!').toString('base64');
const path = '/v1/credentials';
const body = { type: 'positive', messageId: 'm' };

/** Everything that was shown, and everything that was made to be shown once. */
const secrets = new Set([adminKey, encryptionKey, Buffer.from(encryptionKey, 'base64').toString('hex')]);
const remember = (...some: (string | null)[]) => some.forEach((one) => one && secrets.add(one));

let redis: OwnRedis;
let app: TestApp;
let log = '';
const errors: Answer[] = [];

beforeAll(async () => {
  redis = await spawnRedis();
  const settings = { LOG_LEVEL: 'trace', REDIS_URL: redis.url, RATE_LIMIT: 100, ENCRYPTION_KEY: encryptionKey };
  app = await startApp(settings, { log: { write: (line) => void (log += line) } });
  await useEveryPath();
}, 20_000);

afterAll(async () => {
  await app?.close();
  await redis?.stop();
});

async function useEveryPath(): Promise<void> {
  const key = await makeCredential(app);
  const brought = await makeCredential(app, { secret: 'brought along: a key of somebody else' });
  const client = await makeCredential(app, { type: 'client' });
  const owned = await makeCredential(app, { type: 'client', secret: 'brought along: a secret for HS256' });
  remember(key.key, brought.key, client.clientSecret, owned.clientSecret);
  for (const made of [key, brought, client, owned]) {
    const rotated = (await call(app, `${path}/${made.id}/rotation`, { body: {} })).body;
    remember(rotated.key, rotated.clientSecret);
    await knock(made.key ?? made.clientSecret);
    await knock(rotated.key ?? rotated.clientSecret);
    if (made.clientSecret) await knockAsClient(made.clientId, made.clientSecret);
    if (made !== key) await call(app, `${path}/${made.id}`, { method: 'DELETE' });
    await knock(made.key ?? made.clientSecret);
  }
  await fail(key.key);
}

/** Shows a key wherever somebody might. */
async function knock(key: string): Promise<void> {
  const authorization = `Bearer ${key}`;
  errors.push(await call(app, '/feedback', { key, body }));
  errors.push(await call(app, '/nowhere', { key }));
  errors.push(await call(app, '/feedback', { key, method: 'PUT', body }));
  errors.push(await call(app, '/feedback', { key, raw: '{' }));
  errors.push(await call(app, '/feedback', { key: null, headers: { authorization: key }, body }));
  errors.push(await call(app, '/feedback', { key: null, headers: { auth: key }, body }));
  errors.push(await call(app, '/feedback', { key: null, headers: { 'proxy-authorization': authorization }, body }));
  errors.push(await call(app, `/feedback?key=${encodeURIComponent(key)}`, { key: null, body }));
}

async function knockAsClient(id: string, secret: string): Promise<void> {
  const token = vendorToken({ id, secret });
  const refused = jwt({ alg: 'HS512' }, { appId: id, exp: 1 }, hmac(secret, 'sha512'));
  remember(...[token, refused].flatMap((one) => [one, ...one.split('.').slice(1)]));
  for (const auth of [token, refused, `Bearer ${token}`, `${token}.`])
    for (const door of ['/api/public/bot/b/saveFeedback', '/feedback'])
      errors.push(await call(app, door, { key: null, headers: { auth }, body }));
  const headers = { 'client-id': id, authorization: `Bearer ${secret}` };
  for (const door of ['/v1.0/user/', '/v1.0/log_feedback_from_user/', '/feedback'])
    errors.push(await call(app, door, { key: null, headers, body }));
}

/** Every way in which making a credential goes wrong with a secret at hand. */
async function fail(key: string): Promise<void> {
  const unknown = newApiKey();
  const strong = 'brought along: nobody may have it';
  const weak = 'weakweakweakweakweakweakweakweakweak';
  remember(unknown, strong, weak);
  await knock(unknown);
  const wanted = { name: 'n', type: 'api-key', scopes: ['feedback:write'] };
  const wrong = [
    { secret: key },
    { secret: weak },
    { secret: `${strong}\0` },
    { secret: strong, scopes: ['instance'] },
    { secret: strong, type: 'x' },
    { secret: strong, workspace: 'nowhere' },
    { [strong]: strong },
  ];
  for (const more of wrong) errors.push(await call(app, path, { body: { ...wanted, ...more } }));
  errors.push(await call(app, path, { raw: `{"secret":"${strong}"` }));
  // Something breaks on our side while a secret is being written.
  await app.query('alter table credential rename column origins to gone');
  errors.push(await call(app, path, { body: { ...wanted, secret: strong } }));
  errors.push(await call(app, path, { body: { ...wanted, type: 'client', secret: strong } }));
  errors.push(await call(app, '/feedback', { key: unknown, body }));
  await app.query('alter table credential rename column gone to origins');
}

function expectNoSecret(text: string): void {
  const found = [...secrets].filter((secret) => text.includes(secret));
  expect(found).toEqual([]);
}

describe('no secret', () => {
  it('is in an error', () => {
    expect(errors.some(({ status }) => status === 500)).toBe(true);
    const refused = errors.filter(({ status }) => status >= 400);
    expect(refused.length).toBeGreaterThan(80);
    // A name that the caller made up is named in the fault, as every unknown member is.
    const named = refused.filter(({ body: said }) => !JSON.stringify(said).includes('is not a known member'));
    expectNoSecret(named.map(({ body: said, headers }) => JSON.stringify([said, [...headers]])).join('\n'));
  });

  it('is in the database', async () => {
    const tables = await app.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    const dumps = tables.map(({ name }) => `select t::text as line from "${name}" t`);
    const rows = await app.query<{ line: string }>(dumps.join(' union all '));
    expect(rows.length).toBeGreaterThan(3);
    expectNoSecret(rows.map(({ line }) => line).join('\n'));
  });

  it('is in Redis', async () => {
    const client = createClient({ url: redis.url });
    await client.connect();
    const keys = await client.keys('*');
    expect(keys.length).toBeGreaterThan(1);
    const values = await Promise.all(keys.map(async (key) => `${key} ${await client.dump(key)}`));
    client.destroy();
    expectNoSecret(values.join('\n'));
  });

  it('is in the log, at the level trace', async () => {
    await app.nest.get(CredentialUse).flush();
    expect(log).toContain('"route":"/feedback"');
    expect(log).toContain('"err"');
    expectNoSecret(log);
  });
});
