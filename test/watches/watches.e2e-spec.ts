import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WatchListeners, type WatchEvent } from '../../src/watches/watch.listeners.js';
import { WatchLooks } from '../../src/watches/watch.looks.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { keepWatch, type KeepingWatch } from '../harness/keeping-watch.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  // Nobody looks between two lines of a test.
  await app.nest.get(WatchLooks).stop();
});
afterAll(() => app.close());

let place: KeepingWatch;
beforeEach(async () => {
  place = await keepWatch(app);
});

const hour = 3_600_000;
const day = 24 * hour;
const today = Math.floor(Date.now() / day) * day;
/** Noon, so many days ago. */
const ago = (days: number): Date => new Date(today - days * day + 12 * hour);
const midnight = (days: number): string => new Date(today - days * day).toISOString();

async function watched(id: string): Promise<Answer['body']> {
  return (await place.send(`/v1/watches/${id}`)).body;
}

describe('POST /v1/watches', () => {
  it('201 with what it asks, as it was understood', async () => {
    await place.thumbs(ago(1), 1, 2);
    const wanted = { name: 'w', kind: 'target', instrument: 'S', target: 0.8, filters: { language: 'zh_cn', bot: '' } };
    const { status, body } = await place.send('/v1/watches', wanted);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: 'w',
      kind: 'target',
      source: 'survey',
      instrument: 'S',
      scale: 'thumb',
      metric: 'share',
      target: 0.8,
      direction: 'below',
      step: 'day',
      tz: 'UTC',
      weekdays: null,
      state: 'quiet',
      filters: { channel: null, language: 'zh-CN', bot: '', version: null },
      raised: null,
      from: midnight(-1),
      lookedUntil: midnight(-1),
      createdAt: expect.any(String),
      updatedAt: body.createdAt,
    });
    expect(await watched(body.id)).toEqual(body);
  });

  it('begins with a whole step by the clock of its zone', async () => {
    const berlin = await place.watch({ tz: 'Europe/Berlin', from: '2026-03-10T12:00:00Z', step: 'week' });
    expect(berlin.from).toBe('2026-03-15T23:00:00.000Z');
    expect((await place.watch({ tz: 'Europe/Berlin', from: '2026-03-10' })).from).toBe('2026-03-09T23:00:00.000Z');
  });

  it.each([
    [{ kind: 'target' }, '/target'],
    [{ kind: 'target', target: 1.1 }, '/target'],
    [{ kind: 'change', target: 0.5 }, '/target'],
    [{ kind: 'change', direction: 'above' }, '/direction'],
    [{ metric: 'nps' }, '/metric'],
    [{ scale: 'choice' }, '/scale'],
    [{ scale: 'text' }, '/scale'],
    [{ instrument: 'never heard of', source: undefined }, '/source'],
    [{ from: '2999-01-01' }, '/from'],
    [{ from: '1999-01-01' }, '/from'],
    [{ tz: 'Mars' }, '/tz'],
    [{ step: 'hour' }, '/step'],
    [{ filters: { reason: 'x' } }, '/filters/reason'],
  ])('422 with %j', async (wrong, pointer) => {
    const right = { name: 'w', kind: 'change', source: 'survey', instrument: 'S', scale: 'thumb' };
    const { status, body } = await place.send('/v1/watches', { ...right, ...wrong });
    expect([status, body.errors?.[0].pointer]).toEqual([422, pointer]);
  });

  it('409 with the 201st of a workspace', async () => {
    const { id } = await place.watch();
    await app.query(
      `insert into watch select (jsonb_populate_record(w, jsonb_build_object('id', gen_random_uuid()))).*
       from watch w, generate_series(1, 199) where w.id = $1`,
      [id],
    );
    const asked = { name: 'w', kind: 'change', source: 'survey', instrument: 'S', scale: 'thumb' };
    expect(await place.send('/v1/watches', asked)).toMatchObject({ status: 409, body: { code: 'too_many_watches' } });
    await place.send(`/v1/watches/${id}`, undefined, 'DELETE');
    expect((await place.send('/v1/watches', asked)).status).toBe(201);
  });

  it('says whether the score has followed the weekday', async () => {
    for (let days = 1; days < 90; days++) {
      const isWeekend = [0, 6].includes(ago(days).getUTCDay());
      await place.thumbs(ago(days), isWeekend ? 1 : 5, 6);
      await place.thumbs(ago(days), 4, 6, { instrument: 'Even' });
    }
    expect((await place.watch()).weekdays).toMatchObject({ n: 534, follows: true });
    expect((await place.watch({ instrument: 'Even' })).weekdays).toMatchObject({ n: 534, p: 1, follows: false });
    expect((await place.watch({ step: 'week' })).weekdays).toBeNull();
  });

  it('403 without the scope admin, which reading does not need', async () => {
    const { id } = await place.watch();
    const asked = { name: 'w', kind: 'change', source: 'survey', instrument: 'S', scale: 'thumb' };
    expect((await call(app, '/v1/watches', { key: place.key, body: asked })).status).toBe(403);
    for (const path of ['/v1/watches', `/v1/watches/${id}`, `/v1/watches/${id}/history`])
      expect((await call(app, path, { key: place.key })).status).toBe(200);
  });
});

