import { readdirSync } from 'node:fs';
import { Problem } from '#libs/problem-details';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doors } from '../../src/app.module.js';
import { problemCatalogue } from '../../src/server/problem.catalogue.js';
import { call, startApp, type TestApp } from '../harness/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const html = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const open = (path: string, accept?: string) =>
  call(app, path, { key: null, headers: accept === undefined ? {} : { accept } });

describe('GET /problems', () => {
  it('JSON for programs: every problem, with a page for each', async () => {
    const { status, headers, body } = await open('/problems', 'application/json');
    expect([status, headers.get('vary')]).toEqual([200, 'Accept']);
    expect(body.data).toHaveLength(problemCatalogue(doors).length);
    for (const { type, ...rest } of body.data) {
      expect(await open(type)).toMatchObject({ status: 200, body: { type, ...rest } });
      expect((await open(type, html)).body).toContain('What to do');
    }
  });

  it('HTML for people', async () => {
    const { headers, body } = await open('/problems', html);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(body).toContain('<a href="/problems/not-found">There is no such thing</a>');
    expect((await open('/problems/unauthorized', html)).body).toContain('&lt;API key&gt;');
  });

  it.each([
    [undefined, 'json'],
    ['*/*', 'json'],
    ['application/problem+json, text/html;q=0.5', 'json'],
    ['text/html;q=0', 'json'],
    ['TEXT/HTML', 'html'],
  ])('Accept: %s gets %s', async (accept, kind) => {
    expect((await open('/problems/not-found', accept)).headers.get('content-type')).toContain(kind);
  });

  it('404 for a problem that there is not', async () => {
    expect(await open('/problems/nothing')).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
  });
});

describe('the catalogue', () => {
  it('has every problem class of the libs and of src', async () => {
    const kinds = (await Promise.all(sources().map(problemsIn))).flat();
    expect(kinds.length).toBeGreaterThan(25);
    const slugs = problemCatalogue(doors).map(({ example }) => example.kind.slug);
    for (const { name, slug } of kinds) expect(slugs.includes(slug) ? '' : name).toBe('');
    expect(new Set(slugs).size).toBe(slugs.length);
  });

  it('says of each when it happens and what to do', () => {
    for (const { example, when, remedy } of problemCatalogue(doors))
      expect([example.name, when, remedy]).toEqual([
        example.name,
        expect.stringMatching(/\w \w.*\.$/),
        expect.stringMatching(/\w \w.*\.$/),
      ]);
  });

  it('is what the type of an error leads to', async () => {
    const refused = [
      await call(app, '/feedback', { key: null, body: {} }),
      await call(app, '/feedback', { body: {} }),
      await call(app, '/nowhere'),
      await call(app, '/feedback', { method: 'PUT', body: {} }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 422, 404, 405]);
    for (const { status, body } of refused)
      expect(await open(body.type)).toMatchObject({ status: 200, body: { type: body.type, status } });
  });
});

function sources(): string[] {
  return ['src', 'libs'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !/main\.ts$|^cli.openapi\.ts$/.test(file))
      .filter((file) => !file.startsWith('dashboard/page/'))
      .map((file) => `../../${folder}/${file}`),
  );
}

async function problemsIn(file: string): Promise<(typeof Problem)[]> {
  const exported: unknown[] = Object.values((await import(file.replace(/\.ts$/, '.js'))) as object);
  return exported.filter(
    (one): one is typeof Problem =>
      typeof one === 'function' && one.prototype instanceof Problem && 'slug' in one && one.slug !== undefined,
  );
}
