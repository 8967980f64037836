import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, call, startApp, type TestApp } from '../harness/app.js';

let app: TestApp;
let assets: string[];
beforeAll(async () => {
  app = await startApp();
  const { body } = await open('/dashboard');
  assets = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, path]) => new URL(path, 'http://host/dashboard/').pathname,
  );
});
afterAll(() => app.close());

const open = (path: string, headers = {}, method = 'GET') => call(app, path, { key: null, headers, method });

describe('GET /dashboard', () => {
  it.each(['/dashboard', '/dashboard/'])('%s: 200 for everybody, to be asked for anew each time', async (path) => {
    const { status, headers, body } = await open(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(body).toMatch(/^<!doctype html>/i);
  });

  it('may load from its own server only, nothing inline, in no frame', async () => {
    const { headers, body } = await open('/dashboard');
    const policy = headers.get('content-security-policy')!.split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(body).not.toMatch(/https?:|<style|style=|<script(?![^>]* src=)|\son\w+=/);
  });

  it('304 without a body for whoever has it', async () => {
    const etag = (await open('/dashboard')).headers.get('etag')!;
    expect(await open('/dashboard', { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
  });

  it('HEAD: the same without the body', async () => {
    const { status, headers, body } = await open('/dashboard', {}, 'HEAD');
    expect([status, body]).toEqual([200, '']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(Number(headers.get('content-length'))).toBe((await open('/dashboard')).body.length);
  });

  it('405 for whoever wants to write', async () => {
    expect(await open('/dashboard', {}, 'POST')).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  });
});

describe('the files of the page', () => {
  it('are a script, a style and an icon, kept for a year under names that change with them', async () => {
    const answers = await Promise.all(assets.map((path) => open(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ headers }) => headers.get('content-type')).toSorted()).toEqual([
      'image/svg+xml',
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
    ]);
    for (const path of assets) expect(path).toMatch(/^\/dashboard\/\w+-[\w-]{8}\.(js|css|svg)$/);
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('name no other host', async () => {
    // Names of XML vocabularies look like addresses; nobody asks them for anything.
    const texts = await Promise.all(assets.map(async (path) => String((await open(path)).body)));
    const addresses = texts.flatMap((text) => text.match(/https?:\/\/[^\s"'`)]+/g) ?? []);
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });

  it('hold no key', async () => {
    for (const path of ['/dashboard', ...assets]) expect((await open(path)).body).not.toContain(adminKey);
  });

  it('404 for any other', async () => {
    for (const name of ['index.html', 'index.js', '..%2Findex.html', '%2e%2e%2fpackage.json', 'constructor', '.built'])
      expect(await open(`/dashboard/${name}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
