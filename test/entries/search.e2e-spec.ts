import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Fills } from '#libs/persistence';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { defaultWorkspace, newKey, newWorkspace } from '../harness/clients.js';
import { upgraded } from '../harness/upgraded.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let key: string;
beforeEach(async () => {
  key = await newKey(app, { workspaceId: await newWorkspace(app), scopes: ['admin'] });
});

/** Submits natively; the answers are told apart by their externalId. */
async function say(externalId: string, body: object = {}): Promise<string> {
  const sent = { instrument: 'i', scale: 'thumb', score: 0, externalId, ...body };
  const answer = await call(app, '/v1/feedback', { body: sent, key });
  expect(answer.status).toBeLessThan(300);
  return answer.body.id;
}

const listed = (path: string, query: [string, string][], of = app, by = key): Promise<Answer> =>
  call(of, `/v1/${path}?${new URLSearchParams(query).toString()}`, { key: by });

/** Which answers a list has, sorted. */
async function found(query: Record<string, string | string[]>): Promise<string[]> {
  const { status, body } = await listed('feedback', pairs(query));
  expect({ status, body }).toMatchObject({ status: 200 });
  const file = await listed('feedback/export', [...pairs(query), ['format', 'ndjson']]);
  const names = body.data.map(({ externalId }: { externalId: string }) => externalId).toSorted();
  const lines: string[] = file.body.split('\n').filter(Boolean);
  expect(lines.map((line) => JSON.parse(line).externalId).toSorted()).toEqual(names);
  return names;
}
const pairs = (query: Record<string, string | string[]>): [string, string][] =>
  Object.entries(query).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value]));

describe('q', () => {
  beforeEach(async () => {
    await say('comment', { comment: 'Die STRASSE nach İstanbul' });
    await say('reason', { reasons: [{ label: 'slow', details: 'Ten minutes' }, { label: 'wrong' }] });
    await say('both', { comment: 'minutes', reasons: [{ label: 'slow', details: 'Straße' }] });
    await say('label', { reasons: [{ label: 'minutes' }] });
    await say('silent');
  });

  it.each([
    ['minute', ['both', 'reason']],
    ['TEN minutes', ['reason']],
    ['straße', ['both', 'comment']],
    ['Istanbul', ['comment']],
    ['  strasse \u00a0 MINUTES ', ['both']],
    ['nach Ten', []],
    ['%', []],
    ['_', []],
    [' ', ['both', 'comment', 'reason']],
  ])('%j finds every word of it, in comments and in the details of reasons, in any case', async (q, wanted) => {
    expect(await found({ q })).toEqual(wanted);
    const { body } = await listed('analytics/text', [['q', q]]);
    expect(body.data).toHaveLength(wanted.length);
  });

  it('finds what an answer says now', async () => {
    await say('comment', { comment: 'Nothing of the kind' });
    expect(await found({ q: 'strasse' })).toEqual(['both']);
    expect(await found({ q: 'kind' })).toEqual(['comment']);
  });

  it.each(['', 'x'.repeat(256)])('422 for %j', async (q) => {
    expect((await listed('feedback', [['q', q]])).status).toBe(422);
    expect((await listed('analytics/text', [['q', q]])).status).toBe(422);
  });
});

describe('words', () => {
  it('are those of reasons too, in /v1/analytics/text; hasComment asks for a comment', async () => {
    await say('details', { reasons: [{ label: 'slow', details: 'Ten minutes' }] });
    await say('label', { reasons: [{ label: 'slow' }, { label: 'dull', details: ' \u200b' }] });
    await say('comment', { comment: 'Well.' });
    await say('dot', { comment: '\u0307' });
    const { body } = await listed('analytics/text', []);
    expect(body.data.map(({ comment, reasons }: Answer['body']) => [comment, reasons])).toEqual([
      ['\u0307', null],
      ['Well.', null],
      [null, [{ label: 'slow', details: 'Ten minutes' }]],
    ]);
    expect(await found({ hasComment: 'true' })).toEqual(['comment', 'dot']);
  });
});

