import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Call, call, startApp, type TestApp } from '../harness/app.js';
import { newKey, newWorkspace } from '../harness/clients.js';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

let app: TestApp;
let foreignKey: string;
beforeAll(async () => {
  app = await startApp();
  foreignKey = await newKey(app, { workspaceId: await newWorkspace(app) });
});
afterAll(() => app.close());

const bots = (options: Call): Promise<Answer> => call(app, '/v1/bots', options);
const bot = (id: string, options: Call = {}): Promise<Answer> => call(app, `/v1/bots/${id}`, options);
const create = async (body: object = {}, key?: string): Promise<Answer['body']> =>
  (await bots({ body: { name: 'Support', ...body }, key })).body;
const faultsOf = ({ body }: Answer): string[] => body.errors.map(({ pointer }: { pointer: string }) => pointer);

describe('POST /v1/bots', () => {
  it('201 with Location, and what was sent', async () => {
    const sent = { id: 'st-1', name: 'Support', orgId: 'o-1', accountId: 'a-1', userId: 'u-1' };
    const answer = await bots({ body: sent });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/v1/bots/st-1');
    expect(answer.body).toEqual({ ...sent, createdAt: expect.any(String), updatedAt: answer.body.createdAt });
    expect((await bot('st-1')).body).toEqual(answer.body);
  });

  it.each([{}, { id: null, orgId: null, accountId: null, userId: null }])(
    'makes once what is left out: %j',
    async (sent) => {
      const made = await create(sent);
      expect(made.id).toMatch(new RegExp(`^st-${uuid}$`));
      expect(made.orgId).toMatch(new RegExp(`^o-${uuid}$`));
      expect(made.accountId).toMatch(/^[0-9a-f]{24}$/);
      expect(made.userId).toMatch(new RegExp(`^u-${uuid}$`));
      expect((await bot(made.id)).body).toEqual(made);
    },
  );

  it('makes no two alike', async () => {
    const [one, other] = [await create(), await create()];
    for (const made of ['id', 'orgId', 'accountId', 'userId']) expect(one[made]).not.toBe(other[made]);
  });

  it('409 for an id that is in use, and changes nothing', async () => {
    const first = await create({ id: 'taken' });
    const answer = await bots({ body: { id: 'taken', name: 'Other' } });
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('/problems/bot-id-in-use');
    expect((await bot('taken')).body).toEqual(first);
  });

  it('201 for an id that is in use in another workspace', async () => {
    await create({ id: 'shared' });
    expect((await bots({ body: { id: 'shared', name: 'Theirs' }, key: foreignKey })).status).toBe(201);
    expect((await bot('shared')).body.name).toBe('Support');
  });

  it.each([
    ['no name', { name: undefined }, '/name'],
    ['a null name', { name: null }, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a name of 256 characters', { name: 'a'.repeat(256) }, '/name'],
    ['an empty id', { id: '' }, '/id'],
    ['an id with a slash', { id: 'a/b' }, '/id'],
    ['an id that a path swallows', { id: '..' }, '/id'],
    ['an id of 129 characters', { id: 'a'.repeat(129) }, '/id'],
    ['a number as id', { id: 7 }, '/id'],
    ['an empty orgId', { orgId: '' }, '/orgId'],
    ['an accountId of 256 characters', { accountId: 'a'.repeat(256) }, '/accountId'],
    ['a number as userId', { userId: 7 }, '/userId'],
    ['an unknown member', { color: 'red' }, '/color'],
    ['a NUL', { name: 'a\0' }, '/name'],
  ])('422 with %s', async (_, body, pointer) => {
    const answer = await bots({ body: { name: 'Support', ...body } });
    expect(answer.status).toBe(422);
    expect(faultsOf(answer)).toEqual([pointer]);
  });

  it('422 with every fault', async () => {
    const answer = await bots({ body: { id: '', name: '', orgId: '', accountId: '', userId: '' } });
    expect(faultsOf(answer)).toEqual(['/id', '/name', '/orgId', '/accountId', '/userId']);
  });

  it('one of twenty bots made at once with the same id', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => bots({ body: { id: 'race', name: 'Race' } })));
    const refused = answers.filter(({ status }) => status === 409);
    const made = answers.filter(({ status }) => status === 201);
    expect([made.length, refused.length]).toEqual([1, 19]);
  });
});

