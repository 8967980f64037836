import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import type { Client } from '../harness/access.tokens.js';
import { callAs, newClient, defaultWorkspace, newWorkspace } from '../harness/clients.js';
import { exampleOf } from '../harness/examples.js';
import { rawRequest, sendRaw } from '../harness/raw.js';
import { feedbackPath, messagePath, userPath } from '../harness/user-feedback.js';

/** The samples of the vendor's documentation, as they stand in the OpenAPI document. */
const registration = exampleOf('registerUser');
const update = exampleOf('updateUser');
const logMessage = exampleOf('logUserMessage');
const logFeedback = exampleOf('logUserFeedback');
const user = registration.request;
const message = logMessage.request;
const feedback = logFeedback.request;

let app: TestApp;
let textsOf2020: TestApp;
let client: Client;

beforeAll(async () => {
  app = await startApp();
  textsOf2020 = await startApp({ HAPTIK_TEXTS: '2020' }, { beside: app });
  client = await newClient(app);
});
afterAll(async () => {
  await textsOf2020.close();
  await app.close();
});

const post = (path: string, body: unknown, on = app): Promise<Answer> => callAs(client, on, path, { body });
const put = (path: string, body: unknown, on = app): Promise<Answer> =>
  callAs(client, on, path, { body, method: 'PUT' });

let people = 0;
/** Somebody new; with `businesses`, in a conversation with each. */
async function register(more: object = {}, ...businesses: number[]): Promise<string> {
  const authId = `person-${++people}`;
  expect((await post(userPath, { auth_id: authId, ...more })).status).toBe(200);
  for (const business of businesses) await speak(authId, business);
  return authId;
}

async function speak(authId: string, business = 343): Promise<Answer> {
  return post(messagePath, { ...message, user: { auth_id: authId }, business_id: business });
}

function personRow(authId: string) {
  return app.query<{ mobile_no: string | null; name: string | null; language_code: string; custom_data: object }>(
    'select * from person where respondent = $1',
    [authId],
  );
}

function entriesOf(respondent: string) {
  return app.query<Record<string, unknown>>('select * from feedback_entry where respondent = $1 order by id', [
    respondent,
  ]);
}

describe('the samples, in their order', () => {
  it('200 with the registered user', async () => {
    const answer = await post(userPath, user);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(registration.response);
  });

  it('200 with the updated user', async () => {
    const answer = await put(userPath, update.request);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(update.response);
  });

  it('200 with the logged message', async () => {
    const answer = await post(messagePath, message);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...logMessage.response,
      message_id: expect.any(Number),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(Number.isSafeInteger(answer.body.message_id)).toBe(true);
  });

  it('201 for the feedback', async () => {
    const answer = await post(feedbackPath, feedback);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual(logFeedback.response);
  });

  it('the feedback is an entry of the common store', async () => {
    const [conversation] = await app.query<{ id: string }>(`select id from conversation where respondent = 'A1'`);
    expect(await entriesOf('A1')).toEqual([
      expect.objectContaining({
        workspace_id: defaultWorkspace,
        source: 'conversation',
        instrument: 'conversation',
        scale: 'rating',
        score: 5,
        resolved: true,
        comment: 'The conversation was very human like',
        channel: '343',
        language: 'en',
        respondent: 'A1',
        conversation: conversation!.id,
        external_id: null,
      }),
    ]);
  });
});

describe.each([userPath, messagePath, feedbackPath])('the path %s', (path) => {
  const status = path === feedbackPath ? 201 : 200;
  const valid = async (): Promise<object> => {
    const authId = await register({}, 343);
    if (path === messagePath) return { ...message, user: { auth_id: authId } };
    return { ...(path === feedbackPath && feedback), auth_id: authId };
  };

  it('works without the slash at its end', async () => {
    expect((await post(path.slice(0, -1), await valid())).status).toBe(status);
  });

  it('passes over members and parameters that it does not know', async () => {
    const answer = await post(`${path}?colour=blue`, { ...(await valid()), colour: 'blue' });
    expect([answer.status, answer.body.colour]).toEqual([status, undefined]);
  });
});

