import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { type RawAnswer, rawRequest, sendRaw } from '../harness/raw.js';
import { until } from '../harness/until.js';

const asAdmin = `Authorization: Bearer ${adminKey}`;
const asJson = 'Content-Type: application/json';
const limit = 2_097_152;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** A feedback as JSON text, with these further members as they stand. */
const withMembers = (members: string): string => `{"type":"positive","messageId":"m"${members && ','}${members}}`;
const submit = (raw: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
  call(app, '/feedback', { raw, headers });
const pointers = ({ body }: Answer): string[] => body.errors?.map(({ pointer }: { pointer: string }) => pointer);
const rows = async (): Promise<number> =>
  Number((await app.query<{ n: string }>('select count(*) as n from feedback_entry'))[0]!.n);

/** What is refused leaves nothing behind, and the next is served. */
async function refused(ask: () => Promise<Answer | RawAnswer>, status: number): Promise<Answer | RawAnswer> {
  const before = await rows();
  const answer = await ask();
  const requestId =
    answer.headers instanceof Headers ? answer.headers.get('x-request-id') : answer.headers['x-request-id'];
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ status, requestId, detail: expect.any(String) });
  expect(await rows()).toBe(before);
  expect((await submit(withMembers(''))).status).toBe(200);
  return answer;
}

describe('text that cannot be stored: 422, naming the field', () => {
  it.each([
    ['messageId', '/messageId', String.raw`{"type":"positive","messageId":"a\u0000"}`],
    ['id', '/id', withMembers(String.raw`"id":"\u0000"`)],
    ['details, a high surrogate alone', '/details', withMembers(String.raw`"details":"x\ud83d"`)],
    ['details, a low surrogate alone', '/details', withMembers(String.raw`"details":"\uDE00x"`)],
    ['details, the pair in the wrong order', '/details', withMembers(String.raw`"details":"\ude00\ud83d"`)],
    ['label', '/reasons/0/label', withMembers(String.raw`"reasons":[{"label":"\u0000"}]`)],
    ['properties', '/properties/a/0', withMembers(String.raw`"properties":{"a":["\u0000"]}`)],
    ['a key of properties', '/properties', withMembers(String.raw`"properties":{"\u0000":1}`)],
    ['a key of userProperties', '/userProperties/a', withMembers(String.raw`"userProperties":{"a":{"\ud800":1}}`)],
    ['url', '/sources/0/url', withMembers(String.raw`"sources":[{"type":"new","url":"\udfff"}]`)],
  ])('%s', async (_, pointer, raw) => {
    expect(pointers((await refused(() => submit(raw), 422)) as Answer)).toEqual([pointer]);
  });

  it.each([
    ['/feedback', (long: string) => ({ type: 'positive', messageId: 'm', properties: { [long]: '\0' } })],
    ['/v1/bots', (long: string) => ({ name: 'n', [long]: 1 })],
    ['/v1/questions', (long: string) => ({ question: 'q', type: 'Text', config: { [long]: '\0' } })],
    ['/api/v1/crm/feedback', (long: string) => ({ question: 'q', type: 'Text', config: { [long]: '\0' } })],
  ])('%s names a name of a megabyte in short', async (path, bodyOf) => {
    const { status, body } = await call(app, path, { body: bodyOf('long'.repeat(250_000)) });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body).length).toBeLessThan(2_000);
  });

  it('a pair of surrogates is a character like others', async () => {
    const { body } = await submit(withMembers(String.raw`"details":"\ud83d\ude00\u0001\uffff"`));
    expect(body.details).toBe('😀\u0001\uffff');
  });
});

