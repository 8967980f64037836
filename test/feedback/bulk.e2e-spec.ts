import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FeedbackMetrics } from '../../src/feedback/feedback.metrics.js';
import { call, startApp, type TestApp } from '../harness/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** How many statements that store entries there were so far. */
async function batches(): Promise<number> {
  const { values } = await app.nest.get(FeedbackMetrics, { strict: false }).batchSize.get();
  return values.find(({ metricName }) => metricName?.endsWith('_count'))!.value;
}

async function outcomesOf(...lines: object[]): Promise<string[]> {
  const raw = lines.map((line) => JSON.stringify(line)).join('\n');
  const { body } = await call(app, '/v1/feedback/batch', { raw });
  return body
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line).outcome);
}

const said = { instrument: 'bulk', scale: 'thumb', score: 1 };
const full = {
  ...said,
  comment: 'say "x" \\ {,} null',
  reasons: [{ label: 'a "b"', details: '\\' }],
  properties: { 'k"': [1, null, '\\'] },
  resolved: false,
  occurredAt: '2026-01-31T12:00:00.123Z',
};

it.each([
  ['says no time', said],
  ['says when', { ...said, occurredAt: '2026-01-31T12:00:00.000Z' }],
  ['says when it counts', { ...said, countedAt: '2026-01-31T12:00:00.000Z' }],
  ['has texts with quotes and JSON', full],
  ['ticks options', { instrument: 'bulk', scale: 'choice', options: ['a', 'NULL', '"'] }],
])('one statement stores a line that %s, and finds it there', async (title, line) => {
  const named = { ...line, externalId: title };
  const before = await batches();
  expect(await outcomesOf(named)).toEqual(['recorded']);
  expect(await outcomesOf(named)).toEqual(['unchanged']);
  expect((await batches()) - before).toBe(2);
  const [stored] = (await call(app, `/v1/feedback?instrument=bulk`)).body.data.filter(
    ({ externalId }: { externalId: string }) => externalId === title,
  );
  expect(stored).toMatchObject(named);
});

it.each([
  ['score', 0],
  ['comment', null],
  ['resolved', null],
  ['reasons', [{ label: 'a "b"', details: '' }]],
  ['properties', { 'k"': [1, null] }],
  ['occurredAt', '2026-01-31T12:00:00.124Z'],
  ['channel', 'web'],
])('another %s is another content', async (member, value) => {
  const externalId = `other ${member}`;
  const changed = { ...full, externalId, [member]: value };
  expect(await outcomesOf({ ...full, externalId })).toEqual(['recorded']);
  expect(await outcomesOf(changed)).toEqual(['updated']);
  expect(await outcomesOf(changed)).toEqual(['unchanged']);
});

it('a line that says the same in another order changes nothing', async () => {
  const line = { ...said, externalId: 'order', properties: { a: 1, b: 2 } };
  expect(await outcomesOf(line)).toEqual(['recorded']);
  expect(await outcomesOf({ ...line, properties: { b: 2, a: 1 } })).toEqual(['unchanged']);
});