describe('POST /v1.0/user/', () => {
  it('answers with all four members, null where unknown', async () => {
    const answer = await post(userPath, { auth_id: 'somebody' });
    expect(answer.body).toEqual({ auth_id: 'somebody', mobile_no: null, email: null, name: null });
  });

  it.each([
    ['POST', post],
    ['PUT', put],
  ])('%s on a known person leaves what is absent, clears what is null', async (_, send) => {
    const authId = await register({
      mobile_no: '1',
      email: 'e',
      name: 'n',
      language_code: 'en',
      custom_data: { a: 1 },
    });
    const answer = await send(userPath, { auth_id: authId, email: null, name: 'N' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ auth_id: authId, mobile_no: '1', email: null, name: 'N' });
    expect(await personRow(authId)).toEqual([
      expect.objectContaining({ mobile_no: '1', email: null, name: 'N', language_code: 'en', custom_data: { a: 1 } }),
    ]);
  });

  it.each([
    ['POST', post],
    ['PUT', put],
  ])('%s replaces custom_data whole', async (_, send) => {
    const authId = await register({ custom_data: { a: 1, b: 'x' } });
    await send(userPath, { auth_id: authId, custom_data: { b: null, c: true } });
    expect((await personRow(authId))[0]!.custom_data).toEqual({ b: null, c: true });
    await send(userPath, { auth_id: authId, custom_data: null });
    expect((await personRow(authId))[0]!.custom_data).toBeNull();
  });

  it('registers one person where many register them at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(userPath, { auth_id: 'at once' })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(await personRow('at once')).toHaveLength(1);
  });

  it('takes the composed and the decomposed spelling for one person', async () => {
    await post(userPath, { auth_id: 'Zoë'.normalize('NFD'), name: 'Zoë' });
    const answer = await put(userPath, { auth_id: 'Zoë'.normalize('NFC'), mobile_no: '2' });
    expect(answer.body).toMatchObject({ name: 'Zoë', mobile_no: '2' });
    expect((await speak('Zoë'.normalize('NFD'))).status).toBe(200);
    expect((await post(feedbackPath, { ...feedback, auth_id: 'Zoë'.normalize('NFC') })).status).toBe(201);
    expect((await post(feedbackPath, { ...feedback, auth_id: 'Zoë'.normalize('NFD') })).status).toBe(409);
  });
});

describe('POST /v1.0/log_message_from_user/', () => {
  it('gives every message an id of its own', async () => {
    const authId = await register();
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await speak(authId)).body.message_id));
    expect(new Set(ids).size).toBe(20);
  });

  it('stores type and text as they are sent, in one conversation per business', async () => {
    const authId = await register({}, 1, 1, 2);
    await post(messagePath, {
      ...message,
      user: { auth_id: authId },
      business_id: 2,
      message_body: '',
      message_type: 999,
    });
    const messages = await app.query<{ conversation: string; body: string; type: number }>(
      'select conversation, body, type from message where respondent = $1 order by id',
      [authId],
    );
    expect(messages.map(({ body, type }) => [body, type])).toEqual([
      ['hi', 0],
      ['hi', 0],
      ['hi', 0],
      ['', 999],
    ]);
    const [first, second, third, fourth] = messages.map(({ conversation }) => conversation);
    expect([second, fourth]).toEqual([first, third]);
    expect(third).not.toBe(first);
  });

  it('opens one conversation where many messages come at once', async () => {
    const authId = await register();
    await Promise.all(Array.from({ length: 20 }, () => speak(authId)));
    const rows = await app.query('select distinct conversation from message where respondent = $1', [authId]);
    expect(rows).toHaveLength(1);
  });
});

describe('feedback', () => {
  it.each([[null], [''], [undefined]])('%p says nothing in words', async (words) => {
    const authId = await register({}, 343);
    expect((await post(feedbackPath, { ...feedback, auth_id: authId, feedback: words })).status).toBe(201);
    expect((await entriesOf(authId))[0]).toMatchObject({ comment: null });
  });

  it('may be 10,000 characters long, of any kind', async () => {
    const authId = await register({}, 343);
    const body = { ...feedback, auth_id: authId, feedback: '\u{1F600}'.repeat(10_000) };
    expect((await post(feedbackPath, body)).status).toBe(201);
  });

  it.each([
    ['zh_cn', 'zh-CN'],
    ['EN', 'en'],
    ['iw', 'he'],
    ['the_language of FLOWERS', 'the-language of flowers'],
    ['', null],
    [null, null],
  ])('of a person with the language code %p has it, and the tag %p', async (code, tag) => {
    const authId = await register({ language_code: code }, 343);
    await post(feedbackPath, { ...feedback, auth_id: authId });
    expect((await entriesOf(authId))[0]).toMatchObject({ language: code || null, language_tag: tag });
  });

  it('may name the largest business and the longest auth_id there is', async () => {
    const authId = '\u{1F600}'.repeat(128);
    await post(userPath, { auth_id: authId });
    await speak(authId, Number.MAX_SAFE_INTEGER);
    const body = { ...feedback, auth_id: authId, business_id: Number.MAX_SAFE_INTEGER, query_rating: 1 };
    expect((await post(feedbackPath, body)).status).toBe(201);
    expect((await entriesOf(authId))[0]).toMatchObject({ channel: '9007199254740991', score: 1 });
  });
});

