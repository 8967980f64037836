import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEntry } from '../../src/feedback/submission.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential } from '../harness/credential.js';
import { rounded } from '../harness/scores.arbitrary.js';
import { newSurveyed, type Surveyed, times } from '../harness/surveyed.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let place: Surveyed;
let admin: string;
beforeEach(async () => {
  place = await newSurveyed(app);
  ({ key: admin } = await makeCredential(app, { workspace: place.workspaceId, scopes: ['admin'] }));
});

const send = (path: string, body?: object, method?: string): Promise<Answer> =>
  call(app, path, { key: admin, ...(body && { body }), ...(method && { method }) });

async function made(body: object): Promise<Answer['body']> {
  const { status, body: release } = await send('/v1/releases', body);
  expect({ status, release }).toMatchObject({ status: 201 });
  return release;
}

/** So many of so many thumbs are up. */
async function thumbs(up: number, n: number, at: string, members: Partial<NewEntry> = {}): Promise<void> {
  const thumb = { scale: 'thumb', occurredAt: new Date(at), ...members } as const;
  await place.record(...times(up, { score: 1, ...thumb }), ...times(n - up, { score: 0, ...thumb }));
}

describe('POST /v1/releases', () => {
  it('201 with a mark at this moment', async () => {
    const release = await made({ name: 'Assistant 4', version: '4.0.0' });
    expect(release).toEqual({
      id: expect.any(String),
      name: 'Assistant 4',
      version: '4.0.0',
      bot: null,
      at: release.createdAt,
      retrospective: false,
      createdAt: expect.any(String),
      updatedAt: release.createdAt,
    });
    expect((await send(`/v1/releases/${release.id}`)).body).toEqual(release);
  });

  it('201 with one that is retrospective where it lies before its making', async () => {
    expect((await made({ name: 'r', at: '2026-01-01T00:00:00+01:00' })).retrospective).toBe(true);
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    expect(await made({ name: 'r', at: soon })).toMatchObject({ at: soon, retrospective: false });
  });

  it.each([{}, { name: '' }, { name: 'r', at: 'yesterday' }, { name: 'r', bot: '' }, { name: 'r', more: 1 }])(
    '422 with %j',
    async (body) => expect((await send('/v1/releases', body)).status).toBe(422),
  );

  it('403 without the scope admin, which reading does not need', async () => {
    expect((await call(app, '/v1/releases', { key: place.key, body: { name: 'r' } })).status).toBe(403);
    expect((await call(app, '/v1/releases', { key: place.key })).status).toBe(200);
  });
});

describe('GET /v1/releases', () => {
  it('has the latest first, page by page, of a period', async () => {
    for (const day of ['05', '03', '04']) await made({ name: day, at: `2026-02-${day}T00:00:00Z` });
    const names = async (query: string) => {
      const { body } = await send(`/v1/releases?${query}`);
      return { names: body.data.map(({ name }: { name: string }) => name), next: body.nextCursor };
    };
    const first = await names('limit=2');
    expect(first.names).toEqual(['05', '04']);
    expect(await names(`limit=2&cursor=${first.next}`)).toEqual({ names: ['03'], next: null });
    expect((await names('from=2026-02-04&to=2026-02-05')).names).toEqual(['04']);
    expect((await names('to=2026-02-05T00:00:00Z')).names).toEqual(['04', '03']);
  });
});

describe('PATCH /v1/releases/{id}', () => {
  it('200 with what was changed; one that is moved is retrospective', async () => {
    const { id, at } = await made({ name: 'r', version: '1', bot: 'b' });
    const path = `/v1/releases/${id}`;
    expect((await send(path, { bot: null, at }, 'PATCH')).body).toMatchObject({
      name: 'r',
      version: '1',
      bot: null,
      retrospective: false,
    });
    const later = new Date(Date.parse(at) + 1).toISOString();
    expect((await send(path, { at: later }, 'PATCH')).body).toMatchObject({ at: later, retrospective: true });
    expect((await send(path, { at }, 'PATCH')).body).toMatchObject({ at, retrospective: true });
  });
});

describe('DELETE /v1/releases/{id}', () => {
  it('204, and then 404', async () => {
    const { id } = await made({ name: 'r' });
    expect((await send(`/v1/releases/${id}`, undefined, 'DELETE')).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await send(`/v1/releases/${id}`, undefined, method)).status).toBe(404);
  });
});

describe('GET /v1/analytics/comparison?release=', () => {
  const at = '2026-03-01T00:00:00Z';
  const asked = { to: '2026-04-01T00:00:00Z' };

  it('compares what came since with the 90 days before, at every look', async () => {
    await thumbs(0, 5, '2025-11-30T23:00:00Z');
    await thumbs(48, 80, '2026-02-10T12:00:00Z');
    await thumbs(56, 70, '2026-03-10T12:00:00Z');
    const { id } = await made({ name: 'r', at });
    const { body } = await place.ask('comparison', { ...asked, release: id });
    expect(body.a).toMatchObject({ n: 80, from: '2025-12-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' });
    expect(body.b).toMatchObject({ n: 70, from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' });
    expect(rounded(body.change.ci)).toBe('-0.083939..0.461529');
    expect(body.change).toMatchObject({ verdict: 'not distinguishable', ci: { method: 'mixture-always' } });
  });

  it('begins with the first answer where there are fewer than 90 days', async () => {
    await thumbs(1, 2, '2026-02-10T12:07:00Z');
    const { id } = await made({ name: 'r', at });
    const { body } = await place.ask('comparison', { ...asked, release: id });
    expect(body.a).toMatchObject({ n: 2, from: '2026-02-10T12:00:00.000Z' });
    expect(body.b).toMatchObject({ n: 0, estimate: null });
  });

  it('takes the answers about the bot of the release on both sides', async () => {
    for (const bot of ['b1', 'b2']) {
      await thumbs(1, bot === 'b1' ? 2 : 4, '2026-02-10T12:00:00Z', { bot });
      await thumbs(1, bot === 'b1' ? 3 : 5, '2026-03-10T12:00:00Z', { bot });
    }
    const { id } = await made({ name: 'r', at, bot: 'b1' });
    const { body } = await place.ask('comparison', { ...asked, release: id });
    expect([body.a.n, body.a.bot, body.b.n, body.b.bot]).toEqual([2, 'b1', 3, 'b1']);
    const other = await place.ask('comparison', { ...asked, release: id, bot: 'b2' });
    expect([other.status, other.body.errors[0].pointer]).toEqual([422, '/bot']);
  });

  it.each([
    [{ release: 'unknown' }, '/release'],
    [{ release: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' }, '/release'],
    [{ a: 'channel=web' }, '/b'],
    [{ b: 'channel=web' }, '/a'],
  ])('422 for %j', async (query, pointer) => {
    await thumbs(1, 2, at);
    const { status, body } = await place.ask('comparison', query);
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('422 for a release beside sides of its own, and one of another workspace', async () => {
    await thumbs(1, 2, at);
    const { id } = await made({ name: 'r', at });
    const further: Record<string, string>[] = [{ a: 'channel=web' }, { from: '2026-01-01' }];
    for (const more of further) expect((await place.ask('comparison', { release: id, ...more })).status).toBe(422);
    const stranger = await newSurveyed(app);
    await stranger.record({});
    expect((await stranger.ask('comparison', { release: id })).status).toBe(422);
  });
});
