import { hashOf, newApiKey } from '#libs/access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { exampleOf } from '../harness/examples.js';
import { rawRequest, sendRaw } from '../harness/raw.js';

const members = [
  'id',
  'type',
  'messageId',
  'createdAt',
  'updatedAt',
  'reasons',
  'details',
  'properties',
  'userProperties',
  'sources',
];
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const full = {
  type: 'negative',
  messageId: 'msg_1',
  createdAt: '2026-03-01T10:00:00.000Z',
  reasons: [
    { label: 'missing_information', details: 'no word of refunds' },
    { label: 'unclear', details: '' },
  ],
  details: 'Not what I asked.\nÄ 😀 \u202e',
  properties: { page: '/docs', constructor: 1, prototype: { constructor: [] }, deep: [[{ a: null }]] },
  userProperties: {
    id: 7,
    userId: 'u1',
    identificationType: 'COOKIED',
    supportAgentName: 'A',
    supportAgentEmail: 'a@example.org',
    userType: 'internal',
    plan: { name: 'pro', prototype: 1 },
    constructor: 'x',
  },
  sources: [
    { type: 'positive', title: 'Refunds', url: 'https://example.org/refunds' },
    { type: 'new', title: null, url: null },
  ],
};

let app: TestApp;
let counter = 0;
const newId = (): string => `id-${++counter}`;
const submit = (members: object, key?: string): Promise<Answer> =>
  call(app, '/feedback', { body: { type: 'positive', messageId: 'm1', ...members }, ...(key && { key }) });
const stored = async (externalId: string): Promise<number> =>
  (await app.query('select 1 from feedback_entry where external_id = $1', [externalId])).length;
async function recorded(members: object): Promise<Answer['body']> {
  const answer = await submit(members);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200, body: {} });
  return answer.body;
}

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('POST /feedback: the answer', () => {
  it('200 with the stored record, every member present, null where there is nothing', async () => {
    const answer = await submit({});
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(Object.keys(answer.body).toSorted()).toEqual(members.toSorted());
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
      createdAt: expect.stringMatching(iso),
      reasons: null,
      details: null,
      properties: null,
      userProperties: null,
      sources: null,
    });
    expect(answer.body.updatedAt).toBe(answer.body.createdAt);
    expect(Math.abs(Date.parse(answer.body.createdAt) - Date.now())).toBeLessThan(5_000);
    expect(await stored(answer.body.id)).toBe(1);
  });

  it('200 for the sample of the OpenAPI document, as it stands there', async () => {
    const { request, response } = exampleOf('submitMessageFeedback');
    const answer = await call(app, '/feedback', { body: request });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...response,
      id: expect.any(String),
      createdAt: expect.stringMatching(iso),
      updatedAt: expect.stringMatching(iso),
    });
  });

  it('every member is read back as it was sent', async () => {
    const id = newId();
    const answer = await recorded({ id, ...full });
    expect(answer).toEqual({ id, ...full, updatedAt: expect.stringMatching(iso) });
  });

  it('and once more from the database, where nothing has changed', async () => {
    const id = newId();
    const first = await recorded({ id, ...full });
    expect(await recorded({ id, ...full })).toEqual(first);
  });

  it('null is the same as absent', async () => {
    const nulls = {
      createdAt: null,
      updatedAt: null,
      reasons: null,
      details: null,
      properties: null,
      userProperties: null,
      sources: null,
    };
    const id = newId();
    const first = await recorded({ id });
    expect(await recorded({ id, ...nulls })).toEqual(first);
  });

  it('empty containers and texts stay what they are', async () => {
    const empty = { reasons: [], details: '', properties: {}, userProperties: {}, sources: [] };
    expect(await recorded(empty)).toMatchObject(empty);
  });

  it.each([{}, { details: null }])('a reason with %j for details is answered with ""', async (details) => {
    expect((await recorded({ reasons: [{ label: 'x', ...details }] })).reasons).toEqual([{ label: 'x', details: '' }]);
  });

  it('unknown members are ignored', async () => {
    expect(Object.keys(await recorded({ workspaceId: 'other', conversation: 'c', score: 5 }))).toHaveLength(10);
  });

  it('members called constructor and prototype are unknown members like others', async () => {
    expect(Object.keys(await recorded({ constructor: 1, prototype: {} }))).toHaveLength(10);
  });
});