describe('bytes that are no JSON of ours: 400', () => {
  const bytes = (...parts: (string | number[])[]): Buffer =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  const nested = (levels: number): string =>
    withMembers(`"properties":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);

  it.each<[string, string | Buffer]>([
    ['invalid UTF-8', bytes('{"type":"positive","messageId":"', [0xff], '"}')],
    ['overlong UTF-8', bytes('{"type":"positive","messageId":"', [0xc0, 0x80], '"}')],
    ['a surrogate as UTF-8', bytes('{"type":"positive","messageId":"', [0xed, 0xa0, 0x80], '"}')],
    ['UTF-16', Buffer.from(withMembers(''), 'utf16le')],
    ['a byte order mark', `\ufeff${withMembers('')}`],
    ['a number too large', withMembers('"properties":{"n":1e400}')],
    ['__proto__', withMembers('"properties":{"__proto__":{}}')],
    ['__proto__ at the top', withMembers('"__proto__":{}')],
    ['__proto__ in an array', withMembers('"sources":[{"__proto__":1}]')],
    ['__proto__, escaped', withMembers(String.raw`"userProperties":{"\u005f_proto__":1}`)],
    ['a key twice', withMembers('"type":"negative"')],
    ['a key twice, once escaped', withMembers(String.raw`"\u0074ype":"negative"`)],
    ['a key twice, deep inside', withMembers('"properties":{"a":[{"b":1,"b":1}]}')],
    ['65 levels', nested(63)],
    ['2,000 levels', nested(2_000)],
    ['500,000 levels', nested(500_000)],
    ['2 MB of opening brackets', '['.repeat(limit)],
    ['2 MB of closed brackets', '[]'.repeat(limit / 2)],
    ['2 MB of values', `[${'1,'.repeat(limit / 2 - 2)}1]`],
    ['an array', '[{"type":"positive","messageId":"m"}]'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['a number', '5'],
    ['white space', ' '],
    ['half an object', '{"type":"positive","messageId":'],
    ['two objects', `${withMembers('')}${withMembers('')}`],
    ['a comma too many', '{"type":"positive","messageId":"m",}'],
    ['single quotes', "{'type':'positive','messageId':'m'}"],
    ['NaN', withMembers('"properties":{"n":NaN}')],
    ['NUL between the tokens', `${withMembers('')}\0`],
    ['a comment', `${withMembers('')}//`],
  ])('%s', async (_, raw) => {
    const { body } = await refused(() => submit(raw), 400);
    expect(body.code).toBe('bad_request');
  });

  it('64 levels are taken', async () => expect((await submit(nested(62))).status).toBe(200));

  it('2 MB of brackets hold up nobody', async () => {
    const heavy = Array.from({ length: 8 }, () => submit('['.repeat(limit)));
    expect((await call(app, '/livez')).status).toBe(200);
    expect((await Promise.all(heavy)).map(({ status }) => status)).toEqual(Array(8).fill(400));
  });
});

describe('instants: 422 for everything but RFC 3339 with offset', () => {
  it.each([
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+0100',
    '2026-01-01T00:00:00.Z',
    '9999-12-31T23:59:59-00:01',
    '0001-01-01T00:00:00+00:01',
    '2026-01-01',
    'infinity',
    '-infinity',
    'now',
    'epoch',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    '1767225600',
  ])('%j', async (instant) => {
    for (const member of ['createdAt', 'updatedAt']) {
      const ask = (): Promise<Answer> => submit(withMembers(`"${member}":${JSON.stringify(instant)}`));
      expect(pointers((await refused(ask, 422)) as Answer)).toEqual([`/${member}`]);
    }
  });
});

describe('respondents who cannot be told apart by sight, or are too long, are refused: 422', () => {
  it.each([
    ['zero width', 'a\u200bb'],
    ['bidi', '\u202eabc'],
    ['60 kB', 'x'.repeat(60_000)],
    ['control characters', 'a\u0007\n'],
  ])('%s', async (_, userId) => {
    const ask = (): Promise<Answer> => submit(withMembers(`"userProperties":${JSON.stringify({ userId })}`));
    expect(pointers((await refused(ask, 422)) as Answer)).toEqual(['/userProperties/userId']);
  });

  it('1 MB, as more than all of that object may have', async () => {
    const userProperties = JSON.stringify({ userId: 'x'.repeat(1_000_000) });
    const ask = (): Promise<Answer> => submit(withMembers(`"userProperties":${userProperties}`));
    expect(pointers((await refused(ask, 422)) as Answer)).toEqual(['/userProperties']);
  });
});

describe('respondents of other spellings are taken and read back', () => {
  it.each([
    ['NFD', 'e\u0301'],
    ['a number as text', '1e3'],
    ['empty', ''],
  ])('%s', async (_, userId) => {
    const { status, body } = await submit(withMembers(`"userProperties":${JSON.stringify({ userId })}`));
    expect([status, body.userProperties]).toEqual([200, { userId }]);
  });

  it.each(['9223372036854775808', '1e21', '-0', '1e-400', '0.1'])('the number %s', async (userId) => {
    const { status, body } = await submit(withMembers(`"userProperties":{"userId":${userId}}`));
    expect([status, body.userProperties]).toEqual([200, { userId: Number(userId) + 0 }]);
  });
});

