import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';

const shop = 'https://shop.example';
const valid = { type: 'positive', messageId: 'm1' };
const corsFields = ({ headers }: Answer): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

let app: TestApp;
const preflight = (path: string, origin = shop, method = 'POST'): Promise<Answer> =>
  call(app, path, {
    method: 'OPTIONS',
    key: null,
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });

describe('without CORS_ORIGINS', () => {
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('OPTIONS is a method like the others', async () => {
    const answer = await preflight('/feedback');
    expect([answer.status, corsFields(answer)]).toEqual([405, []]);
    expect((await preflight('/nobody')).status).toBe(404);
  });

  it('no answer lets a page read it', async () => {
    const answer = await call(app, '/feedback', { body: valid, headers: { origin: shop } });
    expect([answer.status, corsFields(answer)]).toEqual([200, []]);
  });
});

describe('with a list of CORS_ORIGINS', () => {
  beforeAll(async () => {
    app = await startApp({
      CORS_ORIGINS: `${shop}, http://localhost:5173/, https://Bücher.example:443, https://*.shop.example, capacitor://localhost`,
    });
  });
  afterAll(() => app.close());

  it.each([
    '/feedback',
    '/feedback/',
    '/feedback?x=1',
    '/feedback/id',
    '/feedback/id/',
    '/v1/feedback',
    '/v1/feedback/',
    '/v1/questions',
    '/v1/questions/q1/answers',
  ])('a preflight of %s is answered without a credential', async (path) => {
    const { status, headers } = await preflight(path);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(shop);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('access-control-allow-headers')).toBe(
      'Authorization, Content-Type, Idempotency-Key, X-Request-Id',
    );
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('x-request-id')).toMatch(/^req_/);
  });

  it.each([
    'http://localhost:5173',
    'https://xn--bcher-kva.example',
    'https://eu.shop.example',
    'capacitor://localhost',
  ])('every origin of the list may, however it was written there: %s', async (origin) => {
    const answer = await preflight('/feedback', origin);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });

  it.each(['GET', 'DELETE'])('a page may %s a vote, which it takes back or looks at', async (method) => {
    const answer = await preflight('/feedback/id', shop, method);
    expect([answer.status, answer.headers.get('access-control-allow-methods')]).toEqual([
      204,
      expect.stringContaining(method),
    ]);
    const sent = await call(app, '/feedback/id', { method, headers: { origin: shop } });
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([404, shop]);
  });

  it.each(['GET', 'DELETE'])('a page may not %s what it may submit natively', async (method) => {
    const answer = await preflight('/v1/feedback', shop, method);
    expect([answer.status, corsFields(answer)]).toEqual([405, []]);
    const read = await call(app, '/v1/feedback', { method, headers: { origin: shop } });
    expect(corsFields(read)).toEqual([]);
  });

  it.each([
    'https://other.example',
    'https://shop.example.evil.example',
    'https://a.eu.shop.example',
    'http://shop.example',
    'null',
  ])('%s may not', async (origin) => {
    const answer = await preflight('/feedback', origin);
    expect([answer.status, corsFields(answer)]).toEqual([405, []]);
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  it.each([
    '/livez',
    '/readyz',
    '/',
    '/v1/feedback/id',
    '/v1/questionsx',
    '/v1.0/user/',
    '/feedbackx',
    '/feedback/id/x',
  ])('%s stays closed', async (path) => {
    const answer = await preflight(path);
    expect([404, 405]).toContain(answer.status);
    expect(corsFields(answer)).toEqual([]);
    expect(corsFields(await call(app, path, { headers: { origin: shop } }))).toEqual([]);
  });

  it('a page may read the answer and the fields that say how to go on', async () => {
    const { status, headers } = await call(app, '/feedback', { body: valid, headers: { origin: shop } });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(shop);
    expect(headers.get('access-control-expose-headers')).toBe(
      'X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed',
    );
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each([
    [400, { raw: '{' }],
    [401, { body: valid, key: null }],
    [405, { method: 'PATCH' }],
    [415, { raw: 'x', headers: { 'content-type': 'text/plain' } }],
    [422, { body: {} }],
  ])('a page may read a %i', async (status, options) => {
    const headers = { origin: shop, ...(options as { headers?: Record<string, string> }).headers };
    const answer = await call(app, '/feedback', { ...options, headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, shop]);
  });

  it('OPTIONS that is no preflight is a method like the others', async () => {
    expect((await call(app, '/feedback', { method: 'OPTIONS', headers: { origin: shop } })).status).toBe(405);
  });
});

describe('with CORS_ORIGINS=*', () => {
  beforeAll(async () => {
    app = await startApp({ CORS_ORIGINS: '*' });
  });
  afterAll(() => app.close());

  it('every origin may, and the answer does not depend on it', async () => {
    const answer = await preflight('/feedback', 'https://any.example');
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(answer.headers.get('vary')).toBeNull();
  });

  it('the other paths stay closed', async () => expect((await preflight('/livez')).status).toBe(405));
});