describe('reason', () => {
  it('finds answers with that label, any of several, and those without a reason', async () => {
    await say('one', { reasons: [{ label: 'slow' }] });
    await say('two', { reasons: [{ label: 'wrong' }, { label: 'slow', details: 'x' }] });
    await say('other', { reasons: [{ label: 'Slow' }] });
    await say('empty', { reasons: [] });
    await say('none', { comment: 'slow' });
    expect(await found({ reason: 'slow' })).toEqual(['one', 'two']);
    expect(await found({ reason: ['wrong', 'Slow'] })).toEqual(['other', 'two']);
    expect(await found({ reason: '' })).toEqual(['empty', 'none']);
    expect(await found({ reason: ['', 'wrong'] })).toEqual(['empty', 'none', 'two']);
    expect((await listed('analytics/text', [['reason', 'slow']])).body.data).toHaveLength(1);
  });
});

describe('band', () => {
  beforeEach(async () => {
    for (const score of [0, 5, 6, 7, 8, 9, 10]) await say(`nps${score}`, { scale: 'nps', score });
    for (const score of [1, 2, 3, 4, 5]) await say(`csat${score}`, { scale: 'csat', score, resolved: score > 2 });
    await say('down');
    await say('choice', { scale: 'choice', score: null, options: ['a'] });
  });

  it.each([
    [{ band: 'detractor' }, ['nps0', 'nps5', 'nps6']],
    [{ band: 'detractor', bands: 'kore' }, ['nps0', 'nps5']],
    [{ band: 'passive', bands: 'kore' }, ['nps6', 'nps7', 'nps8']],
    [{ band: 'dissatisfied' }, ['csat1', 'csat2']],
    [{ band: ['neutral', 'promoter'] }, ['csat3', 'nps10', 'nps9']],
    [{ band: 'negative' }, ['down']],
    [{ band: 'positive' }, []],
    [{ band: 'unresolved' }, ['csat1', 'csat2']],
    [{ band: 'resolved', scoreMax: '3' }, ['csat3']],
  ])('%j', async (query: Record<string, string | string[]>, wanted) => {
    expect(await found(query)).toEqual(wanted);
  });

  it('422 for a band that no scale has', async () => {
    for (const path of ['feedback', 'analytics/text']) expect((await listed(path, [['band', 'bad']])).status).toBe(422);
  });
});