describe('media types and encodings: 415', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'text/json',
    'application/json, text/plain',
  ])('%s', async (type) => void (await refused(() => submit(withMembers(''), { 'content-type': type }), 415)));

  it('no content type', async () => {
    await refused(() => sendRaw(app, rawRequest('POST /feedback', [asAdmin], withMembers(''))), 415);
  });

  it.each(['gzip', 'br', 'deflate', 'zstd', 'bomb', 'identity, gzip'])('%s, with Accept-Encoding', async (encoding) => {
    const answer = await refused(() => submit(withMembers(''), { 'content-encoding': encoding }), 415);
    expect((answer as Answer).headers.get('accept-encoding')).toBe('identity');
  });
});

describe('sizes: a 413 that the client can read', () => {
  const head = (...fields: string[]): string =>
    ['POST /feedback HTTP/1.1', 'Host: localhost', asAdmin, asJson, ...fields, '', ''].join('\r\n');
  const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  const large = 'x'.repeat(5_000_000);

  it('one byte too many, declared', async () => void (await refused(() => submit('x'.repeat(limit + 1)), 413)));

  it.each([
    ['declared', head('Content-Length: 5000000') + large],
    ['chunked', head('Transfer-Encoding: chunked') + `${chunked(large)}0\r\n\r\n`],
  ])('5 MB, %s, by a client that reads only after sending', async (_, message) => {
    for (let round = 0; round < 10; round++)
      await refused(async () => {
        const socket = connect(app.port, '127.0.0.1').pause();
        await once(socket, 'connect');
        await new Promise((resolve) => {
          socket.once('error', resolve);
          socket.write(message, resolve);
        });
        let text = '';
        socket.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        await once(socket.resume(), 'close');
        const status = Number(text.split(' ')[1]);
        const body = text.slice(text.indexOf('\r\n\r\n') + 4);
        const headers = { 'x-request-id': /x-request-id: (\S+)/.exec(text)?.[1] ?? '' };
        return { status, headers, text, body: JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) };
      }, 413);
  });

  it('a body that has no end: the answer is there at once, and the connection ends', async () => {
    const socket = connect(app.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(head('Transfer-Encoding: chunked') + chunked('x'.repeat(limit + 1)));
    const sending = setInterval(() => socket.write(chunked('x'.repeat(65_536))), 5);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1.1 413 /);
    await once(socket.resume(), 'close');
    clearInterval(sending);
  });

  it('an honest chunked body is taken', async () => {
    const message = head('Transfer-Encoding: chunked', 'Connection: close') + chunked(withMembers('')) + '0\r\n\r\n';
    expect((await sendRaw(app, message)).status).toBe(200);
  });

  it('a declared length shorter than the body: what it cuts off is no JSON', async () => {
    const body = withMembers('');
    const message = head(`Content-Length: ${body.length - 1}`, 'Connection: close') + body;
    await refused(() => sendRaw(app, message), 400);
  });

  it('a client that leaves before its body has ended leaves nothing', async () => {
    const before = await rows();
    const socket = connect(app.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end(head('Content-Length: 1000') + withMembers(''));
    await once(socket.resume(), 'close');
    expect(await rows()).toBe(before);
  });

  it.each([
    ['two lengths', ['Content-Length: 2', 'Content-Length: 3']],
    ['length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked']],
    ['a length that is no number', ['Content-Length: 0x10']],
    ['a negative length', ['Content-Length: -1']],
    ['a coding that is not known', ['Transfer-Encoding: gzip']],
    ['a coding within a coding', ['Transfer-Encoding: chunked, identity']],
  ])('%s: 400', async (_, fields) => {
    await refused(() => sendRaw(app, head(...fields, 'Connection: close') + '{}'), 400);
  });

  it('a coding beside chunked: 501', async () => {
    const coded =
      head('Transfer-Encoding: gzip, chunked', 'Connection: close') + chunked(withMembers('')) + '0\r\n\r\n';
    await refused(() => sendRaw(app, coded), 501);
  });

  it.each([
    ['after a head that is taken', '200', '1000'],
    ['not before the length was looked at', '413', String(limit + 1)],
  ])('100 Continue %s', async (_, status, length) => {
    const socket = connect(app.port, '127.0.0.1').setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.write(head('Expect: 100-continue', `Content-Length: ${length}`, 'Connection: close'));
    await until(() => text.includes('\r\n\r\n'));
    if (status === '200') socket.write(withMembers('').padEnd(Number(length)));
    await once(socket, 'close');
    expect([...text.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, one]) => one)).toEqual(
      status === '200' ? ['100', '200'] : ['413'],
    );
  });

  it('a small body that was asked about and refused: the connection ends', async () => {
    const message = ['POST /nowhere HTTP/1.1', 'Host: x', 'Expect: 100-continue', 'Content-Length: 2', '', ''].join(
      '\r\n',
    );
    const { status, headers } = await sendRaw(app, message);
    expect([status, headers['connection']]).toEqual([404, 'close']);
  });

  it('a chunk size that is no number: 400', async () => {
    await refused(() => sendRaw(app, `${head('Transfer-Encoding: chunked', 'Connection: close')}zz\r\n{}\r\n`), 400);
  });
});

