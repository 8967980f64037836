import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hmac, jwt } from '../harness/access.tokens.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { newClient } from '../harness/clients.js';

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

it.each(['exp', 'nbf', 'iat'])(
  'the log says why a JWT is refused whose %s is in milliseconds, once it is proven',
  async (claim) => {
    const client = await newClient(app);
    const claims = { appId: client.id, [claim]: Date.now() };
    const knock = (secret: string) =>
      call(app, '/api/public/bot/b/saveFeedback', {
        key: null,
        headers: { auth: jwt({ alg: 'HS256' }, claims, hmac(secret)) },
        body: {},
      });
    const reasons = () =>
      log.split('\n').filter((line) => line.includes(client.id) && line.includes('"context":"JwtStrategy"'));
    expect((await knock('the secret of somebody else, 32 bytes')).status).toBe(401);
    expect(reasons()).toEqual([]);
    expect((await knock(client.secret)).status).toBe(401);
    expect(reasons()).toEqual([
      expect.stringContaining(`a JWT was refused: its ${claim} is later than the year 9999, it must be in seconds`),
    ]);
  },
);