describe('the error table', () => {
  const unauthorized = { error_message: 'invalid authorization details' };

  it.each([userPath, messagePath, feedbackPath])('401 on %s without the right headers', async (path) => {
    const other = await newClient(app);
    const attempts: Record<string, string>[] = [
      {},
      { 'client-id': client.id },
      { authorization: `Bearer ${client.secret}` },
      { 'client-id': client.id, authorization: `Bearer ${client.secret}x` },
      { 'client-id': client.id, authorization: client.secret },
      { 'client-id': `${client.id}x`, authorization: `Bearer ${client.secret}` },
      { 'client-id': client.id, authorization: `Bearer ${other.secret}` },
    ];
    for (const headers of attempts) {
      const answer = await call(app, path, { body: feedback, key: null, headers });
      expect([headers, answer.status, answer.body]).toEqual([headers, 401, unauthorized]);
    }
  });

  it('client_id is taken for client-id', async () => {
    const register = async (fields: object) =>
      (
        await call(app, userPath, {
          key: client.secret,
          headers: fields as Record<string, string>,
          body: { auth_id: 'underscored' },
        })
      ).status;
    expect(await register({ client_id: client.id })).toBe(200);
    expect(await register({ client_id: client.id, 'client-id': client.id })).toBe(200);
    expect(await register({ client_id: `${client.id}x` })).toBe(401);
  });

  it('400 where client_id and client-id differ, or client_id is there twice', async () => {
    const fields = [
      ['client-id: other', `client_id: ${client.id}`],
      [`client-id: ${client.id}`, 'client_id: other'],
      [`client_id: ${client.id}`, `Client_Id: ${client.id}`],
    ];
    for (const sent of fields) {
      const raw = rawRequest(
        `POST ${userPath}`,
        ['Content-Type: application/json', `Authorization: Bearer ${client.secret}`, ...sent],
        '{"auth_id":"A"}',
      );
      const { status, body } = await sendRaw(app, raw);
      expect([sent, status, body]).toEqual([sent, 400, { error_message: expect.stringContaining('client_id') }]);
    }
  });

  it.each([
    ['POST', userPath],
    ['PUT', userPath],
    ['POST', messagePath],
    ['POST', feedbackPath],
  ])('403 %s %s without the scope', async (method, path) => {
    const reader = await newClient(app, { scopes: ['feedback:read'] });
    const answer = await callAs(reader, app, path, { method, body: { auth_id: 'A1' } });
    expect([answer.status, answer.body]).toEqual([403, { error_message: 'permission denied' }]);
  });

  it('403 for feedback of somebody who is not registered, in the words of 2021 and of 2020', async () => {
    const body = { ...feedback, auth_id: 'nobody' };
    const answers = [await post(feedbackPath, body), await post(feedbackPath, body, textsOf2020)];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers[0]!.body).toEqual({ error_message: 'Invalid_User' });
    expect(answers[1]!.body).toEqual({ error_message: 'user is not registered' });
  });

  it('403 for an update of somebody who is not registered, in the words of 2021 and of 2020', async () => {
    const answers = [
      await put(userPath, { auth_id: 'nobody' }),
      await put(userPath, { auth_id: 'nobody' }, textsOf2020),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers[0]!.body).toEqual({ error_message: 'Invalid_User' });
    expect(answers[1]!.body).toEqual({ error_message: 'user is not registered' });
    expect(await personRow('nobody')).toEqual([]);
  });

  it('403 for a message of somebody who is not registered, in the same words always', async () => {
    const body = { ...message, user: { auth_id: 'nobody' } };
    for (const on of [app, textsOf2020]) {
      const answer = await post(messagePath, body, on);
      expect([answer.status, answer.body]).toEqual([403, { error_message: 'user is not registered' }]);
    }
    expect(await app.query(`select from conversation where respondent = 'nobody'`)).toEqual([]);
  });

  it('404 without an active conversation with that business', async () => {
    const authId = await register({}, 344);
    const answer = await post(feedbackPath, { ...feedback, auth_id: authId });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error_message: 'Failed to submit feedback, please make sure there is an active conversation with the agent',
    });
  });

  it('409 with Retry-After for feedback again, whatever has become of the conversation', async () => {
    const authId = await register({}, 343);
    await post(feedbackPath, { ...feedback, auth_id: authId });
    const again = async () => {
      const answer = await post(feedbackPath, { ...feedback, auth_id: authId, query_rating: 1 });
      expect([answer.status, answer.body]).toEqual([409, { error_message: 'duplicate feedback' }]);
      expect(answer.headers.get('retry-after')).toBe('3600');
    };
    await again();
    await app.query('delete from conversation where respondent = $1', [authId]);
    await again();
    expect(await entriesOf(authId)).toEqual([expect.objectContaining({ score: 5 })]);
  });

  it('400 for JSON that is none', async () => {
    const answer = await callAs(client, app, feedbackPath, { raw: '{"auth_id":' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error_message: expect.stringMatching(/^the body is not valid JSON/) });
  });

  it('400 for a body that is no object, or none', async () => {
    for (const raw of ['[]', '5', 'null', undefined]) {
      const answer = await callAs(client, app, feedbackPath, { raw, method: 'POST' });
      expect([answer.status, answer.body]).toEqual([400, { error_message: 'the body must be a JSON object' }]);
    }
  });

  it('404, 405, 413 and 415 in the same shape', async () => {
    const answers = [
      await post('/v1.0/log_feedback/', feedback),
      await callAs(client, app, feedbackPath, { method: 'GET' }),
      await callAs(client, app, feedbackPath, { raw: ' '.repeat(2_097_153) }),
      await callAs(client, app, feedbackPath, { body: feedback, headers: { 'content-type': 'text/plain' } }),
    ];
    expect(answers.map(({ status, body }) => [status, body.error_message])).toEqual([
      [404, 'not found'],
      [405, 'method not allowed'],
      [413, 'body too large'],
      [415, 'content type must be application/json'],
    ]);
    expect(answers[1]!.headers.get('allow')).toBe('POST');
  });

  it('500 when something of ours breaks', async () => {
    const authId = await register({}, 343);
    await app.query('alter table feedback_window rename to feedback_window_away');
    const answer = await post(feedbackPath, { ...feedback, auth_id: authId });
    await app.query('alter table feedback_window_away rename to feedback_window');
    expect([answer.status, answer.body]).toEqual([500, { error_message: 'internal error' }]);
  });
});

