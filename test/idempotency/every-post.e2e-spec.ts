import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { vendorToken } from '../harness/access.tokens.js';
import { adminKey, type Answer, call, type Call, startApp, type TestApp } from '../harness/app.js';
import { samples } from '../harness/authorisation.samples.js';
import { defaultWorkspace, newClient } from '../harness/clients.js';
import { doorAt } from '../harness/doors.js';
import { document } from '../harness/documented.js';

const operations = Object.entries(document.paths).flatMap(([path, { post }]) =>
  post ? [{ path, scheme: Object.keys(post.security?.[0] ?? {})[0]! }] : [],
);

let app: TestApp;
let replica: TestApp;
let credentials: Record<string, Record<string, string>>;
beforeAll(async () => {
  app = await startApp();
  replica = await startApp({}, { beside: app });
  const client = await newClient(app);
  const asClient = { 'client-id': client.id, authorization: `Bearer ${client.secret}` };
  credentials = {
    jwt: { auth: vendorToken(client) },
    'client-id': asClient,
    'client-secret': asClient,
    'api-key': { authorization: `Bearer ${adminKey}` },
  };
});
afterAll(async () => {
  await replica.close().finally(() => app.close());
});

/** How many rows there are of everything that is not written by a clock. */
async function rows(): Promise<string[]> {
  const tables = await app.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_name not like 'score_%'`,
  );
  const counts = tables.map(({ name }) => `select '${name} ' || count(*) as line from "${name}"`);
  return (await app.query<{ line: string }>(`${counts.join(' union all ')} order by 1`)).map(({ line }) => line);
}

const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';
const withoutSecrets = ({ key: _key, clientSecret: _clientSecret, secret: _secret, ...rest }: Answer['body']): object =>
  rest;

describe.each(operations)('POST $path with an Idempotency-Key', ({ path, scheme }) => {
  const sample = samples[`POST ${path.replace(/\/$/, '')}`]!;

  /** A right request, to be sent any number of times. */
  async function prepared() {
    const ids = (await sample.own?.({ app, workspace: defaultWorkspace, admin: adminKey })) ?? {};
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name]!);
    const raw = JSON.stringify(sample.body!(ids));
    const headers = { ...credentials[scheme], 'idempotency-key': randomUUID() };
    return ({
      at = app,
      escaped = false,
      ...options
    }: Call & { at?: TestApp; escaped?: boolean } = {}): Promise<Answer> =>
      call(at, escaped ? filled.replace(/\w(?=\/?$)/, (last) => `%${last.charCodeAt(0).toString(16)}`) : filled, {
        raw,
        key: null,
        ...options,
        headers: { ...headers, ...options.headers },
      });
  }

  it('is done once, and answered as the first time wherever and however its path is spelled', async () => {
    const send = await prepared();
    const first = await send();
    expect([first.status, isReplay(first)]).toEqual([sample.status, false]);
    const stored = await rows();
    for (const again of [await send(), await send({ at: replica }), await send({ escaped: true })]) {
      expect([again.status, isReplay(again)]).toEqual([first.status, true]);
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
      expect(typeof first.body === 'string' ? again.body : withoutSecrets(again.body)).toEqual(
        typeof first.body === 'string' ? first.body : withoutSecrets(first.body),
      );
    }
    expect(await rows()).toEqual(stored);
  });

  it('is refused in the words of the door with another body, and for a key that is none', async () => {
    const send = await prepared();
    await send();
    const stored = await rows();
    expect((await send({ raw: '{"another":"body"}' })).status).toBe(doorAt(path).invalid);
    expect((await send({ headers: { 'idempotency-key': 'short' } })).status).toBe(400);
    expect(await rows()).toEqual(stored);
  });

  it('is carried out once of many at once; the others are answered as that one, or told to wait', async () => {
    const send = await prepared();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => send({ at: n % 2 ? app : replica })));
    const done = answers.filter(({ status }) => status === sample.status);
    expect(done.filter((answer) => !isReplay(answer))).toHaveLength(1);
    for (const { status, headers } of answers.filter((answer) => !done.includes(answer)))
      expect([status, headers.get('retry-after')]).toEqual([409, '1']);
  });
});