describe('POST /feedback: free-form objects', () => {
  const json = fc.object({
    maxDepth: 4,
    maxKeys: 4,
    key: fc
      .oneof(fc.string(), fc.constantFrom('constructor', 'prototype', 'toString', 'length', '0', ''))
      .filter((key) => key !== '__proto__' && !key.includes('\0')),
    values: [
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('2026-01-01T00:00:00Z', '', '\u0001', '\u2028', "'", '\\'),
    ],
  });

  it('are read back key by key, from the request and from the database', async () => {
    await fc.assert(
      fc.asyncProperty(json, json, async (properties, userProperties) => {
        const { id: _id, userId: _userId, ...rest } = userProperties;
        const sent = JSON.parse(JSON.stringify({ id: newId(), properties, userProperties: rest })) as { id: string };
        const first = await recorded(sent);
        expect(first).toMatchObject(sent);
        expect(first.properties).toEqual((sent as { properties?: object }).properties);
        expect(await recorded(sent)).toEqual(first);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['0.1', 0.1],
    ['1e21', 1e21],
    ['9007199254740993', 9007199254740992],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', Number.MIN_VALUE],
    ['1e-400', 0],
    ['123456789.123456789', 123456789.12345679],
    ['-0', 0],
    ['-0.0', 0],
  ])('the number %s has double precision', async (written, read) => {
    const id = newId();
    const raw = `{"id":"${id}","type":"positive","messageId":"m","properties":{"n":${written},"l":[${written}]}}`;
    const first = await call(app, '/feedback', { raw });
    expect(first.body.properties).toEqual({ n: read, l: [read] });
    expect((await call(app, '/feedback', { raw })).body).toEqual(first.body);
  });
});

describe('POST /feedback: what is valid', () => {
  it.each([
    ['id', 'i'],
    ['id of 255 characters', 'i'.repeat(255)],
    ['id of 255 characters outside the BMP', '😀'.repeat(255)],
    ['id that is no word', ' / ?%00"\\\u007f'],
  ])('%s', async (_, id) => expect((await recorded({ id })).id).toBe(id));

  it.each(['m', 'm'.repeat(255), '😀'.repeat(255)])('messageId %s', async (messageId) =>
    expect((await recorded({ messageId })).messageId).toBe(messageId),
  );

  it.each(['positive', 'negative'])('type %s', async (type) => expect((await recorded({ type })).type).toBe(type));

  it.each([
    ['2026-03-01T12:00:00+02:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.123999Z', '2026-03-01T10:00:00.123Z'],
    ['2026-03-01T10:00:00.1Z', '2026-03-01T10:00:00.100Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['0050-06-01T00:00:00.5Z', '0050-06-01T00:00:00.500Z'],
    ['1883-11-18T12:03:58Z', '1883-11-18T12:03:58.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2024-02-29T23:59:59-00:30', '2024-03-01T00:29:59.000Z'],
  ])('createdAt %s, now and when it comes from the database', async (createdAt, read) => {
    const id = newId();
    expect((await recorded({ id, createdAt })).createdAt).toBe(read);
    expect((await recorded({ id })).createdAt).toBe(read);
    expect((await recorded({ id, details: 'changed' })).createdAt).toBe(read);
  });

  it('updatedAt is ignored', async () => {
    const { updatedAt } = await recorded({ updatedAt: '1999-01-01T00:00:00Z' });
    expect(Math.abs(Date.parse(updatedAt) - Date.now())).toBeLessThan(5_000);
  });

  it('updatedAt is when it was recorded, whatever createdAt says', async () => {
    const { createdAt, updatedAt } = await recorded({ createdAt: '1999-01-01T00:00:00Z' });
    expect(createdAt).toBe('1999-01-01T00:00:00.000Z');
    expect(Math.abs(Date.parse(updatedAt) - Date.now())).toBeLessThan(5_000);
  });

  it.each(['identificationType', 'supportAgentName', 'supportAgentEmail', 'userType'])(
    'userProperties.%s is text or null',
    async (name) => {
      for (const value of ['ID_PROVIDED', 'any other', '', null])
        expect((await recorded({ userProperties: { [name]: value } })).userProperties).toEqual({ [name]: value });
    },
  );

  it.each(['id', 'userId'])('userProperties.%s is text, a number or null', async (name) => {
    for (const value of ['u', 5, 1.5, null, ''])
      expect((await recorded({ userProperties: { [name]: value } })).userProperties).toEqual({ [name]: value });
  });

  it.each(['positive', 'negative', 'new', null])('a source of type %s', async (type) =>
    expect((await recorded({ sources: [{ type }] })).sources).toEqual([{ type }]),
  );

  it('a source of nothing', async () => expect((await recorded({ sources: [{}] })).sources).toEqual([{ type: null }]));
});

describe('POST /feedback: the respondent', () => {
  it.each<[object | null, string | null]>([
    [null, null],
    [{}, null],
    [{ userId: 'u', id: 'i' }, 'u'],
    [{ userId: null, id: 'i' }, 'i'],
    [{ userId: '', id: 'i' }, 'i'],
    [{ id: 'i' }, 'i'],
    [{ userId: 7 }, '7'],
    [{ userId: 0, id: 'i' }, '0'],
    [{ userId: 1.5 }, '1.5'],
    [{ userId: 1e21 }, '1000000000000000000000'],
    [{ userId: -1e-7 }, '-0.0000001'],
    [{ userId: 9007199254740991 }, '9007199254740991'],
    [{ userId: 'Zoë'.normalize('NFD') }, 'Zoë'.normalize('NFC')],
  ])('of userProperties %j is %j', async (userProperties, respondent) => {
    const { id } = await recorded({ userProperties });
    expect(await app.query('select respondent from feedback_entry where external_id = $1', [id])).toEqual([
      { respondent },
    ]);
  });
});

describe('POST /feedback: the version', () => {
  const longest = '\u{1F600}'.repeat(255);
  it.each([
    ['2026-11-20', '2026-11-20'],
    [longest, longest],
    [`${longest}x`, null],
    ['', null],
    [4, null],
    [null, null],
    [{ version: '4' }, null],
  ])('of properties.version %j is %j, and the properties stay as they were sent', async (version, known) => {
    const { id, properties } = await recorded({ properties: { version } });
    expect(properties).toEqual({ version });
    const { body } = await call(app, '/v1/feedback');
    expect(body.data.find(({ externalId }: { externalId: string }) => externalId === id)).toMatchObject({
      version: known,
      properties: { version },
    });
  });

  it('is that of the last state that was sent', async () => {
    const { id } = await recorded({ id: newId(), properties: { version: 'one' } });
    await recorded({ id, properties: { version: 'two' } });
    const found = async (version: string): Promise<string[]> =>
      (await call(app, `/v1/feedback?version=${version}`)).body.data.map(
        ({ externalId }: { externalId: string }) => externalId,
      );
    expect([await found('one'), await found('two')]).toEqual([[], [id]]);
  });
});

describe('POST /feedback: 422', () => {
  it.each<[string, object, string]>([
    ['type absent', { type: undefined }, '/type'],
    ['type null', { type: null }, '/type'],
    ['type in upper case', { type: 'POSITIVE' }, '/type'],
    ['type as array', { type: ['positive'] }, '/type'],
    ['messageId absent', { messageId: undefined }, '/messageId'],
    ['messageId null', { messageId: null }, '/messageId'],
    ['messageId empty', { messageId: '' }, '/messageId'],
    ['messageId of 256 characters', { messageId: 'm'.repeat(256) }, '/messageId'],
    ['messageId as number', { messageId: 5 }, '/messageId'],
    ['id null', { id: null }, '/id'],
    ['id empty', { id: '' }, '/id'],
    ['id of 256 characters', { id: 'i'.repeat(256) }, '/id'],
    ['id of 256 characters, half of them without a width', { id: 'i\ufe0f'.repeat(128) }, '/id'],
    ['messageId of 256 characters, half of them without a width', { messageId: 'i\ufe0f'.repeat(128) }, '/messageId'],
    ['id as number', { id: 5 }, '/id'],
    ['createdAt without offset', { createdAt: '2026-03-01T10:00:00' }, '/createdAt'],
    ['createdAt on 30 February', { createdAt: '2026-02-30T10:00:00Z' }, '/createdAt'],
    ['createdAt as number', { createdAt: 1_700_000_000 }, '/createdAt'],
    ['createdAt empty', { createdAt: '' }, '/createdAt'],
    ['updatedAt no instant', { updatedAt: 'now' }, '/updatedAt'],
    ['reasons as object', { reasons: {} }, '/reasons'],
    ['a reason as text', { reasons: ['x'] }, '/reasons/0'],
    ['a reason null', { reasons: [null] }, '/reasons/0'],
    ['a reason without label', { reasons: [{ label: 'x' }, { details: '' }] }, '/reasons/1/label'],
    ['a reason with an empty label', { reasons: [{ label: '' }] }, '/reasons/0/label'],
    ['details of a reason as number', { reasons: [{ label: 'x', details: 1 }] }, '/reasons/0/details'],
    ['details as number', { details: 1 }, '/details'],
    ['properties as text', { properties: 'x' }, '/properties'],
    ['properties as array', { properties: [] }, '/properties'],
    ['userProperties as array', { userProperties: [] }, '/userProperties'],
    ['userProperties.id as object', { userProperties: { id: {} } }, '/userProperties/id'],
    [
      'userProperties.userId of 256 characters',
      { userProperties: { userId: 'u'.repeat(256), id: 'i' } },
      '/userProperties/userId',
    ],
    [
      'userProperties.userId with U+200B',
      { userProperties: { userId: 'a\u200bb', id: 'i' } },
      '/userProperties/userId',
    ],
    ['userProperties.userId with U+202E', { userProperties: { userId: 'a\u202eb' } }, '/userProperties/userId'],
    ['userProperties.userId with a line end', { userProperties: { userId: 'a\nb' } }, '/userProperties/userId'],
    ['userProperties.userId of 300 digits', { userProperties: { userId: 1e300 } }, '/userProperties/userId'],
    ['userProperties.id of 256 characters', { userProperties: { id: 'u'.repeat(256) } }, '/userProperties/id'],
    ['userProperties.userId as boolean', { userProperties: { userId: true } }, '/userProperties/userId'],
    [
      'identificationType as number',
      { userProperties: { identificationType: 1 } },
      '/userProperties/identificationType',
    ],
    ['supportAgentName as number', { userProperties: { supportAgentName: 1 } }, '/userProperties/supportAgentName'],
    ['supportAgentEmail as number', { userProperties: { supportAgentEmail: 1 } }, '/userProperties/supportAgentEmail'],
    ['userType as array', { userProperties: { userType: [] } }, '/userProperties/userType'],
    ['sources as text', { sources: 'x' }, '/sources'],
    ['a source of another type', { sources: [{ type: 'old' }] }, '/sources/0/type'],
    ['a title as number', { sources: [{ type: 'new', title: 1 }] }, '/sources/0/title'],
    ['a url as number', { sources: [{ type: 'new', url: 1 }] }, '/sources/0/url'],
  ])('%s', async (_, members, pointer) => {
    const before = await app.query<{ n: string }>('select count(*) as n from feedback_entry');
    const answer = await submit(members);
    expect([answer.status, answer.body.errors?.map((error: { pointer: string }) => error.pointer)]).toEqual([
      422,
      [pointer],
    ]);
    expect(await app.query('select count(*) as n from feedback_entry')).toEqual(before);
  });

  it('every fault is named, in the order of the members', async () => {
    const { body } = await submit({ type: 'x', messageId: '', details: 1 });
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/type', '/messageId', '/details']);
  });
});

describe('POST /feedback: error bodies', () => {
  const problem = (status: number, title: string, detail: string, slug: string) => {
    const code = title.toLowerCase().replaceAll(' ', '_');
    return {
      type: `/problems/${slug}`,
      title,
      status,
      detail,
      instance: '/feedback',
      requestId: 'r-1',
      code,
      error: { code, message: detail },
    };
  };
  const fields = { 'x-request-id': 'r-1' };
  const ask = async (options: object, expected: { status: number; errors?: object[] }): Promise<void> => {
    const answer = await call(app, '/feedback?secret=1', { headers: fields, ...options });
    expect(answer.status).toBe(expected.status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toEqual(expected);
  };

  it('400', () =>
    ask({ raw: '[]' }, problem(400, 'Bad Request', 'the body must be a JSON object', 'malformed-request')));

  it('401', () =>
    ask({ body: {}, key: 'unknown' }, problem(401, 'Unauthorized', 'the credential is not valid', 'unauthorized')));

  it('403', async () => {
    const { key } = await newWorkspace(['feedback:read']);
    await ask(
      { body: {}, key },
      problem(403, 'Forbidden', 'the credential lacks the scope feedback:write', 'forbidden'),
    );
  });

  it('415, in words that say what to set', () =>
    ask(
      { raw: '{}', headers: { ...fields, 'content-type': 'text/plain;charset=UTF-8' } },
      problem(
        415,
        'Unsupported Media Type',
        'content type must be application/json: set the header Content-Type',
        'unsupported-media-type',
      ),
    ));

  it('422, with a pointer to each fault', () =>
    ask(
      { body: { type: 'x', messageId: 'm' } },
      {
        ...problem(422, 'Unprocessable Entity', 'type must be positive or negative', 'invalid-input'),
        errors: [{ pointer: '/type', detail: 'type must be positive or negative' }],
      },
    ));

  it("the vendor's JavaScript sample sends text/plain: 415", async () => {
    const fields = ['Content-Type: text/plain;charset=UTF-8'];
    const answer = await sendRaw(app, rawRequest('POST /feedback', fields, '{"type":"positive","messageId":"m"}'));
    expect([answer.status, answer.body.detail]).toEqual([415, expect.stringContaining('Content-Type')]);
  });
});

/** A workspace of its own, with a key that has these scopes. */
async function newWorkspace(scopes: string[]): Promise<{ key: string }> {
  const key = newApiKey();
  await app.query(
    `with made as (
       insert into workspace (id, slug, name) values (gen_random_uuid(), $1, 'Other') returning id
     )
     insert into credential (id, workspace_id, name, type, scopes, key_hash)
     select gen_random_uuid(), id, 'test', 'api-key', $2, $3 from made`,
    [newId(), scopes, hashOf(key)],
  );
  return { key };
}

describe('POST /feedback: the same id again', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, shuffled(inner)]),
    );
  };

  it('equal content in another order of members: the very same answer, one row', async () => {
    const id = newId();
    const first = await recorded({ id, ...full });
    expect(await recorded(shuffled({ id, ...full }) as object)).toEqual(first);
    expect(await stored(id)).toBe(1);
  });

  it('equal content without createdAt: the very same answer', async () => {
    const id = newId();
    const { createdAt: _, ...rest } = full;
    const first = await recorded({ id, ...full });
    expect(await recorded({ id, ...rest, createdAt: null })).toEqual(first);
  });

  it('createdAt written with another offset and finer digits is equal', async () => {
    const id = newId();
    const first = await recorded({ id, ...full });
    expect(await recorded({ id, ...full, createdAt: '2026-03-01T12:00:00.0004+02:00' })).toEqual(first);
  });

  it.each<[string, object]>([
    ['type', { type: 'positive' }],
    ['messageId', { messageId: 'other' }],
    ['details', { details: '' }],
    ['reasons', { reasons: [] }],
    ['reasons in another order', { reasons: full.reasons.toReversed() }],
    ['properties', { properties: { ...full.properties, deep: [[{ a: 0 }]] } }],
    ['a member of properties that is null', { properties: { ...full.properties, more: null } }],
    ['userProperties', { userProperties: { ...full.userProperties, plan: null } }],
    ['sources', { sources: null }],
    ['createdAt', { createdAt: '2026-03-01T10:00:00.001Z' }],
  ])('other %s: replaced as a whole, updatedAt moves', async (_, change) => {
    const id = newId();
    const first = await recorded({ id, ...full });
    await app.query(`update feedback_entry set updated_at = updated_at - interval '1 hour' where external_id = $1`, [
      id,
    ]);
    const second = await recorded({ id, ...full, ...change });
    expect(second).toEqual({ id, ...full, ...change, updatedAt: expect.any(String) });
    expect(Date.parse(second.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));
    expect(await recorded({ id, ...full, ...change })).toEqual(second);
    expect(await stored(id)).toBe(1);
  });

  it('updatedAt never moves back', async () => {
    const id = newId();
    await recorded({ id });
    const ahead = '2999-01-01T00:00:00.000Z';
    await app.query('update feedback_entry set updated_at = $2 where external_id = $1', [id, ahead]);
    expect((await recorded({ id, details: 'changed' })).updatedAt).toBe(ahead);
    expect((await recorded({ id, details: 'changed' })).updatedAt).toBe(ahead);
  });

  it('what is not sent again is gone, but createdAt stays', async () => {
    const id = newId();
    const { createdAt } = await recorded({ id, ...full });
    expect(await recorded({ id })).toMatchObject({
      type: 'positive',
      createdAt,
      reasons: null,
      details: null,
      properties: null,
      userProperties: null,
      sources: null,
    });
  });

  it('ids differ by case and by normalisation', async () => {
    for (const id of ['Case', 'case', 'e\u0301', '\u00e9', 'case ']) await recorded({ id, details: id });
    for (const id of ['Case', 'case', 'e\u0301', '\u00e9', 'case ']) expect(await stored(id)).toBe(1);
  });

  it('an id that the server made names its record too', async () => {
    const { id, createdAt } = await recorded({});
    expect(await recorded({ id, details: 'more' })).toMatchObject({ id, createdAt, details: 'more' });
    expect(await stored(id)).toBe(1);
  });

  it('an invalid repetition changes nothing', async () => {
    const id = newId();
    const first = await recorded({ id, ...full });
    expect((await submit({ id, ...full, details: 5 })).status).toBe(422);
    expect(await recorded({ id, ...full })).toEqual(first);
  });
});

