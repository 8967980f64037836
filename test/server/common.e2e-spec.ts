import { hashOf, newApiKey } from '#libs/access';
import {
  ContentTooLarge,
  InternalError,
  MalformedRequest,
  MethodNotAllowed,
  NotFound,
  Problem,
  ProblemFilter,
  ServiceUnavailable,
  TooManyRequests,
  UnsupportedMediaType,
} from '#libs/problem-details';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { document } from '../harness/documented.js';
import { rawRequest, sendRaw } from '../harness/raw.js';

const ours = /^req_[0-9A-Za-z]{22}$/;
const valid = { type: 'positive', messageId: 'm1' };
const asAdmin = `Authorization: Bearer ${adminKey}`;
const asJson = 'Content-Type: application/json';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** A key of the workspace `default` with these scopes. */
async function keyWith(scopes: string[], origins: string[] | null = null): Promise<string> {
  const key = newApiKey();
  await app.query(
    `insert into credential (id, workspace_id, name, type, scopes, origins, key_hash)
     select gen_random_uuid(), id, 'test', 'api-key', $1, $2, $3 from workspace where slug = 'default'`,
    [scopes, origins, hashOf(key)],
  );
  return key;
}

/** What each door says, as a function of its own words. */
interface Door {
  prefix: string;
  contentType: string;
  shape: (words: { status: number; words: string; message: unknown }) => object;
}
const doors: Record<string, Door> = {
  'Acquire /api/v1/': {
    prefix: '/api/v1/',
    contentType: 'application/json; charset=utf-8',
    shape: ({ words, message }) => ({ error: { type: words, message } }),
  },
  'Kore /api/public/': {
    prefix: '/api/public/',
    contentType: 'application/json; charset=utf-8',
    shape: ({ words, status }) => ({ errors: [{ msg: words, code: status }] }),
  },
  'Kore /api/1.1/': {
    prefix: '/api/1.1/',
    contentType: 'application/json; charset=utf-8',
    shape: ({ words, status }) => ({ errors: [{ msg: words, code: status }] }),
  },
  'Haptik /v1.0/': {
    prefix: '/v1.0/',
    contentType: 'application/json; charset=utf-8',
    shape: ({ words }) => ({ error_message: words }),
  },
  'everything else': {
    prefix: '/',
    contentType: 'application/problem+json',
    shape: ({ words, status, message }) => ({
      type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
      title: words.replaceAll('_', ' ').replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()),
      status,
      detail: message,
      instance: expect.stringMatching(/^\//),
      requestId: expect.any(String),
      code: words,
      error: { code: words, message },
    }),
  },
};
const text = expect.any(String);

/** The table at the end of the contract, a row each. */
const table: [Problem, ...string[]][] = [
  [new NotFound(), 'ERROR_RECORD_NOT_FOUND', 'Not Found', 'not found', 'not_found'],
  [
    new MethodNotAllowed(['GET']),
    'ERROR_INVALID_INPUT',
    'Method Not Allowed',
    'method not allowed',
    'method_not_allowed',
  ],
  [new ContentTooLarge(1), 'ERROR_INVALID_INPUT', 'Payload Too Large', 'body too large', 'content_too_large'],
  [
    new UnsupportedMediaType('no'),
    'ERROR_INVALID_INPUT',
    'Unsupported Media Type',
    'content type must be application/json',
    'unsupported_media_type',
  ],
  [
    new TooManyRequests(9),
    'ERROR_TOO_MANY_REQUESTS',
    "You've exceeded the per-minute rate limit. Please wait for sometime before retrying.",
    'too many requests',
    'too_many_requests',
  ],
  [new ServiceUnavailable(), 'ERROR_SERVER_ERROR', 'Service Unavailable', 'service unavailable', 'service_unavailable'],
  [new MalformedRequest('no'), 'ERROR_INVALID_INPUT', 'Bad Request', 'no', 'bad_request'],
  [
    new InternalError(new Error('secret')),
    'ERROR_SERVER_ERROR',
    'Internal Server Error',
    'internal error',
    'internal_server_error',
  ],
];

