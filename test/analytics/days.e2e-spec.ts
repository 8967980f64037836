import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ask = (path: string, query: Record<string, string>): Promise<Answer> =>
  call(app, `/v1/${path}?${new URLSearchParams({ source: 'message', scale: 'thumb', ...query }).toString()}`);

describe('from and to may be days', () => {
  // Each with the quarter of an hour in which it begins, and the one in which the next day does.
  it.each([
    ['2026-06-01', '2026-06-02', 'Asia/Kathmandu', '2026-05-31T18:15:00.000Z', '2026-06-01T18:15:00.000Z'],
    ['2026-03-29', '2026-03-30', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2018-11-04', '2018-11-05', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
    ['2024-04-26', '2024-04-27', 'Africa/Cairo', '2024-04-25T22:00:00.000Z', '2024-04-26T21:00:00.000Z'],
    ['2025-11-02', '2025-11-03', 'US/Pacific', '2025-11-02T07:00:00.000Z', '2025-11-03T08:00:00.000Z'],
    // Local mean time: 53 minutes and 28 seconds ahead.
    ['1850-01-01', '1850-01-02', 'europe/berlin', '1849-12-31T23:00:00.000Z', '1850-01-01T23:00:00.000Z'],
  ])('%s to %s in %s: the number and the rows are those of that day', async (from, to, tz, begin, end) => {
    const times = [begin, end].flatMap((bound) => [-1, 0, 450_000].map((ms) => new Date(Date.parse(bound) + ms)));
    for (const time of times) {
      const body = { type: 'positive', messageId: 'm', createdAt: time.toISOString(), details: 'Words' };
      expect((await call(app, '/feedback', { body })).status).toBe(200);
    }
    const day = { from, to, tz };
    const { body: summary } = await ask('analytics/summary', day);
    expect(summary).toMatchObject({ n: 3, from: begin, to: end });
    const { body: timeline } = await ask('analytics/timeline', day);
    expect(timeline.buckets.map(({ n }: { n: number }) => n)).toEqual([3]);
    const inside = times.slice(1, 4).map((time) => time.toISOString());
    for (const path of ['feedback', 'analytics/text']) {
      const { body } = await ask(path, day);
      expect(body.data.map(({ countedAt }: { countedAt: string }) => countedAt).toReversed()).toEqual(inside);
    }
    const { body: file } = await ask('feedback/export', { ...day, format: 'ndjson' });
    const rows = (file as string).trimEnd().split('\n');
    expect(rows.map((row) => JSON.parse(row).countedAt).toReversed()).toEqual(inside);
    const sides = { a: `to=${from}`, b: new URLSearchParams({ from, to }).toString() };
    const { body: sided } = await ask('analytics/comparison', { ...sides, tz });
    expect(sided.b).toMatchObject({ n: 3, from: begin, to: end });
  });

  it.each(['2026-02-30', '2026-6-1', '20260601', '0000-01-01', '2026-06-01T', 'today'])('422 for %s', async (from) => {
    for (const path of ['analytics/summary', 'analytics/text', 'feedback', 'feedback/export']) {
      const { status, body } = await ask(path, { from });
      expect([path, status, body.errors]).toEqual([
        path,
        422,
        [{ pointer: '/from', detail: expect.stringMatching(/^from must be .* or a day, such as 2026-01-31$/) }],
      ]);
    }
  });

  it('the first and the last day that there are, in any zone', async () => {
    for (const tz of ['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12'])
      for (const path of ['analytics/summary', 'analytics/text', 'feedback', 'feedback/export'])
        expect((await ask(path, { from: '0001-01-01', to: '9999-12-31', tz })).status).toBe(200);
  });

  it('422 for a zone that there is not', async () => {
    for (const path of ['analytics/summary', 'analytics/text', 'feedback', 'feedback/export'])
      expect((await ask(path, { tz: 'Etc/Unknown' })).body.errors).toEqual([
        { pointer: '/tz', detail: 'tz must be a time zone, such as Europe/Berlin' },
      ]);
  });
});