describe('a watch of the kind change', () => {
  /** 20 thumbs a day for 60 days, 80 % of them up, then 20 days of which 40 % are up. */
  async function fall(): Promise<void> {
    for (let days = 80; days > 20; days--) await place.thumbs(ago(days), 16, 20);
    for (let days = 20; days > 0; days--) await place.thumbs(ago(days), 8, 20);
  }

  it('is raised by a fall, and tells since when and how much', async () => {
    await fall();
    const { id } = await place.watch({ from: midnight(80) });
    await place.look();
    const { state, raised, lookedUntil } = await watched(id);
    expect(state).toBe('raised');
    expect(raised.since).toBe(midnight(20));
    expect(raised.before).toEqual({ n: 1_200, estimate: 0.8 });
    expect(raised.after.estimate).toBe(0.4);
    expect((today - Date.parse(raised.at)) / day).toBeGreaterThan(5);
    expect(lookedUntil).toBe(midnight(0));
  });

  it('is settled 28 days after its alarm', async () => {
    for (let days = 100; days > 60; days--) await place.thumbs(ago(days), 16, 20);
    for (let days = 60; days > 0; days--) await place.thumbs(ago(days), 6, 20);
    const { id } = await place.watch({ from: midnight(100) });
    await place.look();
    const history = await place.historyOf(id);
    const events = history.filter(({ event }) => event !== null);
    expect(events.map(({ event, state }) => [event, state])).toEqual([
      ['raised', 'raised'],
      ['settled', 'settled'],
    ]);
    expect(Date.parse(events[1].step.to) - Date.parse(events[0].step.to)).toBe(28 * day);
    expect(await watched(id)).toMatchObject({ state: 'settled', raised: events[0].raised });
  });

  it('says nothing of a score that stays', async () => {
    for (let days = 60; days > 0; days--) await place.thumbs(ago(days), 15 + (days % 3), 20);
    const { id } = await place.watch({ from: midnight(60) });
    expect(await place.look()).toBe(60);
    expect((await watched(id)).state).toBe('quiet');
  });
});

describe('a watch of the kind target', () => {
  it('is raised once the score lies beyond, and settled once it is known to be on the good side', async () => {
    for (let days = 60; days > 30; days--) await place.thumbs(ago(days), 10, 20);
    for (let days = 30; days > 0; days--) await place.thumbs(ago(days), 19, 20);
    const { id } = await place.watch({ kind: 'target', target: 0.8, from: midnight(60) });
    await place.look();
    const events = (await place.historyOf(id)).filter(({ event }) => event !== null);
    expect(events.map(({ event }) => event)).toEqual(['raised', 'settled']);
    expect(events[0].raised).toMatchObject({ since: midnight(60), before: { n: 0, estimate: null } });
    expect(events[0].raised.after.estimate).toBe(0.5);
    expect(Date.parse(events[1].step.from)).toBeGreaterThan(ago(30).getTime());
  });

  it('above: waits for a score that is too high', async () => {
    for (let days = 20; days > 0; days--) await place.thumbs(ago(days), 10, 20);
    const asked = { kind: 'target', from: midnight(20) };
    const ids = await Promise.all(
      [
        { target: 0.2, direction: 'above' },
        { target: 0.8, direction: 'above' },
        { target: 0.2, direction: 'below' },
      ].map(async (wanted) => (await place.watch({ ...asked, ...wanted })).id),
    );
    await place.look();
    const states = await Promise.all(ids.map(async (id) => (await watched(id)).state));
    expect(states).toEqual(['raised', 'quiet', 'quiet']);
  });
});

