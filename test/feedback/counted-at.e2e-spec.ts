import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

let app: TestApp;
let workspaceId: string;
let key: string;
let serial = 0;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  workspaceId = await makeWorkspace(app, `w${serial++}`);
  ({ key } = await makeCredential(app, { workspace: workspaceId, scopes: ['admin'] }));
});

const hour = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * hour).toISOString();
const message = (members: object): Promise<Answer> =>
  call(app, '/feedback', { key, body: { type: 'positive', messageId: 'm', details: 'words', ...members } });
const idsIn = ({ body }: Answer): string[] =>
  body.data.map(({ externalId, id }: Record<string, string>) => externalId ?? id);
const listed = async (query = ''): Promise<string[]> => idsIn(await call(app, `/v1/feedback?${query}`, { key }));
const counted = async (query: string): Promise<number> =>
  (await call(app, `/v1/analytics/summary?source=message&scale=thumb&${query}`, { key })).body.n;
const recent = `from=${ago(1)}&to=${ago(-1)}`;
const distant = 'from=2030-01-01T00:00:00Z&to=2032-01-01T00:00:00Z';

describe('an entry from 2031', () => {
  beforeEach(async () => {
    await message({ id: 'future', createdAt: '2031-06-01T00:00:00Z' });
    await message({ id: 'past', createdAt: '2026-01-01T00:00:00Z' });
    await message({ id: 'now' });
  });

  it('is counted and listed now by analytics and /v1/feedback alike', async () => {
    expect(await counted(recent)).toBe(2);
    expect(await listed(recent)).toEqual(['now', 'future']);
    const words = await call(app, `/v1/analytics/text?${recent}`, { key });
    const { body } = await call(app, `/v1/feedback?${recent}`, { key });
    expect(idsIn(words)).toEqual(body.data.map(({ id }: { id: string }) => id));
    expect(await counted(distant)).toBe(0);
    expect(await listed(distant)).toEqual([]);
    expect(idsIn(await call(app, `/v1/analytics/text?${distant}`, { key }))).toEqual([]);
  });

  it('is read back with the time that it was said to have', async () => {
    const { body } = await call(app, `/v1/feedback?${recent}`, { key });
    const { occurredAt, countedAt, recordedAt } = body.data[1];
    expect([occurredAt, countedAt]).toEqual(['2031-06-01T00:00:00.000Z', recordedAt]);
    const { body: own } = await call(app, '/feedback', { key });
    expect(own.positiveFeedback.map(({ id }: { id: string }) => id)).toEqual(['future', 'now', 'past']);
    expect(own.positiveFeedback[0].createdAt).toBe('2031-06-01T00:00:00.000Z');
  });

  it('stands where it counts on every page and in the file', async () => {
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await call(app, `/v1/feedback?limit=1${cursor && `&cursor=${cursor}`}`, { key });
      pages.push(...idsIn(answer));
      cursor = answer.body.nextCursor;
    }
    expect(pages).toEqual(['now', 'future', 'past']);
    const file = await call(app, '/v1/feedback/export?format=ndjson', { key });
    const lines = file.body
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line).externalId);
    expect(lines).toEqual(pages);
  });

  it('counts where it is moved to, and leaves nothing behind', async () => {
    await message({ id: 'future', createdAt: '2026-01-02T00:00:00Z' });
    expect(await counted(recent)).toBe(1);
    expect(await counted('from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z')).toBe(2);
    expect(await listed()).toEqual(['now', 'future', 'past']);
    await call(app, '/feedback/future', { key, method: 'DELETE' });
    expect((await app.nest.get(ScoreCounts).verify(workspaceId)).differences).toBe(0);
  });
});

describe('an update', () => {
  it('counts at its new time, but not later than the entry was first recorded', async () => {
    await message({ id: 'a', createdAt: ago(5) });
    await app.query(
      `update feedback_entry set recorded_at = recorded_at - interval '3 hours' where workspace_id = $1`,
      [workspaceId],
    );
    await message({ id: 'a', createdAt: ago(1) });
    const { body } = await call(app, '/v1/feedback', { key });
    const [{ countedAt, recordedAt, updatedAt }] = body.data;
    expect(countedAt).toBe(recordedAt);
    expect(Date.parse(updatedAt) - Date.parse(countedAt)).toBeGreaterThan(2.9 * hour);
    expect(await counted(`from=${ago(4)}&to=${ago(2)}`)).toBe(1);
    expect(await counted(recent)).toBe(0);
    expect((await app.nest.get(ScoreCounts).verify(workspaceId)).differences).toBe(0);
  });

  it('without a time keeps when it counts', async () => {
    await message({ id: 'a', createdAt: '2031-01-01T00:00:00Z' });
    const [before] = (await call(app, '/v1/feedback', { key })).body.data;
    await message({ id: 'a', type: 'negative' });
    const [after] = (await call(app, '/v1/feedback', { key })).body.data;
    expect(after).toMatchObject({ score: 0, occurredAt: before.occurredAt, countedAt: before.countedAt });
  });
});

describe('verify', () => {
  it('recounts entries at the time at which they count', async () => {
    await message({ id: 'a', createdAt: '2026-01-01T00:00:00Z' });
    const counts = app.nest.get(ScoreCounts);
    await app.query(`update feedback_entry set counted_at = recorded_at where workspace_id = $1`, [workspaceId]);
    expect((await counts.verify(workspaceId)).differences).toBeGreaterThan(0);
    await counts.rebuild(workspaceId);
    expect((await counts.verify(workspaceId)).differences).toBe(0);
    expect(await counted(recent)).toBe(1);
  });
});
