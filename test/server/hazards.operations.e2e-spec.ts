import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { rawRequest, sendRaw } from '../harness/raw.js';
import { credentialsFor, type WritingOperation, writingOperations } from '../harness/writing.js';

let app: TestApp;
let credentialOf: (operation: WritingOperation) => Record<string, string>;
beforeAll(async () => {
  app = await startApp();
  credentialOf = await credentialsFor(app);
});
afterAll(() => app.close());

const limit = 2_097_152;
const nested = (levels: number): string => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const unreadable: [string, string | Buffer][] = [
  ['invalid UTF-8', bytes('{"x":"', [0xff], '"}')],
  ['a surrogate as UTF-8', bytes('{"x":"', [0xed, 0xa0, 0x80], '"}')],
  ['UTF-16', Buffer.from('{"x":1}', 'utf16le')],
  ['a byte order mark', '\ufeff{"x":1}'],
  ['a number too large', '{"x":1e400}'],
  ['__proto__', '{"__proto__":{}}'],
  ['__proto__, escaped, deep inside', String.raw`{"x":[{"\u005f_proto__":1}]}`],
  ['a key twice', '{"x":1,"x":1}'],
  ['a key twice, once escaped, deep inside', String.raw`{"x":[{"a":1,"\u0061":1}]}`],
  ['65 levels', nested(65)],
  ['2,000 levels', nested(2_000)],
  ['500,000 levels', nested(500_000)],
  ['2 MB of brackets', '['.repeat(limit)],
  ['2 MB of values', `[${'1,'.repeat(limit / 2 - 2)}1]`],
  ['an array', '[]'],
  ['null', 'null'],
  ['half an object', '{"x":'],
];

const media: [string, Record<string, string>][] = [
  ['text', { 'content-type': 'text/plain' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['parts', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['another charset', { 'content-type': 'application/json; charset=utf-16' }],
  ['gzip', { 'content-encoding': 'gzip' }],
  ['br', { 'content-encoding': 'br' }],
  ['an unknown encoding', { 'content-encoding': 'bomb' }],
];

const unstorable: [string, string][] = [
  ['NUL', String.raw`{"x":{"y":"\u0000"}}`],
  ['half of a pair of surrogates', String.raw`{"x":{"y":"\ud83d"}}`],
  ['NUL in a key', String.raw`{"x":{"y":{"\u0000":1}}}`],
];

describe.each(writingOperations)('$method $path', (operation) => {
  const { method, path, lines } = operation;
  const credential = (): Record<string, string> => credentialOf(operation);
  /** The answer is checked against the shape that the document gives it. */
  const send = (raw: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    call(app, path, { method, raw, key: null, headers: { ...credential(), ...headers } });
  const head = (...more: string[]): string[] => [
    ...Object.entries(credential()).map(([name, value]) => `${name}: ${value}`),
    ...more,
  ];
  const asJson = `Content-Type: application/${lines ? 'x-ndjson' : 'json'}`;
  /** What is said of the one JSON text that is sent. */
  const refusalOf = ({ status, body }: Answer): { status: number; body: unknown } => {
    if (!lines) return { status, body };
    expect(status).toBe(200);
    const { outcome, problem } = JSON.parse(body);
    return { status: outcome === 'refused' ? problem.status : status, body: problem };
  };

  it.each(unreadable)('400 for %s', async (_, raw) => expect(refusalOf(await send(raw)).status).toBe(400));

  it.each(media)('415 for %s', async (_, headers) => {
    const answer = await send('{}', headers);
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([
      415,
      headers['content-encoding'] ? 'identity' : null,
    ]);
  });

  it('415 for a body of no type', async () =>
    expect((await sendRaw(app, rawRequest(`${method} ${path}`, head(), '{}'))).status).toBe(415));

  it('413 for a byte too many, declared and in chunks', async () => {
    const large = 'x'.repeat((lines ? 4 : 1) * limit + 1);
    const chunks = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;
    const chunked = rawRequest(`${method} ${path}`, head(asJson, 'Transfer-Encoding: chunked'));
    expect([(await send(large)).status, (await sendRaw(app, chunked + chunks)).status]).toEqual([413, 413]);
  });

  it.each(unstorable)('%s is named', async (_, raw) => {
    const answer = refusalOf(await send(raw));
    expect([400, 412, 422]).toContain(answer.status);
    expect(JSON.stringify(answer.body)).toMatch(/x\.y must not contain NUL|member name in x\.y must not contain NUL/);
  });

  it('405 with Allow for a method that it does not know', async () => {
    const { status, headers } = await sendRaw(app, rawRequest(`PROPFIND ${path}`));
    expect([status, headers['allow']]).toEqual([405, expect.stringContaining(method)]);
  });

  it.each(['authorization', 'auth', 'client-id'])('400 for more than one %s', async (name) => {
    const twice = [asJson, `${name}: a`, `${name.toUpperCase()}: a`];
    expect((await sendRaw(app, rawRequest(`${method} ${path}`, twice, '{}'))).status).toBe(400);
  });

  it('401 for a credential in the query', async () => {
    const query = new URLSearchParams({ key: adminKey, ...credential() }).toString();
    expect((await call(app, `${path}?${query}`, { method, raw: '{}', key: null })).status).toBe(401);
  });
});

it('nothing of all that was stored, and the next is served', async () => {
  for (const table of ['feedback_entry', 'person', 'message', 'question', 'department'])
    expect([table, await app.query(`select from ${table}`)]).toEqual([table, []]);
  expect((await call(app, '/feedback', { body: { type: 'positive', messageId: 'm' } })).status).toBe(200);
});