describe.each(Object.entries(doors))('the shape of errors: %s', (name, { prefix, contentType, shape }) => {
  let probe: FastifyInstance;
  beforeAll(() => {
    probe = fastify();
    const filter = app.nest.get(ProblemFilter);
    probe.setErrorHandler((error, request, reply) => filter.answer(error, request, reply));
    probe.get('/*', (request) => {
      throw table.find(([{ kind }]) => request.url.endsWith(kind.slug))![0];
    });
  });
  afterAll(() => probe.close());

  it.each(table)('%s', async ({ kind, retryAfter }, acquire, kore, haptik, problem) => {
    const words = name.startsWith('Acquire')
      ? acquire
      : name.startsWith('Kore')
        ? kore
        : name.startsWith('Haptik')
          ? haptik
          : problem;
    const answer = await probe.inject(`${prefix}x/${kind.slug}`);
    expect(answer.statusCode).toBe(kind.status);
    expect(answer.headers['content-type']).toBe(contentType);
    expect(answer.json()).toEqual(shape({ status: kind.status, words, message: text }));
    expect(answer.headers['retry-after']).toBe(retryAfter?.toString());
    expect(answer.body).not.toContain('secret');
  });

  it('404 for a path that nobody knows, before anything else is looked at', async () => {
    const answer = await call(app, `${prefix}nobody/knows`, { raw: '{', key: null });
    const index = { A: 1, K: 2, H: 3, e: 4 }[name[0]!]!;
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe(contentType);
    expect(answer.body).toEqual(shape({ status: 404, words: table[0]![index] as string, message: text }));
  });

  it('400 for a path that cannot be decoded', async () => {
    const answer = await sendRaw(app, rawRequest(`GET ${prefix}%zz`));
    const words = { A: 'ERROR_INVALID_INPUT', K: 'Bad Request', H: 'malformed request', e: 'bad_request' }[name[0]!]!;
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe(contentType);
    expect(answer.headers['x-request-id']).toMatch(ours);
    expect(answer.body).toEqual(shape({ status: 400, words, message: text }));
  });

  it('400 for what is no HTTP', async () => {
    const answer = await sendRaw(app, `GET ${prefix} HTTP/1.1\r\nbad header\r\n\r\n`);
    const words = { A: 'ERROR_INVALID_INPUT', K: 'Bad Request', e: 'bad_request' }[name[0]!];
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe(contentType);
    expect(answer.headers['x-request-id']).toMatch(ours);
    expect(answer.body).toEqual(shape({ status: 400, words: words ?? 'the request is not valid HTTP', message: text }));
  });

  it('431 for header fields of more than 16 KiB', async () => {
    const answer = await sendRaw(app, rawRequest(`GET ${prefix}`, [`X-Long: ${'x'.repeat(20_000)}`]));
    expect(answer.status).toBe(431);
    expect(answer.headers['content-type']).toBe(contentType);
  });
});

describe('the order of the checks', () => {
  const wrongType = { 'content-type': 'text/plain' };
  const tooLarge = `"${'x'.repeat(2_097_152)}`;
  const status = async (path: string, options: Parameters<typeof call>[2]): Promise<number> =>
    (await call(app, path, options)).status;

  it('path before method', async () =>
    expect(await status('/nobody', { method: 'PUT', raw: tooLarge, headers: wrongType, key: null })).toBe(404));

  it('method before content type', async () =>
    expect(await status('/feedback', { method: 'PUT', raw: tooLarge, headers: wrongType, key: null })).toBe(405));

  it('content type before size', async () =>
    expect(await status('/feedback', { raw: tooLarge, headers: wrongType, key: null })).toBe(415));

  it('content encoding before size', async () =>
    expect(await status('/feedback', { raw: tooLarge, headers: { 'content-encoding': 'gzip' }, key: null })).toBe(415));

  it('size before JSON', async () => expect(await status('/feedback', { raw: tooLarge, key: null })).toBe(413));

  it('JSON before credential', async () => expect(await status('/feedback', { raw: '{', key: null })).toBe(400));

  it('credential before content', async () => expect(await status('/feedback', { body: {}, key: null })).toBe(401));

  it('scope before content', async () =>
    expect(await status('/feedback', { body: {}, key: await keyWith(['feedback:read']) })).toBe(403));

  it('scope before budget before content', async () => {
    const limited = await startApp({ RATE_LIMIT: 1 }, { beside: app });
    try {
      const reader = await keyWith(['feedback:read']);
      const writer = await keyWith(['feedback:write']);
      const statuses: number[] = [];
      for (const key of [reader, reader, reader, writer, writer])
        statuses.push((await call(limited, '/feedback', { body: {}, key })).status);
      expect(statuses).toEqual([403, 403, 403, 422, 429]);
    } finally {
      await limited.close();
    }
  });

  it('content last', async () => expect(await status('/feedback', { body: {} })).toBe(422));
});