describe('PATCH /v1/feedback/{id}', () => {
  const review = (id: string, body: object, by = key): Promise<Answer> =>
    call(app, `/v1/feedback/${id}`, { method: 'PATCH', body, key: by });

  it('200 with the entry, which says how far the team is, who said so and when', async () => {
    const id = await say('a', { comment: 'Hm.' });
    const { body: before } = await call(app, `/v1/feedback/${id}`, { key });
    expect(before).toMatchObject({ state: 'new', note: null, reviewedBy: null, reviewedAt: null });
    const { status, body } = await review(id, { state: 'seen', note: 'Asked her.' });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      state: 'seen',
      note: 'Asked her.',
      reviewedBy: expect.stringMatching(/^[0-9a-f-]{36}$/),
      reviewedAt: expect.any(String),
    });
    expect((await review(id, { state: 'done' })).body).toMatchObject({ state: 'done', note: 'Asked her.' });
    expect((await review(id, { note: null })).body).toMatchObject({ state: 'done', note: null });
    expect((await review(id, { state: 'new' })).body).toMatchObject({ state: 'new', reviewedAt: expect.any(String) });
  });

  it('200 for nothing, which changes nothing', async () => {
    const id = await say('a');
    expect((await review(id, {})).body).toMatchObject({ state: 'new', reviewedBy: null });
  });

  it('stays when the answer is sent again, the same or another, and is in what that answers', async () => {
    const id = await say('a');
    await review(id, { state: 'done', note: 'N' });
    for (const [status, comment] of [
      [200, undefined],
      [200, 'Other words'],
    ] as const) {
      const sent = { instrument: 'i', scale: 'thumb', score: 0, externalId: 'a', comment };
      const answer = await call(app, '/v1/feedback', { body: sent, key });
      expect([answer.status, answer.body.comment]).toEqual([status, comment ?? null]);
      expect(answer.body).toMatchObject({ state: 'done', note: 'N', reviewedBy: expect.any(String) });
    }
    expect((await call(app, `/v1/feedback/${id}`, { key })).body).toMatchObject({ state: 'done', note: 'N' });
  });

  it('is found by its state', async () => {
    await review(await say('seen'), { state: 'seen' });
    await review(await say('done'), { state: 'done' });
    await review(await say('again'), { state: 'new' });
    await say('new');
    expect(await found({ state: 'new' })).toEqual(['again', 'new']);
    expect(await found({ state: ['seen', 'new'] })).toEqual(['again', 'new', 'seen']);
    expect(await found({ state: 'done' })).toEqual(['done']);
    expect(await found({ state: ['seen', 'done'] })).toEqual(['done', 'seen']);
    expect((await listed('feedback', [['state', 'old']])).status).toBe(422);
  });

  it.each([{ state: 'old' }, { state: null }, { note: '' }, { note: 'x'.repeat(2_001) }, { score: 1 }])(
    '422 for %j',
    async (body) => {
      expect((await review(await say('a'), body)).status).toBe(422);
    },
  );

  it('404 for an entry of another workspace, or of none', async () => {
    const id = await say('a');
    const foreign = await newKey(app, { workspaceId: await newWorkspace(app), scopes: ['feedback:review'] });
    expect((await review(id, { state: 'done' }, foreign)).status).toBe(404);
    expect((await review('no-id', { state: 'done' })).status).toBe(404);
  });

  it('403 without the scope feedback:review', async () => {
    const reader = await newKey(app, { scopes: ['feedback:read', 'feedback:write'] });
    expect((await review(await say('a'), { state: 'done' }, reader)).status).toBe(403);
  });
});

/** As the release before left it. */
const earlier = `
  insert into feedback_entry (workspace_id, id, source, external_id, instrument, scale, score, comment, reasons, counted_at, occurred_at, recorded_at, updated_at)
  select '${defaultWorkspace}', gen_random_uuid(), 'native', name, 'S', 'thumb', 0, comment, reasons::json, at, at, at, at
  from (values ('comment', 'The STRASSE', null), ('reason', null, '[{"label":"slow","details":"Straße"}]'),
    ('label', null, '[{"label":"strasse","details":""}]'), ('blank', ' ', null), ('none', null, null)) as said (name, comment, reasons),
    (select now() as at) time`;

describe('what the release before stored', () => {
  let later: TestApp;
  beforeAll(async () => {
    later = await startApp({}, { beside: await upgraded('Migration0027Reviews', earlier) });
  });
  afterAll(() => later.close());

  it('is found once its words are filled, after the start', async () => {
    const names = async (query: [string, string][]) =>
      (await listed('feedback', query, later, adminKey)).body.data
        .map(({ externalId }: { externalId: string }) => externalId)
        .toSorted();
    await later.nest.get(Fills)['round'](new AbortController().signal);
    expect(await names([['q', 'straße']])).toEqual(['comment', 'reason']);
    expect((await listed('analytics/text', [], later, adminKey)).body.data).toHaveLength(2);
    // As they are until they are filled.
    await later.query('update feedback_entry set words = null');
    expect(await names([['q', 'THE strasse']])).toEqual(['comment']);
    expect(await names([['q', 'straße']])).toEqual(['comment']);
    expect((await listed('analytics/text', [], later, adminKey)).body.data).toHaveLength(2);
  });
});
