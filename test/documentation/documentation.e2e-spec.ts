import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const open = (path: string, headers = {}, method = 'GET') => call(app, path, { key: null, headers, method });

describe.each(['/openapi.json', '/openapi.yaml', '/docs', '/docs/', '/docs/swagger-ui-bundle.js', '/docs/start.js'])(
  'GET %s',
  (path) => {
    it('200 for everybody, with an ETag', async () => {
      const { status, headers } = await open(path);
      expect(status).toBe(200);
      expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    });

    it('304 without a body for whoever has it', async () => {
      const etag = (await open(path)).headers.get('etag')!;
      expect(await open(path, { 'if-none-match': `"other", W/${etag}` })).toMatchObject({ status: 304, body: '' });
      expect(await open(path, { 'if-none-match': '*' })).toMatchObject({ status: 304 });
      expect(await open(path, { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
    });

    it('HEAD: the same without the body', async () => {
      const { status, headers, body } = await open(path, {}, 'HEAD');
      expect([status, body]).toEqual([200, '']);
      const whole = await fetch(app.url + path, { headers: { 'accept-encoding': 'identity' } });
      expect(headers.get('content-length')).toBe(String((await whole.arrayBuffer()).byteLength));
    });
  },
);

describe('the documentation', () => {
  it('/openapi.json: an OpenAPI 3.1 document', async () => {
    const { headers, body } = await open('/openapi.json');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body.openapi).toMatch(/^3\.1\./);
  });

  it('/openapi.yaml: the same in YAML', async () => {
    const { headers, body } = await open('/openapi.yaml');
    expect(headers.get('content-type')).toBe('application/yaml');
    expect(body).toMatch(/^openapi: 3\.1\./);
  });

  it('/docs: a page that may load nothing from elsewhere', async () => {
    const { headers, body } = await open('/docs');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
    expect(body).not.toMatch(/https?:/);
  });

  it('404 for a file that the page does not load', async () => {
    for (const name of ['index.html', '..%2Fpackage.json', 'constructor', 'swagger-ui-bundle.js.map'])
      expect(await open(`/docs/${name}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('405 for whoever wants to write', async () => {
    expect(await open('/openapi.json', {}, 'PUT')).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  });
});
