import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';

let app: TestApp;
let log = '';

beforeAll(async () => {
  app = await startApp({}, { log: { write: (line) => void (log += line) } });
});

afterAll(() => app.close());

describe('the log of a request', () => {
  it('says the route and not the path, in which a person may be named', async () => {
    await call(app, '/v1/respondents/ann%40example.com?limit=7');
    await call(app, '/feedback/ann@example.com', { method: 'DELETE' });
    await call(app, '/feedback/ann@example.com', { method: 'PUT', body: {} });
    await call(app, '/ann@example.com');
    const requests = log.split('\n').flatMap((line) => (line.includes('"msg":"request"') ? [JSON.parse(line)] : []));
    expect(requests.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['GET', '/v1/respondents/:id', 404],
      ['DELETE', '/feedback/:id', 404],
      ['PUT', null, 405],
      ['GET', null, 404],
    ]);
    expect(log).not.toMatch(/ann(@|%40)example|limit=7/);
  });
});
