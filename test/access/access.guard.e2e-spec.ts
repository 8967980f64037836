import { hashOf, newApiKey, type Scope, securitySchemes } from '#libs/access';
import { ServiceUnavailable } from '#libs/problem-details';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import {
  client,
  Directory,
  foreign,
  key,
  knock,
  principal,
  Refusals,
  reset,
  serve,
  withKey,
} from '../harness/access.js';
import type { AccessRow } from '../harness/access.rows.js';
import { hmac, jwt, vendorToken } from '../harness/access.tokens.js';

const directory = new Directory();
const refusals = new Refusals();
let app: NestFastifyApplication;
let origin: string;

beforeAll(async () => {
  app = await serve(directory, refusals);
  origin = await app.getUrl();
});

afterAll(() => app.close());

beforeEach(() => reset(directory, refusals));

describe('the guard', () => {
  it('keeps a route closed that nobody opened, whoever calls', async () => {
    expect(await knock(`${origin}/forgotten`, withKey(key))).toMatchObject({ status: 403 });
    expect(await knock(`${origin}/forgotten`, [])).toMatchObject({ status: 403 });
  });

  it('opens what is public, but not the one route of it that asks for a credential', async () => {
    expect(await knock(`${origin}/open`, [])).toMatchObject({ status: 200 });
    expect(await knock(`${origin}/open/but-one`, [])).toMatchObject({ status: 401 });
    expect(await knock(`${origin}/open/but-one`, withKey(key))).toMatchObject({ status: 200 });
  });

  it('hands the principal to the handler', async () => {
    expect((await knock(`${origin}/api-key`, withKey(key))).body).toEqual({ caller: 'key' });
    expect((await knock(`${origin}/jwt`, [['auth', vendorToken(foreign)]])).body).toEqual({ caller: 'foreign' });
  });

  it.each<[string, Scope[], number]>([
    ['the scope itself', ['feedback:write'], 200],
    ['admin, which implies it', ['admin'], 200],
    ['every other scope', ['feedback:read', 'questions:read', 'questions:write', 'analytics:read', 'instance'], 403],
    ['no scope', [], 403],
  ])('asks for feedback:write: %s', async (_, scopes, status) => {
    directory.keys.set(hashOf(key), principal('key', { scopes: new Set(scopes) }));
    expect(await knock(`${origin}/api-key`, withKey(key))).toMatchObject({ status });
  });

  it('says which scope is missing', async () => {
    const { status, challenge, body } = await knock(`${origin}/workspaces`, withKey(key));
    expect(status).toBe(403);
    expect(challenge).toBe('Bearer error="insufficient_scope", scope="instance"');
    expect(body.detail).toBe('the credential lacks the scope instance');
  });

  it('keeps a credential that is limited from everything that does not heed that', async () => {
    directory.keys.set(hashOf(key), principal('key', { limitedTo: ['a'] }));
    expect(await knock(`${origin}/limited`, withKey(key))).toMatchObject({ status: 200 });
    expect(await knock(`${origin}/api-key`, withKey(key))).toMatchObject({ status: 403 });
  });

  it.each<[Scope, number]>([
    ['instance', 200],
    ['admin', 403],
  ])('asks for instance: %s', async (scope, status) => {
    directory.keys.set(hashOf(key), principal('key', { scopes: new Set([scope]) }));
    expect(await knock(`${origin}/workspaces`, withKey(key))).toMatchObject({ status });
  });

  it.each<[string, AccessRow['fields'], number]>([
    ['its own', [['origin', 'https://shop.example']], 200],
    ['none', [], 200],
    ['another', [['origin', 'https://evil.example']], 403],
    ['one that only begins like it', [['origin', 'https://shop.example.evil.example']], 403],
    ['another scheme', [['origin', 'http://shop.example']], 403],
    ['another port', [['origin', 'https://shop.example:8443']], 403],
    ['an opaque one', [['origin', 'null']], 403],
    ['an empty one', [['origin', '']], 403],
  ])('lets a credential be used from its origins only: %s', async (_, fields, status) => {
    directory.keys.set(hashOf(key), principal('key', { origins: ['https://shop.example'] }));
    expect(await knock(`${origin}/api-key`, withKey(key, ...fields))).toMatchObject({ status });
  });

  it('says that the directory cannot be asked, instead of that the credential is wrong', async () => {
    const away = { byKeyHash: unavailable, byClientId: unavailable };
    const other = await serve(away);
    try {
      const url = await other.getUrl();
      expect(await knock(`${url}/api-key`, withKey(key))).toMatchObject({ status: 503 });
      expect(await knock(`${url}/jwt`, [['auth', vendorToken(client)]])).toMatchObject({ status: 503 });
    } finally {
      await other.close();
    }
  });

  it('keeps the credentials of two applications in one process apart', async () => {
    const other = await serve(new Directory());
    try {
      expect(await knock(`${origin}/api-key`, withKey(key))).toMatchObject({ status: 200 });
      expect(await knock(`${await other.getUrl()}/api-key`, withKey(key))).toMatchObject({ status: 401 });
    } finally {
      await other.close();
    }
  });
});

