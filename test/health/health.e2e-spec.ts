import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HealthService } from '../../src/health/health.service.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { until } from '../harness/until.js';

let app: TestApp;
beforeAll(async () => void (app = await startApp()));
afterAll(() => app.close());

const ready = {
  status: 'ready',
  database: 'up',
  storage: 'written',
  bodies: 'taken',
  answers: 'given',
  draining: false,
};

it.each(['bodies', 'answers'] as const)('GET /readyz: 503 while %s are refused for want of memory', async (kind) => {
  expect((await call(app, '/readyz')).body).toEqual(ready);
  const tooMuch = 2 ** 40;
  const { budgets } = app.nest.get(HealthService);
  expect(() => budgets![kind].take(tooMuch, tooMuch, ['anybody'])).toThrow();
  const { status, body } = await call(app, '/readyz');
  expect([status, body]).toEqual([503, { ...ready, status: 'not ready', [kind]: 'refused' }]);
  await until(async () => (await call(app, '/readyz')).status === 200);
});