describe('a look', () => {
  it('takes the entries that were recorded in its step and count in it or the one before', async () => {
    const at = ago(2);
    await place.thumbs(at, 3, 4);
    await place.thumbs(at, 1, 1, { occurredAt: ago(3) });
    await place.thumbs(at, 2, 5, { occurredAt: ago(4) });
    await place.thumbs(ago(3), 1, 1);
    await place.thumbs(ago(1), 1, 1);
    const { id } = await place.watch({ from: midnight(2) });
    expect(await place.look()).toBe(2);
    expect(await place.historyOf(id)).toMatchObject([
      { number: 1, step: { from: midnight(2), to: midnight(1) }, n: 5, estimate: 0.8, late: 5, repeated: 0 },
      { number: 2, step: { from: midnight(1), to: midnight(0) }, n: 1, estimate: 1, late: 0 },
    ]);
  });

  it('takes the first answer of each known respondent', async () => {
    await place.thumbs(ago(1), 0, 1, { respondent: 'ann' });
    await place.thumbs(new Date(ago(1).getTime() + 1), 3, 3, { respondent: 'ann' });
    await place.thumbs(ago(1), 2, 2, { respondent: null });
    const { id } = await place.watch({ from: midnight(1) });
    await place.look();
    expect(await place.historyOf(id)).toMatchObject([{ n: 3, estimate: 2 / 3, repeated: 3 }]);
  });

  it.each([
    [{ channel: 'web' }, 2],
    [{ channel: '' }, 4],
    [{ language: 'ZH_cn' }, 3],
    [{ channel: 'web', version: '2' }, 1],
    [{ bot: 'none' }, 0],
  ])('takes the answers that fit %j', async (filters, n) => {
    await place.thumbs(ago(1), 1, 1, { channel: 'web', version: '1' });
    await place.thumbs(ago(1), 1, 1, { channel: 'web', version: '2' });
    await place.thumbs(ago(1), 1, 3, { language: 'zh-CN' });
    await place.thumbs(ago(1), 1, 1, {});
    await place.thumbs(ago(1), 1, 7, { instrument: 'other' });
    const { id } = await place.watch({ from: midnight(1), filters });
    await place.look();
    expect(await place.historyOf(id)).toMatchObject([{ n }]);
  });

  it('reads whether things were resolved, and net promoter scores', async () => {
    const members = { source: 'conversation', instrument: 'conversation', scale: 'rating', score: 4 } as const;
    await place.thumbs(ago(1), 0, 3, { ...members, resolved: true });
    await place.thumbs(ago(1), 0, 1, { ...members, resolved: false });
    await place.thumbs(ago(1), 0, 2, { ...members, resolved: null });
    for (const score of [0, 9, 10, 7]) await place.thumbs(ago(1), 0, 1, { scale: 'nps', score });
    const about = { source: 'conversation', instrument: 'conversation', scale: 'rating', from: midnight(1) };
    const resolved = await place.watch({ ...about, metric: 'resolved' });
    const mean = await place.watch(about);
    const nps = await place.watch({ scale: 'nps', from: midnight(1) });
    await place.look();
    expect(await place.historyOf(resolved.id)).toMatchObject([{ n: 4, estimate: 0.75 }]);
    expect(await place.historyOf(mean.id)).toMatchObject([{ n: 6, estimate: 4 }]);
    expect(await place.historyOf(nps.id)).toMatchObject([{ n: 4, estimate: 25 }]);
  });

  it('waits five minutes after the end of its step', async () => {
    const { id } = await place.watch({ from: midnight(1) });
    await app.query(`update watch set due_at = now() + interval '1 minute' where id = $1`, [id]);
    expect(await place.look()).toBe(0);
    const [due] = await app.query<{ late: number }>(
      `select extract(epoch from due_at - next_to)::int as late from watch where id = $1`,
      [(await place.watch({ from: midnight(1) })).id],
    );
    expect(due!.late).toBe(300);
  });

  it('is taken once, however many processes look, in the order of the steps', async () => {
    for (let days = 20; days > 0; days--) await place.thumbs(ago(days), 10, 20);
    const { id } = await place.watch({ from: midnight(20) });
    const beside = await startApp({}, { beside: app });
    await Promise.all(
      [app, beside, app, beside].map(async ({ nest }) => {
        for (let tries = 0; tries < 40; tries++) await nest.get(WatchLooks).lookAtNext(place.workspaceId);
      }),
    );
    await beside.close();
    const history = await place.historyOf(id);
    expect(history.map(({ number, step, n }) => [number, step.from, n])).toEqual(
      Array.from({ length: 20 }, (_, i) => [i + 1, midnight(20 - i), 20]),
    );
    expect(history.at(-1).followed).toMatchObject({ since: midnight(20), n: 400, estimate: 0.5 });
  });

  it('tells who must hear of it, in its own transaction', async () => {
    const told: WatchEvent[] = [];
    let isRefusing = true;
    app.nest.get(WatchListeners).add(async ({ db }, event) => {
      if (event.workspaceId !== place.workspaceId) return;
      if (isRefusing) throw new Error('not now');
      expect(db.isTransaction).toBe(true);
      told.push(event);
    });
    for (let days = 20; days > 0; days--) await place.thumbs(ago(days), 4, 20);
    const { id } = await place.watch({ kind: 'target', target: 0.8, from: midnight(20) });
    await expect(place.look()).rejects.toThrow('not now');
    const before = await place.historyOf(id);
    expect(before.every(({ event }) => event === null)).toBe(true);
    isRefusing = false;
    await place.look();
    expect(told).toMatchObject([
      {
        type: 'watch.raised',
        data: { id, state: 'raised', item: { event: 'raised', raised: { since: midnight(20) } } },
      },
    ]);
    expect((await place.historyOf(id)).slice(0, before.length)).toEqual(before);
  });
});