describe('GET /v1/bots', () => {
  it('the bots of the workspace and nobody else, newest first, page by page', async () => {
    const key = await newKey(app, { workspaceId: await newWorkspace(app) });
    const made = [];
    for (let index = 0; index < 5; index++) made.push(await create({ name: `Bot ${index}` }, key));
    await app.query(`update bot set created_at = $1 where id = any($2)`, [
      made[1].createdAt,
      made.slice(1, 4).map((one) => one.id),
    ]);
    const all = (await bots({ key })).body;
    expect(all.nextCursor).toBeNull();
    expect(all.data).toHaveLength(5);
    expect(all.data[0].id).toBe(made[4].id);
    expect(all.data[4].id).toBe(made[0].id);
    const paged = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer = await call(app, `/v1/bots?limit=2${cursor && `&cursor=${cursor}`}`, { key });
      paged.push(...page.body.data);
      cursor = page.body.nextCursor;
    }
    expect(paged).toEqual(all.data);
  });

  it.each([
    'limit=0',
    'limit=201',
    'cursor=x',
    `cursor=${Buffer.from('["a","b"]').toString('base64url')}`,
    'color=red',
  ])('422 with %s', async (query) => {
    expect((await call(app, `/v1/bots?${query}`)).status).toBe(422);
  });
});

describe('PATCH /v1/bots/{id}', () => {
  it('200 with what was sent changed, and the rest as it was', async () => {
    const before = await create({ orgId: 'o-1' });
    await app.query(`update bot set updated_at = updated_at - interval '1 s' where id = $1`, [before.id]);
    const { status, body } = await bot(before.id, { method: 'PATCH', body: { name: 'New', userId: 'u-new' } });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, name: 'New', userId: 'u-new', updatedAt: expect.any(String) });
    expect(body.updatedAt >= before.updatedAt).toBe(true);
    expect((await bot(before.id)).body).toEqual(body);
  });

  it.each([
    ['the id', { id: 'other' }, '/id'],
    ['a null name', { name: null }, '/name'],
    ['a null orgId', { orgId: null }, '/orgId'],
    ['an empty accountId', { accountId: '' }, '/accountId'],
    ['an empty userId', { userId: '' }, '/userId'],
  ])('422 with %s', async (_, body, pointer) => {
    const { id } = await create();
    const answer = await bot(id, { method: 'PATCH', body });
    expect(answer.status).toBe(422);
    expect(faultsOf(answer)).toEqual([pointer]);
  });
});

describe('DELETE /v1/bots/{id}', () => {
  it('204, and then it is gone', async () => {
    const { id } = await create();
    expect(await bot(id, { method: 'DELETE' })).toMatchObject({ status: 204, body: '' });
    expect((await bot(id)).status).toBe(404);
    expect((await bot(id, { method: 'DELETE' })).status).toBe(404);
  });

  it('leaves the bot of the same id in another workspace', async () => {
    await create({ id: 'twin' });
    await create({ id: 'twin' }, foreignKey);
    await bot('twin', { method: 'DELETE' });
    expect((await bot('twin', { key: foreignKey })).status).toBe(200);
  });
});

describe('who may', () => {
  it.each<[string, Call]>([
    ['GET', {}],
    ['PATCH', { body: { name: 'Mine now' } }],
    ['DELETE', {}],
  ])('%s: a foreign bot and none look the same', async (method, options) => {
    const { id } = await create();
    const foreign = await bot(id, { method, ...options, key: foreignKey });
    const none = await bot('none', { method, ...options, key: foreignKey });
    expect(foreign.status).toBe(404);
    const { requestId: _, instance: __, ...same } = foreign.body;
    expect(none.body).toMatchObject(same);
    expect((await bot(id)).status).toBe(200);
  });

  it('403 without the scope admin, on every operation', async () => {
    const { id } = await create();
    const key = await newKey(app, { scopes: ['feedback:write', 'feedback:read', 'questions:write'] });
    const answers = [
      await bots({ key }),
      await bots({ key, body: { name: 'Support' } }),
      await bot(id, { key }),
      await bot(id, { key, method: 'PATCH', body: { name: 'Mine now' } }),
      await bot(id, { key, method: 'DELETE' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });

  it('a key that is limited to bots sees, makes and touches only those', async () => {
    const { id: other } = await create();
    const key = await newKey(app, { bots: ['mine'] });
    expect((await bots({ key, body: { name: 'Any' } })).status).toBe(403);
    expect((await bots({ key, body: { id: 'mine', name: 'Mine' } })).status).toBe(201);
    expect((await bots({ key })).body.data.map(({ id }: { id: string }) => id)).toEqual(['mine']);
    expect((await bot('mine', { key })).status).toBe(200);
    expect((await bot(other, { key })).status).toBe(404);
    expect((await bot(other, { key, method: 'DELETE' })).status).toBe(404);
  });

  it('401 without a key', async () => {
    expect((await bots({ key: null })).status).toBe(401);
  });
});