describe('bodies', () => {
  const bytes = (size: number): string => {
    const start = JSON.stringify({ ...valid, details: '' }).slice(0, -2);
    return `${start}${'x'.repeat(size - start.length - 2)}"}`;
  };

  it('2,097,152 bytes are taken', async () => {
    const raw = bytes(2_097_152);
    expect(Buffer.byteLength(raw)).toBe(2_097_152);
    expect((await call(app, '/feedback', { raw })).status).toBe(200);
  });

  it('413 for one byte more', async () => {
    const answer = await call(app, '/feedback', { raw: bytes(2_097_153) });
    expect(answer.status).toBe(413);
    expect(answer.body).toMatchObject({ status: 413, code: 'content_too_large' });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])(
    'takes the content type %s',
    async (type) => {
      const answer = await call(app, '/feedback', { body: valid, headers: { 'content-type': type } });
      expect(answer.status).toBe(200);
    },
  );

  it('400 for no body at all, whatever the content type', async () => {
    const answer = await sendRaw(app, rawRequest('POST /feedback', [asAdmin]));
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toBe('the body must be a JSON object');
  });

  it('a content type without a body is no fault', async () => {
    expect((await sendRaw(app, rawRequest('GET /livez', ['Content-Type: text/plain']))).status).toBe(200);
  });
});