describe('paths', () => {
  const post = (path: string, fields: string[] = [asAdmin]): Promise<RawAnswer> =>
    sendRaw(app, rawRequest(`POST ${path}`, [asJson, ...fields], withMembers('')));

  it.each([
    '//feedback',
    '/feedback//',
    '//',
    '/./feedback',
    '/%2e/feedback',
    '/x/../feedback',
    '/x/%2e%2e/feedback',
    '/feedback%00',
    '/%00',
    '/FEEDBACK',
    '/Feedback',
    '/%2Ffeedback',
    '/feedback%2F',
    '/feedback%20',
    '/feedback;x=1',
    '/feedback.json',
    `/${'x'.repeat(8_000)}`,
  ])('404 for %s', async (path) => {
    const { body } = await refused(() => post(path), 404);
    expect(body).toMatchObject({ code: 'not_found', instance: path });
  });

  it.each(['/%zz', '/feedback%', '/feedback/%f', '/%ff', '/feedback/%c0%80', '/%ed%a0%80'])(
    '400 for %s, which cannot be decoded',
    async (path) => {
      const { body } = await refused(() => post(path), 400);
      expect(body).toMatchObject({ code: 'bad_request', instance: path });
    },
  );

  it.each(['/feedback/', '/%66eedback', '/f%65edbac%6B', '/feedback?%zz', '/feedback?a=%00', 'http://x/feedback'])(
    '%s is /feedback, and guarded like it',
    async (path) => {
      expect((await post(path)).status).toBe(200);
      await refused(() => post(path, []), 401);
    },
  );

  it('431 for a path beyond 16 KiB', async () => void (await refused(() => post(`/${'x'.repeat(20_000)}`), 431)));

  it.each(['id', 'a%2Fb', 'x'.repeat(255), '%F0%9F%98%80'.repeat(255), '%00', '..%2f..'])(
    'POST to the path of an id is refused: %s',
    async (id) => {
      const { status, body } = await post(`/feedback/${id}`);
      expect([404, 405]).toContain(status);
      expect(body.status).toBe(status);
    },
  );

  it.each(['GET', 'DELETE'])('%s of an id longer than any could be: refused in shape', async (method) => {
    const { status, body } = await sendRaw(app, rawRequest(`${method} /feedback/${'x'.repeat(5_000)}`, [asAdmin]));
    expect([404, 414]).toContain(status);
    expect(body.status).toBe(status);
  });
});

describe('what is hardly HTTP: 400 with a request id', () => {
  it.each([
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3])],
    ['a method that nobody knows', 'FETCH /livez HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two Hosts', 'GET /livez HTTP/1.1\r\nHost: x\r\nhOST: x\r\nConnection: close\r\n\r\n'],
    ['a field without colon', 'GET /livez HTTP/1.1\r\nHost: x\r\nbad\r\n\r\n'],
    ['a space before the colon', 'GET /livez HTTP/1.1\r\nHost: x\r\nX-A : 1\r\n\r\n'],
    ['NUL in a field', 'GET /livez HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n'],
    ['a space in the path', 'GET /livez x HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s', async (_, message) => void (await refused(() => sendRaw(app, message), 400)));

  it('an expectation that nobody knows is ignored', async () => {
    const message = rawRequest('POST /feedback', [asAdmin, asJson, 'Expect: wonders'], withMembers(''));
    expect((await sendRaw(app, message)).status).toBe(200);
  });

  it('CONNECT: 501', async () => {
    const answer = await refused(() => sendRaw(app, 'CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'), 501);
    expect(answer.body.code).toBe('not_implemented');
  });

  it('HTTP/1.0 without Host works', async () => {
    expect((await sendRaw(app, 'GET /livez HTTP/1.0\r\n\r\n')).status).toBe(200);
  });

  it('a credential with characters beyond ASCII: 401', async () => {
    await refused(
      () => sendRaw(app, rawRequest('POST /feedback', ['Authorization: Bearer k\u00e9y', asJson], withMembers(''))),
      401,
    );
  });
});
