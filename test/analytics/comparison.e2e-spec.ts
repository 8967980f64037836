import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEntry } from '../../src/feedback/submission.js';
import { type Answer, startApp, type TestApp } from '../harness/app.js';
import { rounded } from '../harness/scores.arbitrary.js';
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

const before = '2026-02-10T12:07:00Z';
const after = '2026-03-10T12:00:00Z';
const march = '2026-03-01T00:00:00Z';
const split = { a: `to=${march}`, b: `from=${march}` };

function record(count: number, members: Partial<NewEntry>, at = after): Promise<void> {
  return place.record(...times(count, { scale: 'thumb', score: 1, occurredAt: new Date(at), ...members }));
}

/** So many of so many thumbs are up. */
async function thumbs(up: number, n: number, members: Partial<NewEntry>, at = after): Promise<void> {
  await record(up, members, at);
  await record(n - up, { score: 0, ...members }, at);
}

function ask(query: Record<string, string>): Promise<Answer> {
  return place.ask('comparison', query);
}

async function compared(query: Record<string, string>): Promise<Answer['body']> {
  const { status, body } = await ask(query);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

describe('GET /v1/analytics/comparison', () => {
  it.each([
    ['not distinguishable', 48, 80, 56, 70, '-0.083939..0.461529'],
    ['higher', 480, 800, 560, 700, '0.098879..0.298232'],
    ['lower', 560, 700, 480, 800, '-0.298232..-0.098879'],
    ['not distinguishable', 3, 10, 9, 10, '-0.104735..0.953570'],
    ['too few answers', 9, 9, 0, 10, undefined],
  ])('is %s with %i of %i and %i of %i, as often as one looks', async (verdict, up, n, upB, nB, interval) => {
    await thumbs(up, n, { channel: 'web' });
    await thumbs(upB, nB, { channel: 'app' });
    const { a, b, change } = await compared({ a: 'channel=web', b: 'channel=app' });
    expect([a.n, b.n, change.verdict]).toEqual([n, nB, verdict]);
    expect(change.estimate).toBeCloseTo(upB / nB - up / n, 12);
    expect([a.ci, a.bands[0].ci, b.ci, change.ci].map(({ method }) => method)).toEqual(Array(4).fill('mixture-always'));
    if (interval) expect(rounded(change.ci)).toBe(interval);
  });

  it('has the interval of a side that holds at any time', async () => {
    await record(45, { scale: 'rating', score: 5 });
    for (const [score, count] of [2, 3, 10, 40].entries()) await record(count, { scale: 'rating', score: score + 1 });
    const { a, b, change } = await compared({ a: `from=${march}`, b: `to=${march}` });
    expect(rounded(a.ci)).toBe('3.680336..4.580128');
    expect(b).toMatchObject({ n: 0, estimate: null, ci: null });
    expect(change).toEqual({ estimate: null, ci: null, verdict: 'too few answers' });
  });

  it('says what it compared, each side from its first answer on', async () => {
    await thumbs(1, 2, { channel: 'web', language: 'zh_cn' }, before);
    await thumbs(3, 3, { channel: 'web', language: 'en' });
    const to = '2026-04-01T00:00:00Z';
    expect(await compared({ to, channel: 'web', ...split })).toMatchObject({
      source: 'survey',
      instrument: 'S',
      scale: 'thumb',
      metric: 'share',
      range: { low: 0, high: 1 },
      tz: 'UTC',
      a: { n: 2, estimate: 0.5, from: '2026-02-10T12:00:00.000Z', to: '2026-03-01T00:00:00.000Z', channel: 'web' },
      b: { n: 3, estimate: 1, from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z', language: null },
    });
    expect(await compared({ to, a: 'language=ZH_CN', b: 'language=de' })).toMatchObject({
      a: { n: 2, language: 'zh-CN', channel: null, bot: null, from: '2026-02-10T12:00:00.000Z' },
      b: { n: 0, language: 'de', from: '2026-04-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
    });
  });

  it('takes what a side names in place of what the query names', async () => {
    await thumbs(1, 2, { channel: 'web' });
    await thumbs(2, 4, { channel: 'app' });
    await thumbs(3, 8, { channel: 'app' }, before);
    const { a, b } = await compared({ channel: 'app', from: march, a: '', b: 'channel=web' });
    expect([a.n, a.channel, b.n, b.channel]).toEqual([4, 'app', 2, 'web']);
    const since = await compared({ channel: 'app', from: march, a: '', b: `from=2026-01-01T00:00:00Z&to=${march}` });
    expect([since.a.n, since.b.n]).toEqual([4, 8]);
  });

  it('takes an empty filter for answers without one', async () => {
    await thumbs(1, 2, { bot: 'b1' });
    await thumbs(2, 4, { bot: null });
    const { a, b } = await compared({ a: 'bot=', b: 'bot=b1' });
    expect([a.n, a.bot, b.n, b.bot]).toEqual([4, '', 2, 'b1']);
  });

  it('has no change of options', async () => {
    const choice = { source: 'question', instrument: '7', scale: 'choice', score: null, options: ['x'] } as const;
    await record(2, { ...choice, channel: 'web', options: ['x'] });
    const { a, b, change } = await compared({ a: 'channel=web', b: 'channel=app' });
    expect(a).toMatchObject({ n: 2, ci: null, options: [{ name: 'x', ci: { method: 'mixture-always' } }] });
    expect([b.n, change]).toEqual([0, null]);
  });

  it.each([
    ['the same', 'channel=web', 'channel=web'],
    ['one language in two spellings', 'language=zh_cn', 'language=zh-CN'],
    ['one that holds the other', '', 'channel=web'],
    ['filters by different members', 'channel=web', 'language=en'],
    ['periods that overlap', `to=${after}`, `from=${march}`],
  ])('422 for sides that may share answers: %s', async (_, a, b) => {
    await record(1, {});
    const { status, body } = await ask({ a, b });
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ pointer: '/b' }] } });
    expect(body.errors[0].detail).toContain('b must leave out all answers of a');
  });

  it.each([
    ['a', 'source=survey', 'in a, source is not a known member'],
    ['b', 'from=yesterday', 'in b, from must be'],
    ['b', 'channel=x&channel=y', 'in b, channel must be a string'],
    ['a', 'to=0001-01-01T00:00:00Z', 'from must be before to'],
  ])('422 where %s is %s', async (member, filters, detail) => {
    await record(1, {});
    const { status, body } = await ask({ a: 'bot=1', b: 'bot=2', [member]: filters });
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${member}` }] } });
    expect(body.errors[0].detail).toContain(detail);
  });

  it('422 without a and b, and where several instruments are left', async () => {
    expect((await ask({})).body.errors).toMatchObject([{ pointer: '/a' }, { pointer: '/b' }]);
    await record(1, {});
    await record(1, { instrument: 'T' });
    expect((await ask(split)).body.errors).toMatchObject([{ pointer: '/instrument' }]);
    expect((await compared({ ...split, instrument: 'T' })).b.n).toBe(1);
  });

  it('shows another workspace none of it', async () => {
    await thumbs(5, 10, {});
    place = await newSurveyed(app);
    const { b } = await compared({ ...split, source: 'survey', instrument: 'S', scale: 'thumb' });
    expect(b.n).toBe(0);
  });
});
