import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from './app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('POST /feedback', () => {
  it('200 with the stored record', async () => {
    const answer = await call(app, '/feedback', { body: { type: 'positive', messageId: 'm1' } });
    expect(answer.status).toBe(200);
  });
});