describe('405', () => {
  it.each(['PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('for %s, with Allow', async (method) => {
    const answer = await sendRaw(app, rawRequest(`${method} /feedback`));
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']!.split(', ')).toContain('POST');
    expect(answer.body).toMatchObject({ status: 405, code: 'method_not_allowed', instance: '/feedback' });
  });

  it('Allow names HEAD beside GET', async () => {
    const answer = await call(app, '/livez', { method: 'POST' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('paths', () => {
  it.each(['/feedback/', '/feedback'])('%s works, without redirect', async (path) => {
    expect((await call(app, path, { body: valid })).status).toBe(200);
  });

  it.each(['/livez', '/livez/', '/readyz'])('HEAD %s answers as GET does, without a body', async (path) => {
    const get = await call(app, path);
    const head = await call(app, path, { method: 'HEAD' });
    expect(head.status).toBe(get.status);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(head.body).toBe('');
  });

  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')] as const),
  );
  it.each(operations)('%s %s is there with a slash at its end as without, and is no redirect', async (method, path) => {
    const bare = await sendRaw(app, rawRequest(`${method} ${path.replace(/\/$/, '')}`));
    const slashed = await sendRaw(app, rawRequest(`${method} ${path.replace(/\/$/, '')}/`));
    expect([301, 302, 307, 308, 404, 405]).not.toContain(bare.status);
    expect(slashed.status).toBe(bare.status);
  });

  const readable = operations.filter(([method]) => method === 'GET').map(([, path]) => path);
  it.each(readable)('HEAD %s has the status of GET', async (path) => {
    const [get, head] = [await call(app, path), await call(app, path, { method: 'HEAD' })];
    expect([head.status, head.body]).toEqual([get.status, '']);
  });

  it('HEAD of nothing is 404 without a body', async () => {
    const answer = await sendRaw(app, rawRequest('HEAD /nobody'));
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  it("an unknown query parameter is ignored on the vendors' doors", async () => {
    expect((await call(app, '/feedback?api_key=x&verbose', { body: valid })).status).toBe(200);
  });

  const native = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, operations]) => Object.keys(operations).map((method) => [method.toUpperCase(), path] as const));
  it.each(native)('an unknown query parameter is 422 on the native one: %s %s', async (method, path) => {
    const body = ['POST', 'PATCH'].includes(method) ? {} : undefined;
    const answer = await call(app, `${path.replaceAll(/\{\w+\}/g, 'x')}?colour=blue`, { method, body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual({ pointer: '/colour', detail: 'colour is not a known member' });
  });

  it('an unknown query parameter of the native door is looked at after the credential', async () => {
    expect((await call(app, '/v1/feedback/x?colour=blue', { key: null })).status).toBe(401);
  });
});

describe('X-Request-Id', () => {
  const idOf = async (sent?: string): Promise<string | null> =>
    (await call(app, '/livez', { headers: sent === undefined ? {} : { 'x-request-id': sent } })).headers.get(
      'x-request-id',
    );

  it.each(['a', 'x'.repeat(64), 'Az09._-'])("is the caller's: %s", async (id) => expect(await idOf(id)).toBe(id));

  it.each(['', 'x'.repeat(65), 'with space', 'semi;colon', 'a/b', 'a,b', 'é'])('is ours instead of "%s"', async (id) =>
    expect(await idOf(id)).toMatch(ours),
  );

  it('is ours where none was sent, another one each time', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => idOf()));
    for (const id of ids) expect(id).toMatch(ours);
    expect(new Set(ids).size).toBe(20);
  });

  it('is ours where two were sent', async () => {
    const answer = await sendRaw(app, rawRequest('GET /livez', ['X-Request-Id: a', 'X-Request-Id: b']));
    expect(answer.headers['x-request-id']).toMatch(ours);
  });

  it.each([
    ['200', 'POST /feedback', [asAdmin, asJson], JSON.stringify(valid)],
    ['400', 'POST /feedback', [asJson], '{'],
    ['401', 'POST /feedback', [asJson], '{}'],
    ['404', 'GET /nobody', [], ''],
    ['405', 'PUT /feedback', [], ''],
    ['415', 'POST /feedback', [], 'x'],
    ['422', 'POST /feedback', [asAdmin, asJson], '{}'],
    ['400', 'GET /%zz', [], ''],
  ])('is on a %s too', async (status, line, fields, body) => {
    const answer = await sendRaw(app, rawRequest(line, ['X-Request-Id: mine', ...fields], body));
    expect([String(answer.status), answer.headers['x-request-id']]).toEqual([status, 'mine']);
    if (answer.status >= 400) expect(answer.body.requestId).toBe('mine');
  });
});

describe('credentials', () => {
  it('401 with WWW-Authenticate: Bearer where none was sent', async () => {
    const answer = await call(app, '/feedback', { body: valid, key: null });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(['Bearer unknown', 'Bearer', 'Basic YTpi', adminKey, 'Bearer aw_000000000000000000000000000000000000'])(
    '401 with error="invalid_token" for Authorization: %s',
    async (authorization) => {
      const answer = await call(app, '/feedback', { body: valid, key: null, headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    },
  );

  it.each(['bearer', 'BEARER', 'Bearer  '])('the scheme is written %s', async (scheme) => {
    const headers = { authorization: `${scheme} ${adminKey}` };
    expect((await call(app, '/feedback', { body: valid, key: null, headers })).status).toBe(200);
  });

  it.each([
    ['Authorization', [asAdmin, asAdmin]],
    ['authorization in another case', [asAdmin, asAdmin.replace('Authorization', 'AUTHORIZATION')]],
    ['auth', [asAdmin, 'auth: a', 'auth: b']],
    ['client-id', [asAdmin, 'client-id: a', 'Client-Id: a']],
  ])('400 for more than one %s', async (_, fields) => {
    const answer = await sendRaw(app, rawRequest('POST /feedback', [asJson, ...fields], JSON.stringify(valid)));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'bad_request', detail: expect.stringMatching(/more than once/) });
  });

  it.each(['?key=', '?api_key=', '?access_token='])('a key in the query (%s…) is ignored', async (query) => {
    expect((await call(app, `/feedback${query}${adminKey}`, { body: valid, key: null })).status).toBe(401);
  });

  it('403 from an origin that the credential is not for', async () => {
    const key = await keyWith(['feedback:write'], ['https://shop.example']);
    const from = (headers: Record<string, string>): Promise<Answer> =>
      call(app, '/feedback', { body: valid, key, headers });
    expect((await from({ origin: 'https://other.example' })).status).toBe(403);
    expect((await from({ origin: 'https://shop.example' })).status).toBe(200);
    expect((await from({})).status).toBe(200);
  });
});
