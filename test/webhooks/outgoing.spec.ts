import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { allowedIn, Destinations, isPublicAddress, OutgoingRefused, OutgoingRequests } from '#libs/outgoing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hostileNames, hostileUrls } from './hostile-urls.js';

const nothing = allowedIn('')!;
const byTable =
  (names: Record<string, string[]>) =>
  async (name: string): Promise<string[]> =>
    names[name] ?? [];

describe('a destination', () => {
  const destinations = new Destinations(nothing, byTable({ 'example.com': ['93.184.215.14'] }));

  it('has a table of at least 60 hostile URLs', () => expect(hostileUrls.length).toBeGreaterThanOrEqual(60));

  it.each(hostileUrls)('is refused for %s: %j', (_, url) => {
    expect(() => destinations.read(url)).toThrow(OutgoingRefused);
  });

  it.each(hostileNames)('is refused where a name resolves to %s', async (_, addresses) => {
    const tricked = new Destinations(nothing, byTable({ 'example.com': addresses }));
    const url = tricked.read('https://example.com/');
    await expect(tricked.addressesOf(url)).rejects.toThrow('leads to an address that is not public');
  });

  it.each([
    ['https://example.com/hook?a=b', ['93.184.215.14']],
    ['https://93.184.215.14/', ['93.184.215.14']],
    ['https://[2606:4700:4700::1111]:8443/', ['2606:4700:4700::1111']],
    ['https://[64:ff9b::8.8.8.8]/', ['64:ff9b::808:808']],
  ])('is taken: %s', async (text, addresses) => {
    expect(await destinations.addressesOf(destinations.read(text))).toEqual(addresses);
  });

  it('says why there is none where a name does not resolve', async () => {
    await expect(destinations.addressesOf(new URL('https://nowhere.example/'))).rejects.toThrow('has no address');
  });
});

describe('what whoever runs the server allows', () => {
  it.each(['10.0.0.0/8', '127.0.0.1', '[::1]', 'fd00::/8', 'mattermost', 'chat.internal, 10.0.0.7'])('is %s', (text) =>
    expect(allowedIn(text)).not.toBeNull(),
  );
  it.each(['https://chat.internal', '10.0.0.0/33', 'a b', '10.0.0', 'chat..internal', '*'])('is not %s', (text) =>
    expect(allowedIn(text)).toBeNull(),
  );

  it.each([
    ['an address', '10.0.0.7', 'http://10.0.0.7/'],
    ['its mapped form', '10.0.0.7', 'https://[::ffff:10.0.0.7]/'],
    ['a range', '10.0.0.0/8', 'http://10.200.0.1:8065/hooks/1'],
    ['a name that resolves into a range', '10.0.0.0/8', 'http://inner.example/'],
  ])('lets through %s', async (_, allowed, text) => {
    const destinations = new Destinations(allowedIn(allowed)!, byTable({ 'inner.example': ['10.1.2.3'] }));
    expect(await destinations.addressesOf(destinations.read(text))).toHaveLength(1);
  });

  it.each([
    ['another address', '10.0.0.7', 'https://10.0.0.8/'],
    ['http to a public address', '10.0.0.7', 'http://public.example/'],
    ['a name that resolves elsewhere', '192.168.0.0/16', 'https://inner.example/'],
  ])('does not let through %s', async (_, allowed, text) => {
    const names = { 'inner.example': ['10.1.2.3'], 'public.example': ['93.184.215.14'] };
    const destinations = new Destinations(allowedIn(allowed)!, byTable(names));
    await expect((async () => destinations.addressesOf(destinations.read(text)))()).rejects.toThrow(OutgoingRefused);
  });
});

it.each(['93.184.215.14', '2001:4860:4860::8888', '::ffff:8.8.8.8', '2002:808:808::1'])('%s is public', (address) =>
  expect(isPublicAddress(address)).toBe(true),
);

