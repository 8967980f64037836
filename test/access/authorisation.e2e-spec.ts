import { newApiKey, type Scope } from '#libs/access';
import { grantableScopes } from '../../src/workspaces/scopes.js';
import { afterAll, describe, expect, it } from '@jest/globals';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { vendorToken } from '../harness/access.tokens.js';
import { adminKey, call, startApp, type TestApp } from '../harness/app.js';
import { type Ids, open, type Sample, samples, type Tenant } from '../harness/authorisation.samples.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

/** An operation of the OpenAPI document and the credential that it says it asks for. */
interface Operation {
  title: string;
  method: string;
  path: string;
  scheme?: 'api-key' | 'client' | 'jwt';
  scope?: Scope;
}

// Tests are made from the document, so the application is there before them.
const app = await startApp();
const tenant = await makeTenant(app, 'tenant');
const stranger = await makeTenant(app, 'stranger');
const operations = operationsOf(app);

afterAll(() => app.close());

async function makeTenant(of: TestApp, slug: string): Promise<Tenant> {
  const workspace = await makeWorkspace(of, slug);
  const { key } = await makeCredential(of, { workspace, scopes: ['admin'] });
  return { app: of, workspace, admin: key };
}

function operationsOf({ nest }: TestApp): Operation[] {
  const { paths } = SwaggerModule.createDocument(nest, new DocumentBuilder().build());
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: Record<string, Scope[]>[] }>).map(([verb, { security }]) => {
      const method = verb.toUpperCase();
      const [requirement] = security ?? [];
      const scheme = requirement && ('client-id' in requirement ? 'client' : Object.keys(requirement)[0]);
      const scope = requirement && Object.values(requirement).flat()[0];
      return { title: `${method} ${path}`, method, path, scheme: scheme as Operation['scheme'], scope };
    }),
  );
}

describe('every operation of the OpenAPI document', () => {
  const secured = operations.filter(({ scheme }) => scheme);

  it('needs a credential, or is listed as open', () => {
    const opened = operations.filter(({ scheme }) => !scheme).map(({ title }) => title);
    expect(opened.toSorted()).toEqual(open.toSorted());
  });

  it.each(secured.map(({ title }) => title))('has an entry in test/harness/authorisation.samples.ts: %s', (title) => {
    if (!samples[title])
      throw new Error(
        `${title} is new: add it to \`samples\` in test/harness/authorisation.samples.ts, with the status of a right request, ` +
          'a right `body` if it takes one, and `own` if its path has parameters; or to `open` if everybody may call it.',
      );
  });

  it('is still there if it has an entry', () => {
    const titles = secured.map(({ title }) => title);
    expect(Object.keys(samples).filter((title) => !titles.includes(title))).toEqual([]);
  });
});

type Shown = Record<string, string>;

/** Header fields that show a new credential of `workspace` with `granted`, as `scheme` wants them shown. */
async function show(scheme: Operation['scheme'], { workspace }: Tenant, granted: Scope[], bots?: string[]) {
  const type = scheme === 'api-key' ? 'api-key' : 'client';
  const made = await makeCredential(app, { workspace, type, scopes: granted, bots });
  return { id: made.id, shown: fieldsOf(scheme, made) };
}

function fieldsOf(scheme: Operation['scheme'], made: { key: string; clientId: string; clientSecret: string }): Shown {
  if (scheme === 'jwt') return { auth: vendorToken({ id: made.clientId, secret: made.clientSecret }) };
  if (scheme === 'client') return { 'client-id': made.clientId, authorization: `Bearer ${made.clientSecret}` };
  return { authorization: `Bearer ${made.key}` };
}

type Caller = [who: string, shown: Shown, status: number];

/** What a credential that is limited to bots may call, and then sees only those. */
const heedsBots = /^\/v1\/(bots|credentials)/;

/** Everybody who must be refused, whatever they name, and with which status. */
async function refusedCallers({ path, scheme, scope }: Operation): Promise<Caller[]> {
  const right = scope === 'instance' ? 'admin' : scope!;
  const revoked = await show(scheme, tenant, [right]);
  await call(app, `/v1/credentials/${revoked.id}`, { method: 'DELETE', key: tenant.admin });
  const expired = await show(scheme, tenant, [right]);
  await app.query(`update credential set expires_at = now() - interval '1 second' where id = '${expired.id}'`);
  const others = grantableScopes.filter((one) => one !== scope && (one !== 'admin' || scope === 'instance'));
  const malformed = fieldsOf(scheme, { key: `${newApiKey()}x`, clientId: 'c s', clientSecret: 'x' });
  // The door of the JWT says everything that is wrong with a credential with one status.
  const lacking = scheme === 'jwt' ? 401 : 403;
  return [
    ['none', {}, 401],
    ['malformed', malformed, 401],
    ['revoked', revoked.shown, 401],
    ['expired', expired.shown, 401],
    ['of the wrong scope', (await show(scheme, tenant, others)).shown, lacking],
    ...(heedsBots.test(path)
      ? []
      : [['limited to a bot', (await show(scheme, tenant, [right], ['elsewhere'])).shown, lacking] as Caller]),
    ...(scope === 'instance'
      ? [['of another workspace', (await show(scheme, stranger, ['admin'])).shown, 403] as Caller]
      : []),
  ];
}