async function unavailable(): Promise<never> {
  throw new ServiceUnavailable();
}

describe('refused credentials', () => {
  it('are counted by the address that they came from', async () => {
    await knock(`${origin}/api-key`, withKey(newApiKey()));
    await knock(`${origin}/jwt`, [['auth', 'x']]);
    expect(refusals.addresses).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('are not counted where there was none, or where it was right', async () => {
    await knock(`${origin}/api-key`, []);
    await knock(`${origin}/api-key`, withKey(key));
    await knock(`${origin}/workspaces`, withKey(key));
    expect(refusals.addresses).toEqual([]);
  });

  it('are answered with 429 when the budget is used up, and a right one is still let in', async () => {
    refusals.budget = 1;
    expect(await knock(`${origin}/api-key`, withKey(newApiKey()))).toMatchObject({ status: 401 });
    expect(await knock(`${origin}/api-key`, withKey(newApiKey()))).toMatchObject({ status: 429, retryAfter: '7' });
    expect(await knock(`${origin}/api-key`, withKey(key))).toMatchObject({ status: 200 });
  });
});

function tokenNaming(appId: unknown): string {
  return jwt({ alg: 'HS256' }, { appId }, hmac(client.secret));
}

describe('what cannot be a credential', () => {
  it.each<[string, string, AccessRow['fields']]>([
    ['a key of ours with a typo', 'api-key', withKey(`${newApiKey().slice(0, -6)}000000`)],
    ['a key that is too long', 'api-key', withKey('x'.repeat(513))],
    ['a key that is not ASCII', 'api-key', withKey('é'.repeat(32))],
    ['a client id of impossible characters', 'client', [['client-id', 'cs 1'], ...withKey(client.secret)]],
    ['a client id that is no string', 'jwt', [['auth', tokenNaming([client.id])]]],
    ['a client id that is too long', 'jwt', [['auth', tokenNaming('c'.repeat(129))]]],
    ['a token that is none', 'jwt', [['auth', `${vendorToken(client)}.x`]]],
  ])('is refused without a look-up: %s', async (_, door, fields) => {
    const before = directory.asked;
    expect(await knock(`${origin}/${door}`, fields)).toMatchObject({ status: 401 });
    expect(directory.asked).toBe(before);
  });
});

/** The two ways to prove that one knows the secret of the client. */
function doors(secret: string): [door: string, fields: AccessRow['fields']][] {
  return [
    ['client', [['client-id', client.id], ...withKey(secret)]],
    ['jwt', [['auth', vendorToken({ id: client.id, secret })]]],
  ];
}

describe('a client whose secret was rotated', () => {
  const old = client.secret;
  const next = 'the secret that replaces the former one';

  it.each([...doors(old), ...doors(next)])('may use both while the grace period lasts: %s', async (door, fields) => {
    directory.clients.set(client.id, { principal: principal('client'), secrets: [next, old] });
    expect(await knock(`${origin}/${door}`, fields)).toMatchObject({ status: 200 });
  });

  it.each(doors(old))('may use the new one only afterwards: %s', async (door, fields) => {
    expect(await knock(`${origin}/${door}`, fields)).toMatchObject({ status: 200 });
    directory.clients.set(client.id, { principal: principal('client'), secrets: [next] });
    expect(await knock(`${origin}/${door}`, fields)).toMatchObject({ status: 401 });
  });
});

describe('a token that was verified before', () => {
  const token: AccessRow['fields'] = [['auth', vendorToken(client)]];

  it('is refused at once when its client is revoked', async () => {
    expect(await knock(`${origin}/jwt`, token)).toMatchObject({ status: 200 });
    directory.clients.delete(client.id);
    expect(await knock(`${origin}/jwt`, token)).toMatchObject({ status: 401 });
  });

  it('has the scopes that its client has now', async () => {
    expect(await knock(`${origin}/jwt`, token)).toMatchObject({ status: 200 });
    const lesser = principal('client', { scopes: new Set(['feedback:read']) });
    directory.clients.set(client.id, { principal: lesser, secrets: [client.secret] });
    expect(await knock(`${origin}/jwt`, token)).toMatchObject({ status: 403 });
  });
});

describe('the OpenAPI document', () => {
  it('says which credential a route takes and which scope it needs', () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const security = (path: string) => document.paths[path]?.get?.security;
    expect(security('/api-key')).toEqual([{ 'api-key': ['feedback:write'] }]);
    expect(security('/client')).toEqual([{ 'client-id': [], 'client-secret': ['feedback:write'] }]);
    expect(security('/jwt')).toEqual([{ jwt: ['feedback:write'] }]);
    expect(security('/open')).toBeUndefined();
    const named = ['/api-key', '/client', '/jwt'].flatMap((path) => Object.keys(security(path)?.[0] ?? {}));
    expect(Object.keys(securitySchemes)).toEqual(named);
  });
});
