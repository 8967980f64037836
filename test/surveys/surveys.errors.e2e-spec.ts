import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hmac, jwt, vendorToken } from '../harness/access.tokens.js';
import { type Answer, call } from '../harness/app.js';
import { newClient, newKey, newWorkspace } from '../harness/clients.js';
import {
  always,
  error,
  type Knock,
  openDoor,
  paths,
  sample,
  sampleBot,
  type SurveyDoor,
} from '../harness/surveys.door.js';

let door: SurveyDoor;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.app.close());

describe('the error table', () => {
  const operations: [string, object][] = [
    ['saveFeedback', sample],
    ['getFeedbackSurveyResponses', { filters: always }],
  ];
  const cases = operations.flatMap(([operation, body]) => paths.map((path) => ({ operation, body, path })));
  const notLetIn = error('Invalid SDK credentials', 4002, 401);

  describe.each(cases)('$path/{botId}/$operation', ({ operation, body, path }) => {
    const knock = (options: Knock = {}): Promise<Answer> => door.post(operation, { body, path, ...options });

    it('200 with the token of the vendor’s own kit: appId and a fractional exp, nothing else', async () => {
      expect((await knock({ token: vendorToken(door.client) })).status).toBe(200);
    });

    it('200 with sub and appId, as documented', async () => {
      const claims = { sub: 'u-1', appId: door.client.id };
      const token = jwt({ alg: 'HS256', typ: 'JWT' }, claims, hmac(door.client.secret));
      expect((await knock({ token })).status).toBe(200);
    });

    it('401 Invalid SDK credentials without a JWT', async () => {
      const answer = await knock({ token: null });
      expect(answer).toMatchObject(notLetIn);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    });

    it('401 Invalid SDK credentials with the JWT as bearer', async () => {
      expect(
        await knock({ token: null, headers: { authorization: `Bearer ${vendorToken(door.client)}` } }),
      ).toMatchObject(notLetIn);
    });

    it('401 Invalid JWT token where the header holds none', async () => {
      const answer = await knock({ token: 'not a token' });
      expect(answer).toMatchObject(error('Invalid JWT token', 4002, 401));
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    });

    it('401 Invalid SDK credentials where the signature, the client or the time is not right', async () => {
      const header = { alg: 'HS256', typ: 'JWT' };
      const tokens = [
        vendorToken({ ...door.client, secret: 'another' }),
        vendorToken({ ...door.client, id: 'cs-unknown' }),
        vendorToken(door.client, Date.now() / 1000 - 90_000),
        jwt(header, { sub: 'u-1' }, hmac(door.client.secret)),
        jwt({ alg: 'none' }, { appId: door.client.id }, () => ''),
      ];
      for (const token of tokens) expect(await knock({ token })).toMatchObject(notLetIn);
    });

    it('401 Permission denied where the scope is missing', async () => {
      const other = operation === 'saveFeedback' ? 'feedback:read' : 'feedback:write';
      const answer = await knock({ as: await newClient(door.app, { scopes: [other] }) });
      expect(answer).toMatchObject(error('Permission denied. Scope is incorrect!', 4002, 401));
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="insufficient_scope"/);
    });

    it('401 for a client limited to other bots, whether the bot is there or not', async () => {
      const as = await newClient(door.app, { bots: ['st-other'] });
      for (const bot of [sampleBot.id, 'st-none']) expect(await knock({ as, bot })).toMatchObject(notLetIn);
      const allowed = await newClient(door.app, { bots: ['st-other', sampleBot.id] });
      expect((await knock({ as: allowed })).status).toBe(200);
    });

    it('400 Invalid StreamId for an unknown bot and a foreign one, which look the same', async () => {
      const foreignKey = await newKey(door.app, { workspaceId: await newWorkspace(door.app) });
      const { id: foreign } = await door.newBot({}, foreignKey);
      for (const bot of ['st-none', foreign, '%00', '%F0%9F%98%80', 'a%2Fb', 'x'.repeat(1000)]) {
        const answer = await knock({ bot });
        expect([bot, answer]).toMatchObject([bot, error('Invalid StreamId', 400)]);
      }
      expect(await door.countOf(foreign)).toBe(0);
    });

    it('400 Bad Request for a path that is no UTF-8', async () => {
      expect(await knock({ bot: '%ED%A0%80' })).toMatchObject(error('Bad Request', 400));
    });

    it('400 Invalid StreamId for a bot that was deleted', async () => {
      const { id } = await door.newBot();
      expect((await knock({ bot: id })).status).toBe(200);
      await call(door.app, `/v1/bots/${id}`, { method: 'DELETE' });
      expect(await knock({ bot: id })).toMatchObject(error('Invalid StreamId', 400));
    });

    it('412 with the vendor’s element first', async () => {
      const { status, body: answer } = await knock({ body: {} });
      expect(status).toBe(412);
      expect(answer.errors[0]).toEqual({ msg: 'Validation errors/ Invalid arguments', code: 412 });
      expect(answer.errors.length).toBeGreaterThan(1);
    });

    it.each(['{"score":', '', '[]', '{"a":1,"a":2}', '{"__proto__":{}}', '\ufeff{}'])(
      '400 Bad Request: %j',
      async (raw) => {
        const headers = { 'content-type': 'application/json' };
        expect(await knock({ raw, body: undefined, method: 'POST', headers })).toMatchObject(error('Bad Request', 400));
      },
    );

    it('404, 405, 413, 415 in the same shape', async () => {
      expect(await door.post('nothing', { body, path })).toMatchObject(error('Not Found', 404));
      const wrongMethod = await knock({ body: undefined, method: 'GET' });
      expect(wrongMethod).toMatchObject(error('Method Not Allowed', 405));
      expect(wrongMethod.headers.get('allow')).toBe('POST');
      const large = JSON.stringify({ ...body, padding: 'x'.repeat(2_097_152) });
      expect(await knock({ raw: large })).toMatchObject(error('Payload Too Large', 413));
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      expect(await knock({ headers: form })).toMatchObject(error('Unsupported Media Type', 415));
    });

    it('says first what stands first: JSON, credential, scope, bot, content', async () => {
      const bad = { body: {}, bot: 'st-none' };
      const limited = await newClient(door.app, { scopes: ['analytics:read'], bots: ['st-other'] });
      expect((await knock({ ...bad, raw: '{', body: undefined, token: 'x' })).status).toBe(400);
      expect(await knock({ ...bad, token: 'x' })).toMatchObject(error('Invalid JWT token', 4002, 401));
      expect(await knock({ ...bad, as: limited })).toMatchObject(
        error('Permission denied. Scope is incorrect!', 4002, 401),
      );
      expect(await knock(bad)).toMatchObject(error('Invalid StreamId', 400));
    });
  });

  it('500 Internal Server Error where something is broken on our side, and nothing of it is told', async () => {
    await door.app.query('alter table bot rename to no_bot');
    const answers = [await door.save(sample), await door.find({ filters: always })];
    await door.app.query('alter table no_bot rename to bot');
    for (const answer of answers) expect(answer).toMatchObject(error('Internal Server Error', 500));
  });
});