describe('a request', () => {
  let server: Server;
  let url: string;
  let requests: OutgoingRequests;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const post = (more: object = {}) =>
    requests.post({ url, headers: { 'content-type': 'application/json' }, body: '{}', ...more });

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}/hook?a=b`;
    requests = new OutgoingRequests(new Destinations(allowedIn('127.0.0.1')!));
  });
  afterAll(async () => {
    await requests.close();
    server.closeAllConnections();
    server.close();
  });

  it('brings back status, Retry-After and what was said', async () => {
    let path: string | undefined;
    answer = (request, response) => {
      path = request.url;
      response.writeHead(429, { 'retry-after': '7' }).end('slower');
    };
    expect(await post()).toMatchObject({ status: 429, retryAfter: '7', body: 'slower', error: null });
    expect(path).toBe('/hook?a=b');
  });

  it('follows no redirect', async () => {
    let asked = 0;
    answer = (_, response) => {
      asked++;
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    };
    expect(await post()).toMatchObject({ status: 302 });
    expect(asked).toBe(1);
  });

  it('takes no proxy from the environment', async () => {
    const before = process.env['http_proxy'];
    process.env['http_proxy'] = process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    answer = (_, response) => response.end();
    expect(await post()).toMatchObject({ status: 200 });
    delete process.env['HTTP_PROXY'];
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  });

  it('reads 16 KiB of an answer without end, and cuts it off', async () => {
    const cut = Promise.withResolvers<void>();
    answer = (_, response) => {
      response.on('close', () => cut.resolve());
      const more = (): void => void (response.destroyed || (response.write('x'.repeat(65_536)), setImmediate(more)));
      more();
    };
    const { status, body, durationMs } = await post();
    expect([status, body.length]).toEqual([200, 16_384]);
    expect(durationMs).toBeLessThan(1_000);
    await cut.promise;
  });

  it('does not wait longer than a second for a body that comes in drops', async () => {
    answer = (_, response) => {
      response.writeHead(204 + 1).flushHeaders();
      const drops = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drops));
    };
    const { status, durationMs } = await post();
    expect(status).toBe(205);
    expect(durationMs).toBeLessThan(3_000);
  });

  it('refuses a head without end', async () => {
    answer = ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void =>
        void (socket.destroyed || (socket.write(`a: ${'x'.repeat(4_096)}\r\n`), setImmediate(more)));
      more();
    };
    expect(await post()).toMatchObject({ status: null, error: 'the head of the answer is too long' });
  });

  it('is broken off when nothing comes back in time, or as soon as it is asked', async () => {
    answer = () => undefined;
    expect(await post({ timeout: 50 })).toMatchObject({ status: null, error: 'no answer within 0.05 s' });
    const stop = new AbortController();
    const asked = post({ signal: stop.signal });
    stop.abort(new Error('not any more'));
    expect(await asked).toMatchObject({ status: null, error: 'not any more' });
  });

  it('says in words what went wrong, and no address', async () => {
    const closed = createNetServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    const refused = await requests.post({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '' });
    expect(refused).toMatchObject({ status: null, error: 'the connection was refused' });
    const inner = await requests.post({ url: 'https://192.168.0.1/', headers: {}, body: '' });
    expect(inner.error).toBe('refused: the URL leads to an address that is not public');
  });

  it('goes to an address that was checked, whatever the name resolves to a moment later', async () => {
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const lookUp = jest.fn(async () => answers.shift() ?? []);
    const rebound = new OutgoingRequests(new Destinations(allowedIn('127.0.0.0/8')!, lookUp));
    const hosts: (string | undefined)[] = [];
    answer = (request, response) => {
      hosts.push(request.headers.host);
      response.end();
    };
    const { port } = server.address() as { port: number };
    const target = { url: `http://rebinding.example:${port}/`, headers: {}, body: '' };
    expect(await rebound.post(target)).toMatchObject({ status: 200 });
    expect(hosts).toEqual([`rebinding.example:${port}`]);
    expect(lookUp).toHaveBeenCalledTimes(1);
    // A look-up is shared for a second; the next one is refused, though a connection to the first address is still open.
    const now = performance.now.bind(performance);
    const later = jest.spyOn(performance, 'now').mockImplementation(() => now() + 1_000);
    expect(await rebound.post(target)).toMatchObject({
      status: null,
      error: 'refused: the URL leads to an address that is not public',
    });
    later.mockRestore();
    expect(hosts).toHaveLength(1);
    await rebound.close();
  });
});