describe('PATCH and DELETE /v1/watches/{id}', () => {
  it('settle by hand, which its history says; 409 where it is not raised', async () => {
    for (let days = 20; days > 0; days--) await place.thumbs(ago(days), 4, 20);
    const { id } = await place.watch({ kind: 'target', target: 0.8, from: midnight(20) });
    expect(await place.send(`/v1/watches/${id}`, { state: 'settled' }, 'PATCH')).toMatchObject({ status: 409 });
    await place.look();
    const { body } = await place.send(`/v1/watches/${id}`, { name: 'seen', state: 'settled' }, 'PATCH');
    expect(body).toMatchObject({ name: 'seen', state: 'settled', raised: { since: midnight(20) } });
    const history = await place.historyOf(id);
    expect(history).toHaveLength(21);
    expect(history.at(-1)).toMatchObject({ number: 21, step: null, event: 'settled', state: 'settled', n: 0 });
  });

  it('422 for anything that would change what is asked', async () => {
    const { id } = await place.watch();
    for (const body of [{ target: 0.5 }, { state: 'quiet' }, { instrument: 'T' }, { name: null }])
      expect((await place.send(`/v1/watches/${id}`, body, 'PATCH')).status).toBe(422);
  });

  it('end it, and leave its history', async () => {
    await place.thumbs(ago(1), 1, 2);
    const { id } = await place.watch({ from: midnight(1) });
    await place.look();
    const history = await place.historyOf(id);
    expect((await place.send(`/v1/watches/${id}`, undefined, 'DELETE')).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await place.send(`/v1/watches/${id}`, undefined, method)).status).toBe(404);
    expect((await place.send('/v1/watches')).body.data).toEqual([]);
    expect(await place.historyOf(id)).toEqual(history);
    expect(history).toHaveLength(1);
  });

  it('404 for the history of a watch of another workspace', async () => {
    const { id } = await place.watch();
    const stranger = await keepWatch(app);
    expect((await stranger.send(`/v1/watches/${id}/history`)).status).toBe(404);
  });
});

describe('GET /v1/watches', () => {
  it('has the newest first, by state and page by page', async () => {
    await place.thumbs(ago(1), 0, 200);
    for (const name of ['1', '2', '3']) await place.watch({ name });
    await place.watch({ name: 'raised', kind: 'target', target: 0.8, from: midnight(1) });
    await place.look();
    const names = async (query: string) => {
      const { body } = await place.send(`/v1/watches?${query}`);
      return { names: body.data.map(({ name }: { name: string }) => name), next: body.nextCursor };
    };
    expect((await names('state=raised')).names).toEqual(['raised']);
    const first = await names('limit=3');
    expect(first.names).toEqual(['raised', '3', '2']);
    expect((await names(`limit=3&cursor=${first.next}`)).names).toEqual(['1']);
  });
});