const nowhere = '00000000-0000-7000-8000-00000000dead';

/** What a request may name: a thing of the tenant's, of the stranger's, and of nobody's. */
async function things({ path }: Operation, sample: Sample) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  if (!sample.own && names.length > 0)
    throw new Error('its path has parameters: say in `own` how to make a thing that they name');
  if (!sample.own) return { own: {} };
  const [own, foreign] = [await sample.own(tenant), await sample.own(stranger)];
  const unknown = sample.unknown ?? Object.fromEntries(Object.keys(own).map((name) => [name, nowhere]));
  return { own, foreign, unknown };
}

let cells = 0;

async function request({ method, path }: Operation, sample: Sample, ids: Ids, headers: Shown) {
  cells++;
  const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name]!));
  const query = sample.query ? `?${new URLSearchParams(sample.query(ids)).toString()}` : '';
  const { status, body } = await call(app, named + query, { method, key: null, headers, body: sample.body?.(ids) });
  // What differs from one request to the next by design.
  const said = JSON.stringify(body, (name, value: unknown) => (['requestId', 'instance'].includes(name) ? '' : value));
  return { status, said: Object.values(ids).reduce((text, id) => text.replaceAll(id, 'ID'), said) };
}

/**
 * Everything that is stored, but for what is written by a clock: when credentials were last used, folded score counts, and
 * when the rows of deleted workspaces were swept.
 */
async function everything(where = 'true'): Promise<string> {
  const tables = await app.query<{ name: string; scoped: boolean }>(`
    select table_name as name, bool_or(column_name = 'workspace_id') as scoped
    from information_schema.columns
    where table_schema = 'public' and table_name not in ('score_change', 'score_count', 'deleted_workspace') group by 1 order by 1`);
  const dumps = tables
    .filter(({ scoped }) => scoped || where === 'true')
    .map(
      ({ name }) => `select '${name}' || (to_jsonb(t) - 'last_used_at')::text as line from "${name}" t where ${where}`,
    );
  const rows = await app.query<{ line: string }>(`${dumps.join(' union all ')} order by 1`);
  return rows.map(({ line }) => line).join('\n');
}

describe.each(
  operations.filter(({ title, scheme }) => scheme && samples[title]).map((one) => [one.title, one] as const),
)('%s', (title, operation) => {
  const sample = samples[title]!;
  const { scheme, scope } = operation;

  it('refuses every wrong credential, says nothing about what is named, and writes nothing', async () => {
    const callers = await refusedCallers(operation);
    const named = await things(operation, sample);
    const before = await everything();
    for (const [who, shown, status] of callers) {
      const answers: Awaited<ReturnType<typeof request>>[] = [];
      for (const ids of Object.values(named)) answers.push(await request(operation, sample, ids, shown));
      expect({ who, answers }).toEqual({ who, answers: answers.map(() => ({ status, said: answers[0]!.said })) });
    }
    expect(await everything()).toBe(before);
  });

  it('answers the right credential, and makes no difference between what is foreign and what is nowhere', async () => {
    const shown =
      scope === 'instance' ? { authorization: `Bearer ${adminKey}` } : (await show(scheme, tenant, [scope!])).shown;
    const { own, foreign, unknown } = await things(operation, sample);
    const mine = `workspace_id = '${stranger.workspace}'`;
    const before = await everything(mine);
    if (foreign && unknown && scope !== 'instance') {
      const missed = await request(operation, sample, unknown, shown);
      expect(missed.status).toBe(sample.unknownStatus ?? 404);
      expect(await request(operation, sample, foreign, shown)).toEqual(missed);
    }
    expect(await request(operation, sample, own, shown)).toMatchObject({ status: sample.status });
    expect(await everything(mine)).toBe(before);
  });

  if (scope !== 'instance')
    it('lets the right credential of another workspace see and change nothing of this one', async () => {
      const { shown } = await show(scheme, stranger, [scope!]);
      const { own, foreign, unknown } = await things(operation, sample);
      const before = await everything(`workspace_id = '${tenant.workspace}'`);
      if (unknown) {
        const missed = await request(operation, sample, unknown, shown);
        expect(missed.status).toBe(sample.unknownStatus ?? 404);
        expect(await request(operation, sample, own, shown)).toEqual(missed);
      }
      const answer = await request(operation, sample, foreign ?? {}, shown);
      expect(answer.status).toBe(sample.status);
      expect(answer.said).not.toContain(tenant.workspace);
      expect(await everything(`workspace_id = '${tenant.workspace}'`)).toBe(before);
    });
});

it('has asked for all of it: every caller, every operation, every thing', () => {
  expect(cells).toBeGreaterThan(500);
});
