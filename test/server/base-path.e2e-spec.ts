import { once } from 'node:events';
import { createServer, request as requestTo, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { type Browser, chromium, type Page } from 'playwright-core';
import { adminKey, call, startApp, type TestApp } from '../harness/app.js';
import { executablePath } from '../harness/chromium.js';
import { rawRequest, sendRaw } from '../harness/raw.js';

/** A reverse proxy that shows `app` below /fb. It takes that off what it passes on, and says so, if it does. */
async function proxyTo({ port }: TestApp, { strips = false, tells = false }): Promise<Server> {
  const proxy = createServer((incoming, answer) => {
    const { method, url = '', rawHeaders } = incoming;
    if (!/^\/fb([/?]|$)/.test(url)) {
      answer.writeHead(502).end('not of the server');
      return;
    }
    const path = strips ? url.slice('/fb'.length).replace(/^(?!\/)/, '/') : url;
    const headers = [...rawHeaders, ...(tells ? ['X-Forwarded-Prefix', '/fb'] : [])];
    const onward = requestTo({ port, host: '127.0.0.1', method, path, headers }, (got) => {
      got.pipe(answer.writeHead(got.statusCode!, got.rawHeaders));
    });
    incoming.pipe(onward);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return proxy;
}

const settingsOf = { 'BASE_PATH=/fb': { BASE_PATH: '/fb/' }, 'TRUST_PROXY=loopback': { TRUST_PROXY: 'loopback' } };

describe.each([
  ['leaves the path', 'BASE_PATH=/fb', {}],
  ['takes the path off', 'BASE_PATH=/fb', { strips: true }],
  ['takes the path off and says so', 'TRUST_PROXY=loopback', { strips: true, tells: true }],
] as const)('behind a proxy that %s, with %s', (_, settings, kind) => {
  let app: TestApp;
  let proxy: Server;
  let host: string;
  beforeAll(async () => {
    app = await startApp(settingsOf[settings]);
    proxy = await proxyTo(app, kind);
    host = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    proxy?.close();
    await app?.close();
  });

  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  const open = (path: string, init: RequestInit = {}) => fetch(host + path, { headers, ...init });
  const post = (path: string, body: object, more = {}) =>
    open(path, { method: 'POST', body: JSON.stringify(body), headers: { ...headers, ...more } });

  it('a problem names its page and its path as the caller sees them', async () => {
    for (const path of ['/fb/nowhere', '/fb/v1/feedback/%ff']) {
      const problem = (await (await open(path)).json()) as { type: string; instance: string };
      expect(problem).toMatchObject({ type: expect.stringMatching(/^\/fb\/problems\//), instance: path });
      expect(await (await open(problem.type)).json()).toMatchObject({ type: problem.type });
    }
  });

  it('Location leads to the new thing, at a repetition too', async () => {
    for (const replayed of [null, 'true']) {
      const made = await post('/fb/v1/bots', { id: 'b', name: 'n' }, { 'idempotency-key': 'makes-one-bot' });
      expect([made.status, made.headers.get('idempotency-replayed')]).toEqual([201, replayed]);
      expect(made.headers.get('location')).toBe('/fb/v1/bots/b');
    }
    expect(await (await open('/fb/v1/bots/b')).json()).toMatchObject({ id: 'b' });
  });

  it('the line of a batch names its page', async () => {
    const ndjson = { ...headers, 'content-type': 'application/x-ndjson' };
    const answer = await open('/fb/v1/feedback/batch', { method: 'POST', body: '{}\n', headers: ndjson });
    expect(await answer.json()).toMatchObject({
      problem: { type: '/fb/problems/invalid-input', instance: '/fb/v1/feedback/batch' },
    });
  });

  it('a vendor’s door fails in its own shape', async () => {
    expect(await (await post('/fb/v1.0/user/', {})).json()).not.toHaveProperty('type');
  });

  it('the document names the path as its server', async () => {
    const json = (await (await open('/fb/openapi.json')).json()) as { info: { description: string } };
    expect(json).toMatchObject({ servers: [{ url: '/fb' }], paths: { '/feedback': {} } });
    expect(load(await (await open('/fb/openapi.yaml')).text())).toEqual(json);
    const [, link] = /\]\((\/[^)]+)\)/.exec(json.info.description)!;
    expect((await open(link!)).status).toBe(200);
  });

  it.each(['/fb/problems', '/fb/problems/', '/fb/problems/not-found'])('the links of %s lead on', async (path) => {
    const page = await (await open(path, { headers: { accept: 'text/html' } })).text();
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => new URL(link!, host + path));
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect([link.href, (await fetch(link)).status]).toEqual([link.href, 200]);
  });

  (executablePath ? describe : describe.skip)('in Chromium', () => {
    let browser: Browser;
    let page: Page;
    const answered: [status: number, url: string][] = [];
    beforeAll(async () => {
      expect((await post('/fb/feedback', { type: 'positive', messageId: 'm' })).status).toBe(200);
      browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    }, 60_000);
    beforeEach(async () => {
      page = await browser.newPage();
      page.on('response', (response) => answered.push([response.status(), response.url()]));
    });
    afterEach(() => page.close());
    afterAll(async () => {
      await browser?.close();
      expect(answered.filter(([status, url]) => status >= 400 || !url.startsWith(`${host}/fb/`))).toEqual([]);
    });

    it.each(['/fb/dashboard', '/fb/dashboard/'])('%s shows the answers', async (path) => {
      await page.goto(host + path);
      await page.getByLabel('API key').fill(adminKey);
      await page.getByRole('button', { name: 'Open' }).click();
      await page.locator('.score .estimate').waitFor();
      expect(new URL(page.url()).pathname).toBe('/fb/dashboard/');
    });

    it.each(['/fb/docs', '/fb/docs/'])('%s tries the operations out', async (path) => {
      await page.goto(host + path);
      const block = page.locator('.opblock', { hasText: '/livez' });
      await block.locator('.opblock-summary').click();
      await block.getByRole('button', { name: 'Execute' }).click();
      await block.locator('.live-responses-table .response-col_status', { hasText: '200' }).first().waitFor();
      expect(answered.at(-1)).toEqual([200, `${host}/fb/livez`]);
    });
  });
});

describe('the path of the caller', () => {
  let app: TestApp;
  let stranger: TestApp;
  beforeAll(async () => {
    app = await startApp({ BASE_PATH: '/fb', TRUST_PROXY: '127.0.0.1' });
    stranger = await startApp({ TRUST_PROXY: '10.0.0.1' }, { beside: app });
  });
  afterAll(async () => {
    await stranger?.close();
    await app?.close();
  });

  const typeOf = async (url: string, prefix: string): Promise<string> =>
    (await call({ url }, '/nowhere', { headers: { 'x-forwarded-prefix': prefix } })).body.type;

  it.each([
    ['/outer', '/outer'],
    ['/outer/, /inner', '/outer/inner'],
    ['/', ''],
    ['//evil.example', '/fb'],
    ['/a/../b', '/fb'],
    ['/"><script>', '/fb'],
    ['https://evil.example', '/fb'],
  ])('a trusted proxy that says %s: %s', async (prefix, path) => {
    expect(await typeOf(app.url, prefix)).toBe(`${path}/problems/not-found`);
  });

  it('nobody else can say it', async () => {
    expect(await typeOf(stranger.url, '/outer')).toBe('/problems/not-found');
  });

  it.each([
    ['GET /fb', '/problems/not-found', '/fb/'],
    ['GET /fb?x', '/problems/not-found', '/fb/'],
    ['GET /fbx', '/problems/not-found', '/fb/fbx'],
    ['GET http://host/fb/x', '/problems/not-found', '/fb/x'],
    ['GET HTTPS://host/fb?x', '/problems/not-found', '/fb/'],
    ['GET http://host?x', '/problems/not-found', '/fb/'],
    ['GET /fb/v1/%zz', '/problems/malformed-request', '/fb/v1/%zz'],
    ['PUT /fb/v1/bots', '/problems/method-not-allowed', '/fb/v1/bots'],
  ])('%s', async (line, type, instance) => {
    expect((await sendRaw({ port: app.port, basePath: '/fb' }, rawRequest(line))).body).toMatchObject({
      type: `/fb${type}`,
      instance,
    });
  });

  it('bytes that are no request are answered by the door whose path they name', async () => {
    const { body } = await sendRaw(
      { port: app.port, basePath: '/fb' },
      'GET /fb/v1.0/user/ HTTP/1.1\r\nbroken\r\n\r\n',
    );
    expect(body).not.toHaveProperty('type');
    const other = await sendRaw({ port: app.port, basePath: '/fb' }, 'GET /fb/v1/bots HTTP/1.1\r\nbroken\r\n\r\n');
    expect(other.body).toMatchObject({ type: '/fb/problems/malformed-request', instance: '/fb/v1/bots' });
  });
});