describe('POST /feedback: workspaces', () => {
  it('the same id in two workspaces names two records that know nothing of each other', async () => {
    const { key } = await newWorkspace(['feedback:write']);
    const id = newId();
    const ours = await recorded({ id, ...full });
    const theirs = (await submit({ id, details: 'theirs' }, key)).body;
    expect(theirs).toMatchObject({ id, details: 'theirs', properties: null });
    expect(theirs.createdAt).not.toBe(ours.createdAt);
    expect(await recorded({ id, ...full })).toEqual(ours);
    expect((await submit({ id, details: 'theirs' }, key)).body).toEqual(theirs);
    expect(await stored(id)).toBe(2);
  });
});

describe('POST /feedback: at the same time', () => {
  /** Submissions of one id go one commit after the other; on a busy machine the last ones are told to come again. */
  async function insist(members: object): Promise<Answer> {
    let answer = await submit(members);
    while (answer.status === 503) answer = await submit(members);
    return answer;
  }

  it('100 of one id end in the state of one of them, in one row', async () => {
    const id = newId();
    const states = Array.from({ length: 100 }, (_, n) => ({ details: `d${n}`, messageId: `m${n}`, properties: { n } }));
    const answers = await Promise.all(states.map((state) => insist({ id, ...state })));
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    answers.forEach(({ body }, n) => expect(body).toMatchObject(states[n]!));
    const rows = await app.query<{ comment: string; message: string; properties: object }>(
      'select comment, message, properties from feedback_entry where external_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    const n = Number(rows[0]!.comment.slice(1));
    expect(rows[0]).toEqual({ comment: `d${n}`, message: `m${n}`, properties: { n } });
  });

  it('100 of one id and one content are all answered with the same record', async () => {
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 100 }, () => insist({ id, ...full })));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await stored(id)).toBe(1);
  });

  it('300 of distinct ids, with and without one of their own, are all stored', async () => {
    const bodies = Array.from({ length: 300 }, (_, n) => (n % 2 ? { id: newId() } : {}));
    const answers = await Promise.all(bodies.map((body) => submit({ messageId: 'many', ...body })));
    expect(answers.map(({ status }) => status)).toEqual(Array(300).fill(200));
    const rows = await app.query<{ external_id: string }>(
      `select external_id from feedback_entry where message = 'many'`,
    );
    expect(rows.map((row) => row.external_id).toSorted()).toEqual(
      answers.map(({ body }) => String(body.id)).toSorted(),
    );
  });
});
