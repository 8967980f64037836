import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

const path = '/v1/workspaces';
const defaultWorkspace = '00000000-0000-7000-8000-000000000001';
let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

describe('POST /v1/workspaces', () => {
  it('201 with the workspace and its Location', async () => {
    const { status, headers, body } = await call(app, path, { body: { slug: 'acme', name: 'Acme Ltd.' } });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${path}/${body.id}`);
    expect(body).toEqual({ id: expect.any(String), slug: 'acme', name: 'Acme Ltd.', createdAt: expect.any(String) });
    expect((await call(app, headers.get('location')!)).body).toEqual(body);
  });

  it('409 for a slug in use', async () => {
    await makeWorkspace(app, 'taken');
    const { status, body } = await call(app, path, { body: { slug: 'taken', name: 'x' } });
    expect(status).toBe(409);
    expect(body).toMatchObject({ type: '/problems/slug-in-use', detail: 'the slug taken is in use' });
  });

  it.each(['', 'Acme', '-a', 'a-', 'a b', 'a'.repeat(64), 'ä', 'a\n', defaultWorkspace, 1, null, undefined])(
    '422 for the slug %p',
    async (slug) => {
      const { status, body } = await call(app, path, { body: { slug, name: 'x' } });
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ pointer: '/slug' }]);
    },
  );

  it.each(['', 'n'.repeat(256), 1, null, undefined, 'a\0'])('422 for the name %p', async (name) => {
    const { status, body } = await call(app, path, { body: { slug: 'unused', name } });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: '/name' }]);
  });

  it('422 for a member that is not known', async () => {
    const answer = await call(app, path, { body: { slug: 'unused', name: 'x', owner: 'y' } });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/owner' }] } });
  });

  it('403 without the scope instance, admin or not', async () => {
    const { key } = await makeCredential(app, { scopes: ['admin'] });
    expect(await call(app, path, { key, body: { slug: 'unused', name: 'x' } })).toMatchObject({ status: 403 });
  });
});

describe('GET /v1/workspaces', () => {
  it('lists them, newest first, a page at a time', async () => {
    for (const slug of ['one', 'two', 'three']) await makeWorkspace(app, slug);
    const first = await call(app, `${path}?limit=2`);
    expect(first.body.data.map(({ slug }: { slug: string }) => slug)).toEqual(['three', 'two']);
    const second = await call(app, `${path}?limit=200&cursor=${first.body.nextCursor}`);
    expect(second.body.data[0].slug).toBe('one');
    expect(second.body.data.at(-1).slug).toBe('default');
    expect(second.body.nextCursor).toBeNull();
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=x', 'cursor=WyJ4IiwieSJd', 'slug=acme'])(
    '422 for ?%s',
    async (query) => {
      expect(await call(app, `${path}?${query}`)).toMatchObject({ status: 422 });
    },
  );
});

describe('GET /v1/workspaces/{id}', () => {
  it.each(['00000000-0000-7000-8000-000000000002', 'acme', 'x'])('404 for %s', async (id) => {
    expect(await call(app, `${path}/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('PATCH /v1/workspaces/{id}', () => {
  it('200 and changes what is there, nothing else', async () => {
    const id = await makeWorkspace(app, 'before');
    const change = { method: 'PATCH', body: { slug: 'after' } };
    expect(await call(app, `${path}/${id}`, change)).toMatchObject({
      status: 200,
      body: { slug: 'after', name: 'before' },
    });
    expect((await call(app, `${path}/${id}`, { method: 'PATCH', body: { name: 'N' } })).body).toMatchObject({
      slug: 'after',
      name: 'N',
    });
    expect((await call(app, `${path}/${id}`, { method: 'PATCH', body: {} })).body).toMatchObject({
      slug: 'after',
      name: 'N',
    });
  });

  it('409 for a slug in use', async () => {
    const id = await makeWorkspace(app, 'renamed');
    const answer = await call(app, `${path}/${id}`, { method: 'PATCH', body: { slug: 'default' } });
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/slug-in-use' } });
  });

  it.each([{ slug: null }, { name: null }, { id: 'x' }])('422 for %j', async (body) => {
    const id = defaultWorkspace;
    expect(await call(app, `${path}/${id}`, { method: 'PATCH', body })).toMatchObject({ status: 422 });
  });

  it('404 where there is none', async () => {
    const answer = await call(app, `${path}/x`, { method: 'PATCH', body: { name: 'x' } });
    expect(answer).toMatchObject({ status: 404 });
  });
});
