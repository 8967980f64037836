import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { ScoreFolder } from '../../src/counting/folder.js';
import type { NewEntry } from '../../src/feedback/submission.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential } from '../harness/credential.js';
import { newSurveyed, type Surveyed, times } from '../harness/surveyed.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

// A workspace of its own for each test.
let place: Surveyed;
beforeEach(async () => {
  place = await newSurveyed(app);
});
const ask: Surveyed['ask'] = (...asked) => place.ask(...asked);

const noon = '2026-03-10T12:00:00Z';
const march = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

/** Stores as many entries as `count` says. */
function record(count: number, members: Partial<NewEntry>, at = noon): Promise<void> {
  return place.record(...times(count, { occurredAt: new Date(at), ...members }));
}

/** Stores as many entries with each score as it says, on the scale that it names. */
async function recordScores(counts: Partial<Record<string, Record<number, number>>>, at = noon): Promise<void> {
  for (const [scale, scores] of Object.entries(counts))
    for (const [score, count] of Object.entries(scores!))
      await record(count, { scale: scale as NewEntry['scale'], score: Number(score) }, at);
}

async function summary(query: Record<string, string> = {}): Promise<Answer['body']> {
  const { status, body } = await ask('summary', { ...march, ...query });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

async function buckets(query: Record<string, string>): Promise<Answer['body'][]> {
  const { status, body } = await ask('timeline', query);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.buckets;
}

const rounded = ({ low, high }: { low: number; high: number }) => `${low.toFixed(6)}..${high.toFixed(6)}`;

describe('GET /v1/analytics/summary', () => {
  it.each([
    [0, 10, '0.000000..0.277533'],
    [8, 10, '0.490162..0.943318'],
    [10, 10, '0.722467..1.000000'],
    [1, 1, '0.206549..1.000000'],
    [83, 100, '0.744520..0.891064'],
    [830, 1000, '0.805466..0.852008'],
  ])('%i of %i thumbs up are %s (Wilson)', async (up, n, interval) => {
    await record(up, { scale: 'thumb', score: 1 });
    await record(n - up, { scale: 'thumb', score: 0 });
    const body = await summary();
    expect(body).toMatchObject({
      n,
      estimate: up / n,
      ci: { level: 0.95, method: 'wilson-once' },
      sufficient: n >= 10,
    });
    expect(rounded(body.ci)).toBe(interval);
  });

  it.each([
    [50, 30, 20, 30, '13.843..44.686'],
    [3, 1, 1, 40, '-63.013..94.632'],
    [5, 0, 0, 100, '-18.940..100.000'],
    [0, 0, 10, -100, '-100.000..-43.183'],
    [500, 300, 200, 30, '25.083..34.771'],
  ])('%i promoters, %i passives and %i detractors are an NPS of %i, %s', async (p, passive, d, estimate, interval) => {
    await record(p, { scale: 'nps', score: 9 });
    await record(passive, { scale: 'nps', score: 7 });
    await record(d, { scale: 'nps', score: 6 });
    const { ci, ...body } = await summary();
    expect(body).toMatchObject({ metric: 'nps', n: p + passive + d });
    expect(body.estimate).toBeCloseTo(estimate, 9);
    expect(`${ci.low.toFixed(3)}..${ci.high.toFixed(3)}`).toBe(interval);
  });

  it('says everything that it knows of a score', async () => {
    await record(3, { score: 5 });
    await record(1, { score: 1 });
    const body = await summary();
    const unknown = { estimate: null, ci: null, verdict: 'too few answers' };
    expect(body).toEqual({
      source: 'survey',
      instrument: 'S',
      label: null,
      scale: 'csat',
      metric: 'share',
      range: { low: 0, high: 1 },
      tz: 'UTC',
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-04-01T00:00:00.000Z',
      n: 4,
      estimate: 0.75,
      ci: { low: expect.any(Number), high: expect.any(Number), level: 0.95, method: 'wilson-once' },
      sufficient: false,
      distribution: [
        { score: 1, count: 1, share: 0.25 },
        { score: 2, count: 0, share: 0 },
        { score: 3, count: 0, share: 0 },
        { score: 4, count: 0, share: 0 },
        { score: 5, count: 3, share: 0.75 },
      ],
      bands: [
        {
          name: 'satisfied',
          scores: { low: 4, high: 5 },
          count: 3,
          share: 0.75,
          ci: expect.objectContaining({ method: 'wilson-once' }),
          change: unknown,
        },
        {
          name: 'neutral',
          scores: { low: 3, high: 3 },
          count: 0,
          share: 0,
          ci: expect.objectContaining({ low: 0 }),
          change: unknown,
        },
        {
          name: 'dissatisfied',
          scores: { low: 1, high: 2 },
          count: 1,
          share: 0.25,
          ci: expect.objectContaining({ method: 'wilson-once' }),
          change: unknown,
        },
      ],
      options: [],
      previous: expect.objectContaining({
        from: '2026-01-29T00:00:00.000Z',
        to: '2026-03-01T00:00:00.000Z',
        n: 0,
        estimate: null,
        ci: null,
        sufficient: false,
      }),
      change: unknown,
    });
  });

  it.each([
    ['higher', 56, 70, 48, 80, '0.052431..0.333873'],
    ['higher', 9, 10, 3, 10, '0.170523..0.809018'],
    ['lower', 3, 10, 9, 10, '-0.809018..-0.170523'],
    ['not distinguishable', 5, 10, 5, 10, undefined],
    ['too few answers', 9, 9, 0, 10, undefined],
  ])('is %s with %i of %i after %i of %i (Newcombe, Fisher)', async (verdict, up, n, upBefore, nBefore, interval) => {
    const before = '2026-02-28T23:59:59.999Z';
    await record(up, { score: 4 });
    await record(n - up, { score: 3 });
    await record(upBefore, { score: 5 }, before);
    await record(nBefore - upBefore, { score: 1 }, before);
    const { change, previous } = await summary();
    expect([change.verdict, previous.n]).toEqual([verdict, nBefore]);
    if (interval) expect(rounded(change.ci)).toBe(interval);
  });

  it.each([
    ['not distinguishable', [0, 20], [10, 190]],
    ['not distinguishable', [0, 11], [11, 0]],
    ['higher', [0, 20], [20, 0]],
  ])('is %s of the mean of answers that agree, with %j fours and fives after %j', async (verdict, now, before) => {
    const period = '2026-02-20T00:00:00Z';
    for (const score of [4, 5]) {
      await record(now[score - 4]!, { scale: 'rating', score });
      await record(before[score - 4]!, { scale: 'rating', score }, period);
    }
    const { ci, change } = await summary();
    expect(change).toMatchObject({ verdict, ci: { method: 'likelihood-once' } });
    expect(ci.low).toBeLessThan(ci.high);
  });

  it('has the change of each band, by its Newcombe interval', async () => {
    const before = '2026-02-10T00:00:00Z';
    await recordScores({ thumb: { 1: 56, 0: 14 } });
    await recordScores({ thumb: { 1: 48, 0: 32 } }, before);
    const { bands } = await summary();
    expect(bands.map(({ name, change }: Answer['body']) => [name, change.verdict, rounded(change.ci)])).toEqual([
      ['positive', 'higher', '0.052431..0.333873'],
      ['negative', 'lower', '-0.333873..-0.052431'],
    ]);
    expect(bands[1].change.estimate).toBeCloseTo(-0.2, 12);
  });

  it('asks more of a band that is one of three than of the score alone', async () => {
    await recordScores({ csat: { 5: 61, 3: 20, 1: 19 } });
    await recordScores({ csat: { 4: 45, 3: 27, 2: 28 } }, '2026-02-10T00:00:00Z');
    const { change, bands } = await summary();
    expect(change).toMatchObject({ verdict: 'higher', ci: { level: 0.95 } });
    expect(bands.map(({ change: { verdict } }: Answer['body']) => verdict)).toEqual(
      Array(3).fill('not distinguishable'),
    );
    expect(bands[0].change.estimate).toBe(change.estimate);
    expect(bands[0].change.ci.level).toBeCloseTo(1 - 0.05 / 3, 12);
    expect(bands[0].change.ci.low).toBeLessThan(0);
  });

  it('gives no band a verdict that rests on fewer than minN answers', async () => {
    await recordScores({ csat: { 5: 9 } });
    await recordScores({ csat: { 1: 20 } }, '2026-02-10T00:00:00Z');
    const verdicts = async (minN: string) =>
      (await summary({ minN })).bands.map(({ change }: Answer['body']) => change.verdict);
    expect(await verdicts('10')).toEqual(Array(3).fill('too few answers'));
    expect(await verdicts('9')).toEqual(['higher', 'not distinguishable', 'lower']);
  });

  it.each([
    ['csat', 'standard', { 1: 1, 2: 2, 3: 4, 4: 8, 5: 16 }],
    ['rating', 'standard', { 1: 1, 2: 2, 3: 4, 4: 8, 5: 16 }],
    ['thumb', 'standard', { 0: 3, 1: 4 }],
    ['nps', 'standard', { 0: 1, 5: 2, 6: 3, 7: 4, 8: 5, 9: 6, 10: 7 }],
    ['nps', 'kore', { 0: 1, 5: 2, 6: 3, 7: 4, 8: 5, 9: 6, 10: 7 }],
  ])('says of %s which scores each of the %s bands holds: those of the rows behind it', async (scale, set, scores) => {
    await recordScores({ [scale]: scores });
    const { bands } = await summary({ bands: set });
    const { key: reader } = await makeCredential(app, { workspace: place.workspaceId, scopes: ['feedback:read'] });
    for (const { name, count, scores } of bands) {
      const query = new URLSearchParams({ ...march, scoreMin: scores.low, scoreMax: scores.high }).toString();
      const { body } = await call(app, `/v1/feedback?${query}`, { key: reader });
      expect([name, body.data.length]).toEqual([name, count]);
    }
  });

  it.each([
    ['share', { low: 0, high: 1 }],
    ['nps', { low: -100, high: 100 }],
    ['mean', { low: 0, high: 10 }],
  ])('says between what the %s can lie: %j', async (metric, range) => {
    await recordScores({ nps: { 0: 1, 10: 1 } });
    const query = { ...march, metric, by: 'channel' };
    for (const path of ['summary', 'timeline', 'breakdown']) {
      const { by, ...scored } = query;
      const { body } = await ask(path, path === 'breakdown' ? { ...scored, by } : scored);
      expect({ path, range: body.range }).toEqual({ path, range });
    }
  });

  it('minN says how many answers a verdict needs', async () => {
    await record(9, { score: 5 });
    await record(10, { score: 1 }, '2026-02-20T00:00:00Z');
    expect(await summary({ minN: '9' })).toMatchObject({ sufficient: true, change: { verdict: 'higher' } });
    expect(await summary({ minN: '11' })).toMatchObject({ sufficient: false, previous: { sufficient: false } });
  });

  it('draws the line between detractors and passives where bands says', async () => {
    for (const score of [5, 6, 8, 9]) await record(1, { scale: 'nps', score });
    const counts = async (bands: string) =>
      (await summary({ bands })).bands.map(({ name, count }: { name: string; count: number }) => `${name} ${count}`);
    expect(await counts('standard')).toEqual(['promoter 1', 'passive 1', 'detractor 2']);
    expect(await counts('kore')).toEqual(['promoter 1', 'passive 2', 'detractor 1']);
    expect((await summary({ bands: 'kore' })).estimate).toBe(0);
  });

  it('has a mean, and no interval for one answer', async () => {
    await record(1, { scale: 'rating', score: 4 });
    expect(await summary()).toMatchObject({ metric: 'mean', n: 1, estimate: 4, ci: null });
    await record(1, { scale: 'rating', score: 2 });
    expect(await summary()).toMatchObject({
      n: 2,
      estimate: 3,
      ci: { method: 'likelihood-once', low: expect.closeTo(1, 9), high: expect.closeTo(5, 9) },
    });
    expect(await summary({ metric: 'share' })).toMatchObject({ metric: 'share', estimate: 0.5 });
  });

  it('has the share of what was resolved, of conversations only', async () => {
    const conversation = { source: 'conversation', instrument: 'conversation', scale: 'rating', score: 3 } as const;
    await record(3, { ...conversation, resolved: true });
    await record(1, { ...conversation, resolved: false });
    await record(2, { ...conversation, resolved: null });
    await record(10, { ...conversation, resolved: false }, '2026-02-10T00:00:00Z');
    const bands = [
      { name: 'resolved', scores: null, count: 3, change: { estimate: 0.75 } },
      { name: 'unresolved', scores: null, count: 1, change: { estimate: -0.75 } },
    ];
    expect(await summary({ metric: 'resolved' })).toMatchObject({ n: 4, estimate: 0.75, bands, distribution: [] });
    await record(1, {});
    expect((await ask('summary', { ...march, source: 'survey', metric: 'resolved' })).status).toBe(422);
  });

  it('has a share for each option of a choice, of answers and not of ticks', async () => {
    const choice = { source: 'question', instrument: '7', scale: 'choice', score: null } as const;
    await record(2, { ...choice, options: ['a', 'b'] });
    await record(2, { ...choice, options: ['a'] });
    const body = await summary();
    expect(body).toMatchObject({
      metric: 'options',
      n: 4,
      estimate: null,
      ci: null,
      range: null,
      bands: [],
      distribution: [],
      change: null,
    });
    const change = { estimate: null, ci: null, verdict: 'too few answers' };
    expect(body.options).toEqual([
      { name: 'a', rest: false, count: 4, share: 1, ci: expect.objectContaining({ high: 1 }), change },
      { name: 'b', rest: false, count: 2, share: 0.5, ci: expect.objectContaining({ method: 'wilson-once' }), change },
    ]);
  });

  it('has the change of each option, of one that nobody ticked before too', async () => {
    const choice = { source: 'question', instrument: '7', scale: 'choice', score: null } as const;
    await record(12, { ...choice, options: ['a', 'b'] });
    await record(8, { ...choice, options: ['a'] });
    await record(20, { ...choice, options: ['a'] }, '2026-02-10T00:00:00Z');
    const { options } = await summary();
    expect(options).toMatchObject([
      { name: 'a', change: { estimate: 0, verdict: 'not distinguishable' } },
      { name: 'b', change: { estimate: 0.6, verdict: 'higher' } },
    ]);
  });

  it('counts what fits every filter', async () => {
    await record(1, { channel: 'web', language: 'zh_cn', bot: 'b1' });
    await record(2, { channel: 'web', language: 'en' });
    await record(4, { channel: null, language: null });
    const n = async (query: Record<string, string>) => (await summary(query)).n;
    for (const fold of [false, true]) {
      if (fold) await app.nest.get(ScoreFolder).fold(place.workspaceId);
      expect(await n({})).toBe(7);
      expect(await n({ channel: 'web' })).toBe(3);
      expect(await n({ language: 'zh-CN' })).toBe(1);
      expect(await n({ language: 'ZH_cn' })).toBe(1);
      expect(await n({ channel: 'web', language: 'en' })).toBe(2);
      expect(await n({ channel: 'web', language: 'en', bot: 'b1' })).toBe(0);
      expect(await n({ channel: '' })).toBe(4);
      expect(await n({ bot: 'b1' })).toBe(1);
      expect(await n({ channel: 'unheard of' })).toBe(0);
    }
  });

  it('rounds from down and to up to a quarter of an hour, and says so', async () => {
    await record(1, {}, '2026-03-10T12:00:00Z');
    await record(1, {}, '2026-03-10T12:29:59.999Z');
    await record(1, {}, '2026-03-10T11:59:59.999Z');
    await record(1, {}, '2026-03-10T12:30:00Z');
    const period = { from: '2026-03-10T13:14:59+01:00', to: '2026-03-10T12:15:00.001Z' };
    expect(await summary(period)).toMatchObject({
      n: 2,
      from: '2026-03-10T12:00:00.000Z',
      to: '2026-03-10T12:30:00.000Z',
    });
  });

  it('covers the last 30 days by default, what was recorded this moment included', async () => {
    await record(1, { occurredAt: null });
    const { body } = await ask('summary');
    expect([body.n, Date.parse(body.to) - Date.parse(body.from)]).toEqual([1, 30 * 86_400_000]);
  });

  it('counts what is said to come from the future when it was recorded, and what was said before then', async () => {
    const { key: writer } = await makeCredential(app, { workspace: place.workspaceId, scopes: ['admin'] });
    const said = async (createdAt: string) => {
      const body = { type: 'positive', messageId: 'm', createdAt };
      expect((await call(app, '/feedback', { key: writer, body })).status).toBe(200);
    };
    await said('9999-12-31T23:59:59Z');
    await said(noon);
    expect((await ask('summary')).body.n).toBe(1);
    expect(await summary()).toMatchObject({ source: 'message', n: 1 });
    expect((await summary({ from: '9000-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' })).n).toBe(0);
  });

  it('takes the whole of the calendar', async () => {
    await record(1, {});
    const forEver = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' };
    expect(await summary(forEver)).toMatchObject({ n: 1, previous: { n: 0 } });
  });

  it('shows another workspace none of it', async () => {
    await record(3, {});
    const elsewhere = await newSurveyed(app);
    const { status, body } = await elsewhere.ask('summary', {
      ...march,
      source: 'survey',
      instrument: 'S',
      scale: 'csat',
    });
    expect({ status, n: body.n }).toEqual({ status: 200, n: 0 });
  });
});

describe('what the filters leave', () => {
  it('422 that lists the candidates where it is more than one', async () => {
    await record(1, {});
    await record(1, { instrument: 'T' });
    await record(1, { instrument: 'T', scale: 'nps', score: 9 });
    await record(1, { source: 'message', instrument: 'message', scale: 'thumb', score: 1 });
    const faults = async (query: Record<string, string>) => {
      const { status, body } = await ask('summary', query);
      return status === 422 ? body.errors.map(({ detail }: { detail: string }) => detail) : status;
    };
    expect(await faults({})).toEqual([
      'source must be one of "message", "survey"',
      'instrument must be one of "message", "S", "T"',
      'scale must be one of "thumb", "csat", "nps"',
    ]);
    expect(await faults({ instrument: 'T' })).toEqual(['scale must be one of "csat", "nps"']);
    expect(await faults({ source: 'survey', scale: 'csat' })).toEqual(['instrument must be one of "S", "T"']);
    expect(await faults({ scale: 'nps' })).toBe(200);
  });

  it('422 lists twenty of them, and how many more there are', async () => {
    for (let n = 10; n < 35; n++) await record(1, { instrument: `${'i'.repeat(250)}${n}` });
    const { status, body } = await ask('summary');
    const listed = Array.from({ length: 20 }, (_, n) => JSON.stringify(`${'i'.repeat(250)}${n + 10}`));
    expect({ status, detail: body.detail }).toEqual({
      status: 422,
      detail: `instrument must be one of ${listed.join(', ')} or 5 more`,
    });
  });

  it('goes by channel, language and bot too, in the journal and out of it', async () => {
    await record(1, { channel: 'web', language: 'en' });
    await record(1, { instrument: 'T', channel: 'web', language: 'de' });
    await record(1, { instrument: 'U', bot: 'b' });
    const left = async (query: Record<string, string>) => {
      const { status, body } = await ask('summary', { ...march, ...query });
      return status === 200 ? body.instrument : body.errors.map(({ detail }: { detail: string }) => detail);
    };
    const expectLeft = async (): Promise<void> => {
      expect(await left({})).toEqual(['instrument must be one of "S", "T", "U"']);
      expect(await left({ channel: 'web' })).toEqual(['instrument must be one of "S", "T"']);
      expect(await left({ channel: 'web', scale: 'csat' })).toEqual(['instrument must be one of "S", "T"']);
      expect(await left({ channel: '' })).toBe('U');
      expect(await left({ language: 'en' })).toBe('S');
      expect(await left({ channel: 'web', language: 'de' })).toBe('T');
      expect(await left({ bot: 'b' })).toBe('U');
    };
    await expectLeft();
    await app.nest.get(ScoreFolder).fold(place.workspaceId);
    await expectLeft();
  });

  it('forgets what was deleted', async () => {
    await record(1, {});
    await record(1, { instrument: 'T', respondent: 'Ann' });
    await call(app, '/v1/respondents/Ann', {
      method: 'DELETE',
      key: (await makeCredential(app, { workspace: place.workspaceId, scopes: ['admin'] })).key,
    });
    expect(await summary()).toMatchObject({ instrument: 'S', n: 1 });
  });

  it('422 where nothing says which scale, and no answers where something does', async () => {
    expect((await ask('summary', { instrument: 'S' })).body.errors[0].pointer).toBe('/scale');
    expect(await summary({ scale: 'nps' })).toMatchObject({
      n: 0,
      estimate: null,
      ci: null,
      source: null,
      instrument: null,
    });
  });

  it.each([
    ['summary', 'metric=median'],
    ['summary', 'scale=thumb&metric=nps'],
    ['summary', 'scale=text'],
    ['summary', 'scale=nps&bands=mine'],
    ['summary', 'scale=nps&minN=0'],
    ['summary', 'scale=nps&tz=Etc/Unknown'],
    ['summary', 'scale=nps&tz=Mars/Olympus'],
    ['summary', 'scale=nps&from=yesterday'],
    ['summary', 'scale=nps&from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z'],
    ['summary', 'scale=nps&channel=a&channel=b'],
    ['summary', 'scale=nps&colour=blue'],
    ['summary', 'scale=nps&instrument=%00'],
    ['timeline', 'scale=nps&interval=minute'],
    ['timeline', 'scale=nps&interval=hour&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'],
    ['breakdown', 'scale=nps'],
    ['breakdown', 'scale=nps&by=score'],
    ['instruments', 'scale=stars'],
    ['text', 'limit=0'],
    ['text', 'cursor=x'],
  ])('422 for %s?%s', async (path, query) => {
    const { status, body } = await call(app, `/v1/analytics/${path}?${query}`, { key: place.key });
    expect({ status, faults: body.errors?.length }).toEqual({ status: 422, faults: 1 });
  });
});

describe('GET /v1/analytics/timeline', () => {
  const starts = (list: Answer['body'][]) => list.map(({ from }) => from);

  it('has every day, empty ones included', async () => {
    await record(2, {}, '2026-03-01T00:00:00Z');
    await record(1, { score: 1 }, '2026-03-03T23:59:59.999Z');
    const found = await buckets({ from: '2026-03-01T00:00:00Z', to: '2026-03-04T00:00:00Z' });
    expect(found.map(({ n, estimate }) => [n, estimate])).toEqual([
      [2, 1],
      [0, null],
      [1, 0],
    ]);
    expect(found[1]).toMatchObject({
      from: '2026-03-02T00:00:00.000Z',
      to: '2026-03-03T00:00:00.000Z',
      ci: null,
      sufficient: false,
      bands: [{ share: null, ci: null }, { count: 0 }, {}],
    });
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['Africa/Cairo', '2026-04-24', 23],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Asia/Kathmandu', '2026-03-29', 24],
  ])('%s: the %s has %d hours', async (tz, date, hours) => {
    await record(1, {});
    const from = new Date(Date.parse(`${date}T00:00:00Z`) - 2 * 86_400_000).toISOString();
    const to = new Date(Date.parse(from) + 5 * 86_400_000).toISOString();
    const found = await buckets({ from, to, tz });
    const local = new Intl.DateTimeFormat('en-CA', { timeZone: tz, dateStyle: 'short' });
    const [day] = found.filter((bucket) => local.format(new Date(bucket.from)) === date);
    expect((Date.parse(day.to) - Date.parse(day.from)) / 3_600_000).toBe(hours);
    expect(local.format(new Date(Date.parse(day.from) - 1))).not.toBe(date);
    expect(local.format(new Date(day.to))).not.toBe(date);
  });

  it('counts by the wall clock: a quarter of an hour before midnight in Kathmandu is the day before', async () => {
    // 00:00 of the 10th is 18:15 UTC of the 9th.
    await record(1, {}, '2026-03-09T18:14:59.999Z');
    await record(2, {}, '2026-03-09T18:15:00Z');
    await record(4, {}, '2026-03-10T18:14:59.999Z');
    await record(8, {}, '2026-03-10T18:15:00Z');
    const query = { tz: 'Asia/Kathmandu', from: '2026-03-08T18:15:00Z', to: '2026-03-11T18:15:00Z' };
    for (const fold of [false, true]) {
      if (fold) await app.nest.get(ScoreFolder).fold(place.workspaceId);
      expect((await buckets(query)).map(({ n }) => n)).toEqual([1, 6, 8]);
      expect((await buckets({ ...query, bot: '', channel: '' })).map(({ n }) => n)).toEqual([1, 6, 8]);
    }
  });

  it('has an hour that comes twice two times, and none that is left out', async () => {
    await record(1, {});
    const autumn = await buckets({
      interval: 'hour',
      tz: 'Europe/Berlin',
      from: '2026-10-25T00:00:00+02:00',
      to: '2026-10-26T00:00:00+01:00',
    });
    expect(autumn).toHaveLength(25);
    const spring = await buckets({
      interval: 'hour',
      tz: 'Europe/Berlin',
      from: '2026-03-29T00:00:00+01:00',
      to: '2026-03-30T00:00:00+02:00',
    });
    expect(spring).toHaveLength(23);
    const half = await buckets({ interval: 'hour', tz: 'Asia/Kolkata', from: noon, to: '2026-03-10T14:00:00Z' });
    expect(starts(half)).toEqual(['2026-03-10T12:00:00.000Z', '2026-03-10T12:30:00.000Z', '2026-03-10T13:30:00.000Z']);
  });

  it('has weeks from Monday and months, cut off where the period is', async () => {
    await record(1, {});
    const period = { from: '2026-02-11T10:00:00Z', to: '2026-03-03T00:00:00Z', tz: 'Europe/Berlin' };
    expect(starts(await buckets({ ...period, interval: 'week' }))).toEqual([
      '2026-02-11T10:00:00.000Z',
      '2026-02-15T23:00:00.000Z',
      '2026-02-22T23:00:00.000Z',
      '2026-03-01T23:00:00.000Z',
    ]);
    const months = await buckets({ ...period, interval: 'month' });
    expect(months.map(({ from, to }) => [from, to])).toEqual([
      ['2026-02-11T10:00:00.000Z', '2026-02-28T23:00:00.000Z'],
      ['2026-02-28T23:00:00.000Z', '2026-03-03T00:00:00.000Z'],
    ]);
  });

  it('leaves out a day that was none', async () => {
    await record(1, {});
    const samoa = { tz: 'Pacific/Apia', from: '2011-12-29T10:00:00Z', to: '2012-01-01T10:00:00Z' };
    expect(starts(await buckets(samoa))).toEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });
});

describe('GET /v1/analytics/breakdown', () => {
  /** Without `from` the period slides, and what is said of it holds for one look. */
  const sliding = { to: march.to };

  it('compares each group with the rest, the most answers first', async () => {
    await record(60, { channel: 'web', score: 5 });
    await record(20, { channel: 'app', score: 1 });
    await record(20, { channel: 'app', score: 5 });
    await record(3, { score: 5 });
    const { status, body } = await ask('breakdown', { ...sliding, by: 'channel' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ by: 'channel', scale: 'csat', metric: 'share', instrument: 'S' });
    expect(
      body.groups.map(({ group, n, vsRest }: Answer['body']) => [group, n, vsRest.estimate.toFixed(3), vsRest.verdict]),
    ).toEqual([
      ['web', 60, '0.465', 'higher'],
      ['app', 40, '-0.500', 'lower'],
      ['', 3, '0.200', 'too few answers'],
    ]);
  });

  it('says what holds at every look where the beginning is fixed, and for one look where it slides', async () => {
    for (const [channel, up, n] of [
      ['web', 260, 300],
      ['app', 228, 300],
    ] as const) {
      await record(up, { channel, score: 5 });
      await record(n - up, { channel, score: 1 });
    }
    const asked = async (query: Record<string, string>) => {
      const { body } = await ask('breakdown', { ...query, by: 'channel' });
      return body.groups.flatMap(({ ci, vsRest }: Answer['body']) => [ci.method, vsRest.ci.method, vsRest.verdict]);
    };
    const once = ['wilson-once', 'newcombe-once'];
    expect(await asked(sliding)).toEqual([...once, expect.any(String), ...once, expect.any(String)]);
    const always = ['mixture-always', 'mixture-always', 'not distinguishable'];
    expect(await asked(march)).toEqual([...always, ...always]);
    expect(new Set((await asked(sliding)).filter((one: string) => !once.includes(one)))).toEqual(
      new Set(['higher', 'lower']),
    );
  });

  it('sees nothing in a single channel', async () => {
    await record(20, { channel: 'web' });
    const { body } = await ask('breakdown', { ...march, by: 'channel' });
    expect(body.groups).toMatchObject([
      { group: 'web', n: 20, vsRest: { estimate: null, verdict: 'too few answers' } },
    ]);
  });

  it('by instrument and source: of all that share a scale', async () => {
    await record(3, {});
    await record(2, { instrument: 'T' });
    await record(1, { source: 'message', instrument: 'T', scale: 'csat' });
    await record(9, { instrument: 'T', scale: 'nps' });
    const groups = async (query: Record<string, string>) =>
      (await ask('breakdown', { ...march, ...query })).body.groups?.map(({ source, group, n }: Answer['body']) => [
        source,
        group,
        n,
      ]);
    expect(await groups({ by: 'instrument', scale: 'csat' })).toEqual([
      ['survey', 'S', 3],
      ['survey', 'T', 2],
      ['message', 'T', 1],
    ]);
    expect(await groups({ by: 'source', scale: 'csat' })).toEqual([
      [null, 'survey', 5],
      [null, 'message', 1],
    ]);
    const { status, body } = await ask('breakdown', { ...march, by: 'instrument' });
    expect({ status, errors: body.errors }).toMatchObject({ status: 422, errors: [{ pointer: '/scale' }] });
  });

  it('asks more of a group that is one of many', async () => {
    const share = async (up: number, n: number, channel: string) => {
      await record(up, { channel, score: 5 });
      await record(n - up, { channel, score: 1 });
    };
    const verdicts = async () =>
      (await ask('breakdown', { ...sliding, by: 'channel' })).body.groups.map(
        ({ group, vsRest }: Answer['body']) => `${group} ${vsRest.verdict}`,
      );
    await share(52, 80, 'odd');
    await share(200, 400, 'usual');
    expect(await verdicts()).toEqual(['usual lower', 'odd higher']);
    // The same answers, but the others come through ten channels.
    await app.query(`delete from feedback_entry where workspace_id = $1 and channel = 'usual'`, [place.workspaceId]);
    for (let i = 0; i < 10; i++) await share(20, 40, `usual-${i}`);
    await app.nest.get(ScoreCounts).rebuild(place.workspaceId);
    expect(new Set((await verdicts()).map((verdict: string) => verdict.replace(/^\S+ /, '')))).toEqual(
      new Set(['not distinguishable']),
    );
  });

  it('has 100 channels and languages by their names, the rest in a group of its own; the entries keep theirs', async () => {
    const tags = Array.from({ length: 103 }, (_, i) => `${'abcdefghijk'[Math.floor(i / 10)]}a${'abcdefghij'[i % 10]}`);
    const occurredAt = new Date(noon);
    await place.record(...tags.map((tag) => ({ occurredAt, channel: `c-${tag}`, language: tag })));
    for (const by of ['channel', 'language']) {
      const { body } = await ask('breakdown', { ...march, by });
      expect(body.groups).toHaveLength(101);
      expect(body.groups[0]).toMatchObject({ group: 'other', rest: true, n: 3 });
    }
    const { key: reader } = await makeCredential(app, { workspace: place.workspaceId, scopes: ['feedback:read'] });
    const own = await Promise.all(
      tags.map((tag) => call(app, `/v1/feedback?channel=c-${tag}&language=${tag}`, { key: reader })),
    );
    expect(new Set(own.map(({ body }) => body.data.length))).toEqual(new Set([1]));
  });

  it('within other filters, and of options', async () => {
    const choice = { source: 'question', instrument: '7', scale: 'choice', score: null } as const;
    await record(2, { ...choice, options: ['a', 'b'], channel: 'web', language: 'en' });
    await record(1, { ...choice, options: ['b'], channel: 'app', language: 'en' });
    await record(1, { ...choice, options: ['b'], channel: 'app', language: 'de' });
    const { body } = await ask('breakdown', { ...march, by: 'channel', language: 'en' });
    expect(body.groups).toMatchObject([
      {
        group: 'web',
        n: 2,
        vsRest: null,
        options: [
          { name: 'a', count: 2 },
          { name: 'b', count: 2 },
        ],
      },
      { group: 'app', n: 1, vsRest: null, options: [{ name: 'b', count: 1 }] },
    ]);
  });
});

describe('GET /v1/analytics/instruments', () => {
  it('says what there is, whether it has been folded or not', async () => {
    await record(2, {}, '2026-03-01T12:34:00Z');
    await record(1, {}, '2026-03-05T00:00:00Z');
    await record(1, { source: 'question', instrument: '7', scale: 'text', score: null });
    const expected = [
      {
        source: 'survey',
        instrument: 'S',
        label: null,
        rest: false,
        scale: 'csat',
        metrics: ['share', 'mean'],
        range: { low: 1, high: 5 },
        n: 3,
        first: '2026-03-01T12:30:00.000Z',
        last: '2026-03-05T00:00:00.000Z',
      },
      {
        source: 'question',
        instrument: '7',
        label: null,
        rest: false,
        scale: 'text',
        metrics: [],
        range: null,
        n: 1,
        first: expect.any(String),
        last: expect.any(String),
      },
    ];
    expect((await ask('instruments')).body.data).toEqual(expected);
    await app.nest.get(ScoreFolder).fold(place.workspaceId);
    expect((await ask('instruments')).body.data).toEqual(expected);
    expect((await ask('instruments', { scale: 'text' })).body.data).toEqual([expected[1]]);
  });

  it.each([
    ['survey', 'thumb', ['share', 'mean'], { low: 0, high: 1 }],
    ['survey', 'csat', ['share', 'mean'], { low: 1, high: 5 }],
    ['survey', 'nps', ['nps', 'share', 'mean'], { low: 0, high: 10 }],
    ['question', 'rating', ['mean', 'share'], { low: 1, high: 5 }],
    ['conversation', 'rating', ['mean', 'share', 'resolved'], { low: 1, high: 5 }],
    ['question', 'choice', ['options'], null],
  ] as const)('says of a %s with the scale %s that it has the metrics %j', async (source, scale, metrics, range) => {
    const isChoice = scale === 'choice';
    await record(1, { source, scale, score: isChoice ? null : 1, options: isChoice ? ['a'] : null });
    expect((await ask('instruments')).body.data).toMatchObject([{ source, scale, metrics, range }]);
    const { from, to } = march;
    for (const metric of ['share', 'nps', 'mean', 'resolved', 'options']) {
      const { status } = await ask('summary', { from, to, metric });
      expect([metric, status]).toEqual([metric, (metrics as readonly string[]).includes(metric) ? 200 : 422]);
    }
  });

  it('says when the first and the last one were that are still there', async () => {
    const { key: admin } = await makeCredential(app, { workspace: place.workspaceId, scopes: ['admin'] });
    await record(1, { respondent: 'Ann' }, '2026-03-01T00:14:59.999Z');
    await record(1, {}, '2026-03-02T00:15:00Z');
    await record(1, {}, '2026-03-02T00:44:59.999Z');
    await record(1, { respondent: 'Ann' }, '2026-03-03T00:00:00Z');
    const found = async () => {
      const [{ n, first, last }] = (await ask('instruments')).body.data;
      return [n, first, last];
    };
    expect(await found()).toEqual([4, '2026-03-01T00:00:00.000Z', '2026-03-03T00:00:00.000Z']);
    await app.nest.get(ScoreFolder).fold(place.workspaceId);
    await call(app, '/v1/respondents/Ann', { method: 'DELETE', key: admin });
    await app.nest.get(ScoreFolder).settle(place.workspaceId);
    expect(await found()).toEqual([2, '2026-03-02T00:15:00.000Z', '2026-03-02T00:30:00.000Z']);
  });

  it('has 1,000 instruments by their names, the rest as one, while statistics know of few', async () => {
    await app.query('analyze');
    const occurredAt = new Date(noon);
    for (const part of [0, 1])
      await place.record(...Array.from({ length: 502 }, (_, i) => ({ occurredAt, instrument: `i${502 * part + i}` })));
    const { body } = await ask('instruments');
    expect(body.data).toHaveLength(1_001);
    expect(body.data[0]).toMatchObject({ instrument: 'other', rest: true, n: 4 });
  });
});

describe('GET /v1/analytics/text', () => {
  it('has the newest comments with their scores, page by page', async () => {
    for (const minute of [1, 2, 3])
      await record(1, { score: minute, comment: `${minute}`, language: 'zh_cn' }, `2026-03-10T12:0${minute}:00Z`);
    await record(1, { comment: '' });
    await record(1, { comment: null });
    await record(1, { comment: 'other', instrument: 'T' });
    const query = { ...march, instrument: 'S', language: 'zh-CN', limit: '2' };
    const { body } = await ask('text', query);
    expect(body).toMatchObject({ from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' });
    expect(body.data[0]).toEqual({
      id: expect.any(String),
      source: 'survey',
      instrument: 'S',
      label: null,
      scale: 'csat',
      score: 3,
      channel: null,
      language: 'zh_cn',
      bot: null,
      version: null,
      comment: '3',
      reasons: null,
      occurredAt: '2026-03-10T12:03:00.000Z',
      countedAt: '2026-03-10T12:03:00.000Z',
    });
    const next = await ask('text', { ...query, cursor: body.nextCursor });
    const comments = [...body.data, ...next.body.data].map(({ comment }: { comment: string }) => comment);
    expect([comments, next.body.nextCursor]).toEqual([['3', '2', '1'], null]);
  });

  it('loses none of those that were said at the same moment', async () => {
    for (const comment of ['a', 'b', 'c']) await record(1, { comment });
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await ask('text', { ...march, limit: '1', ...(cursor && { cursor }) });
      found.push(...body.data.map(({ comment }: { comment: string }) => comment));
      cursor = body.nextCursor;
    } while (cursor);
    expect(found.toSorted()).toEqual(['a', 'b', 'c']);
  });
});