const authIdFault = 'must be a string of 1 to 128 characters, none of them invisible';
const businessFault = 'must be an integer from 1 to 9007199254740991';

describe('400 naming every fault', () => {
  it.each([
    [
      'feedback without anything',
      feedbackPath,
      {},
      `auth_id ${authIdFault}; business_id ${businessFault}; query_resolved must be true or false; query_rating must be an integer from 1 to 5`,
    ],
    [
      'feedback with everything wrong',
      feedbackPath,
      { auth_id: 1, business_id: '343', query_resolved: 'true', query_rating: '5', feedback: 5 },
      `auth_id ${authIdFault}; business_id ${businessFault}; query_resolved must be true or false; query_rating must be an integer from 1 to 5; feedback must be a string`,
    ],
    [
      'a message without anything',
      messagePath,
      {},
      `user must be an object; message_body must be a string; message_type must be an integer from 0 to 999; business_id ${businessFault}`,
    ],
    [
      'a message with everything wrong',
      messagePath,
      { user: {}, message_body: 1, message_type: '0', business_id: 0 },
      `user.auth_id ${authIdFault}; message_body must be a string; message_type must be an integer from 0 to 999; business_id ${businessFault}`,
    ],
    [
      'a user with everything wrong',
      userPath,
      { mobile_no: 9876543210, email: 1, name: {}, language_code: [], custom_data: [] },
      `auth_id ${authIdFault}; mobile_no must be a string; email must be a string; name must be a string; language_code must be a string; custom_data must be an object`,
    ],
  ])('%s', async (_, path, body, sentence) => {
    const answer = await post(path, body);
    expect([answer.status, answer.body]).toEqual([400, { error_message: sentence }]);
  });

  it.each([0, 6, 4.5, -1, '5', true, null, [5]])('query_rating %p', async (rating) => {
    const answer = await post(feedbackPath, { ...feedback, query_rating: rating });
    expect([answer.status, answer.body]).toEqual([
      400,
      { error_message: 'query_rating must be an integer from 1 to 5' },
    ]);
  });

  it.each(['true', 0, 1, null])('query_resolved %p', async (resolved) => {
    const answer = await post(feedbackPath, { ...feedback, query_resolved: resolved });
    expect([answer.status, answer.body]).toEqual([400, { error_message: 'query_resolved must be true or false' }]);
  });

  it.each([0, -343, 1.5, 2 ** 53, 1e21, '343', null])('business_id %p', async (business) => {
    for (const [path, body] of [
      [feedbackPath, feedback],
      [messagePath, message],
    ] as const) {
      const answer = await post(path, { ...body, business_id: business });
      expect([answer.status, answer.body]).toEqual([400, { error_message: `business_id ${businessFault}` }]);
    }
  });

  it.each([
    ['empty', ''],
    ['129 characters', 'x'.repeat(129)],
    ['a megabyte', 'é'.normalize('NFD').repeat(300_000)],
    ['a number', 12],
    ['a zero-width space', 'A\u200B1'],
    ['a turned direction', 'A\u202E1'],
    ['a control character', 'A\u00071'],
    ['a byte order mark', '\uFEFFA1'],
    ['NUL', 'A\0'],
    ['half a character', 'A\uD800'],
  ])('auth_id with %s', async (_, authId) => {
    for (const [path, body] of [
      [feedbackPath, { ...feedback, auth_id: authId }],
      [userPath, { auth_id: authId }],
    ] as const) {
      const answer = await post(path, body);
      expect([answer.status, answer.body]).toEqual([400, { error_message: `auth_id ${authIdFault}` }]);
    }
  });

  it.each([-1, 1000, 0.5, '0', null])('message_type %p', async (type) => {
    const answer = await post(messagePath, { ...message, message_type: type });
    expect([answer.status, answer.body]).toEqual([
      400,
      { error_message: 'message_type must be an integer from 0 to 999' },
    ]);
  });

  it.each([[{ a: {} }], [{ a: [] }]])('custom_data %j', async (customData) => {
    for (const send of [post, put]) {
      const answer = await send(userPath, { ...user, custom_data: customData });
      const error_message = 'custom_data must hold neither objects nor arrays';
      expect([answer.status, answer.body]).toEqual([400, { error_message }]);
    }
  });

  it('feedback of 10,001 characters', async () => {
    const answer = await post(feedbackPath, { ...feedback, feedback: 'x'.repeat(10_001) });
    const error_message = 'feedback must be at most 10000 characters long';
    expect([answer.status, answer.body]).toEqual([400, { error_message }]);
    const hearts = await post(feedbackPath, { ...feedback, feedback: '\u2764\ufe0f'.repeat(5_001) });
    expect([hearts.status, hearts.body]).toEqual([400, { error_message }]);
  });

  it('text that cannot be stored', async () => {
    const answers = [
      await post(feedbackPath, { ...feedback, feedback: 'a\0b' }),
      await post(messagePath, { ...message, message_body: '\uD800' }),
      await post(userPath, { ...user, custom_data: { country: '\0' } }),
    ];
    expect(answers.map(({ status, body }) => [status, body.error_message])).toEqual([
      [400, 'feedback must not contain NUL or a lone surrogate'],
      [400, 'message_body must not contain NUL or a lone surrogate'],
      [400, 'custom_data.country must not contain NUL or a lone surrogate'],
    ]);
  });
});

describe('another workspace', () => {
  it('has people, conversations and windows of its own', async () => {
    const foreign = await newClient(app, { workspaceId: await newWorkspace(app) });
    const authId = await register({ name: 'ours' }, 343);
    const send = (path: string, body: unknown, method = 'POST') => callAs(foreign, app, path, { body, method });
    const theirs = { ...feedback, auth_id: authId };
    expect((await send(userPath, { auth_id: authId }, 'PUT')).status).toBe(403);
    expect((await send(messagePath, { ...message, user: { auth_id: authId } })).status).toBe(403);
    expect((await send(feedbackPath, theirs)).status).toBe(403);
    expect((await send(userPath, { auth_id: authId })).body).toMatchObject({ name: null });
    expect((await send(feedbackPath, theirs)).status).toBe(404);
    await send(messagePath, { ...message, user: { auth_id: authId } });
    expect((await post(feedbackPath, theirs)).status).toBe(201);
    expect((await send(feedbackPath, theirs)).status).toBe(201);
    expect((await send(feedbackPath, theirs)).status).toBe(409);
  });
});
