import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DemoService } from '../../src/demo/demo.service.js';
import { WorkspacesService } from '../../src/workspaces/workspaces.service.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

let app: TestApp;
let line: CommandLine;
beforeAll(async () => {
  app = await startApp();
  line = new CommandLine(app);
});
afterAll(() => app.close());

/** A workspace and a key that may do everything in it. */
async function workspaceNamed(slug: string): Promise<{ id: string; key: string }> {
  const id = await makeWorkspace(app, slug);
  return { id, key: await keyOf(id) };
}

const keyOf = async (workspace: string) => (await makeCredential(app, { workspace, scopes: ['admin'] })).key;

const demo = () => app.nest.get(DemoService);
const found = async (slug: string) => (await app.nest.get(WorkspacesService).named(slug))!;
const short = { seed: 7, days: 2 };

/** Every row of every table, by table, but for the credentials, which note when they were used, and what is folded. */
async function everything(): Promise<Record<string, string[]>> {
  const tables = await app.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema::regnamespace and relkind = 'r'
     and relname not in ('score_change', 'score_count', 'credential', 'deleted_workspace') order by 1`,
  );
  const rows = async (name: string) => {
    const found = await app.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
    return found.map(({ row }) => row);
  };
  return Object.fromEntries(await Promise.all(tables.map(async ({ name }) => [name, await rows(name)] as const)));
}

const count = async (path: string, key: string): Promise<number> => (await call(app, path, { key })).body.data.length;

describe('npm run cli -- demo', () => {
  it('makes a workspace, loads feedback of all doors, counted, and deletes the workspace', async () => {
    const { key } = await workspaceNamed('neighbour');
    await call(app, '/feedback', { key, body: { type: 'negative', messageId: 'demo-0001' } });
    const before = await everything();

    const loaded = await line.run(['demo', 'load']);
    const records = /^Loaded (\d{5}) entries, 3 bots, 3 questions into the workspace demo in [\d.]+ s\n$/;
    expect(loaded).toEqual({
      code: 0,
      out: expect.stringMatching(records),
      err: expect.stringMatching(/^\d+000 of (\d{5}) entries\n(.*\n)*\1 of \1 entries\n$/),
    });
    const [again, [verified], workspaces] = await Promise.all([
      line.run(['demo', 'load']),
      line.json('analytics', 'verify', '-w', 'demo'),
      line.json('workspaces', 'list'),
    ]);
    expect(again).toEqual({ code: 1, out: '', err: 'The demonstration is loaded already; `demo clear` removes it.\n' });
    expect(verified.differences).toBe(0);
    const own = await keyOf(workspaces.find(({ slug }: { slug: string }) => slug === 'demo').id);
    const counted = (await call(app, '/v1/analytics/instruments', { key: own })).body.data;
    expect(new Set(counted.map(({ source }: { source: string }) => source))).toEqual(
      new Set(['message', 'survey', 'conversation', 'question']),
    );
    expect(await count('/v1/departments', own)).toBe(1);

    const [, entries] = records.exec(loaded.out)!;
    const cleared = await line.run(['demo', 'clear']);
    expect(cleared).toEqual({
      code: 0,
      out: expect.stringMatching(
        `^Deleted the workspace demo: ${entries} entries, \\d{4} respondents, 1 credentials\n$`,
      ),
      err: '',
    });
    expect(await everything()).toEqual(before);
    expect((await call(app, '/v1/feedback', { key: own })).status).toBe(401);
    expect(await line.run(['demo', 'clear'])).toEqual({ code: 1, out: '', err: 'there is no workspace demo\n' });
  }, 300_000);

  it('takes a workspace that is not used yet, whatever opens it, and what came since goes with it', async () => {
    const { id, key } = await workspaceNamed('unused');
    expect(await line.json('demo', 'load', '--days', '1', '-w', 'unused')).toMatchObject({ bots: 3, questions: 3 });
    const before = await count('/v1/feedback?limit=200', key);
    expect(before).toBeGreaterThan(50);
    await call(app, '/feedback', { key, body: { type: 'negative', messageId: 'demo-0001' } });
    const held = await line.json('demo', 'clear', '-w', id);
    expect(held).toMatchObject({ entries: expect.any(Number), credentials: 1 });
    expect((await call(app, '/v1/feedback', { key })).status).toBe(401);
  }, 120_000);

  it.each<[string, (key: string) => Promise<unknown>]>([
    ['an entry', (key) => call(app, '/feedback', { key, body: { type: 'positive', messageId: 'm' } })],
    ['a bot', (key) => call(app, '/v1/bots', { key, body: { name: 'b' } })],
    ['a department', (key) => call(app, '/v1/departments', { key, body: { name: 'd' } })],
  ])('takes none that holds %s, nor deletes it', async (kind, use) => {
    const slug = `used-${kind.replaceAll(' ', '-')}`;
    const { key } = await workspaceNamed(slug);
    await use(key);
    const before = await everything();
    const workspace = await found(slug);
    await expect(demo().load(workspace, short, () => undefined)).rejects.toThrow(`The workspace ${slug} is in use`);
    await expect(demo().clear(workspace)).rejects.toThrow('`workspaces delete` deletes it');
    expect(await everything()).toEqual(before);
  });

  it('takes none that cannot be deleted again, nor a name that is no slug', async () => {
    const [byDefault, noSlug, noId] = await Promise.all([
      line.run(['demo', 'load', '-w', 'default']),
      line.run(['demo', 'load', '-w', 'De Mo']),
      line.run(['demo', 'load', '-w', '00000000-0000-7000-8000-000000000009']),
    ]);
    expect(byDefault).toMatchObject({ code: 1, err: expect.stringContaining('The workspace default is in use') });
    expect(noSlug).toMatchObject({ code: 1, err: expect.stringContaining('slug must be') });
    expect(noId).toMatchObject({ code: 1, err: expect.stringContaining('slug must be') });
  }, 60_000);

  it('loads nothing where it fails on the way, and all of it the next time', async () => {
    const { key } = await workspaceNamed('failing');
    const fails = (): never => {
      throw new Error('as if the process had ended here');
    };
    await expect(demo().load(await found('failing'), short, fails)).rejects.toThrow('as if');
    for (const path of ['/v1/feedback', '/v1/bots', '/v1/questions', '/v1/departments'])
      expect({ path, left: await count(path, key) }).toEqual({ path, left: 0 });
    const heard: number[] = [];
    const { entries } = await demo().load(await found('failing'), short, (done) => void heard.push(done));
    expect(heard.at(-1)).toBe(entries);
    expect((await line.json('analytics', 'verify', '-w', 'failing'))[0]).toMatchObject({ differences: 0 });
    const counted = (await call(app, '/v1/analytics/instruments', { key })).body.data as { n: number }[];
    expect(counted.reduce((sum, { n }) => sum + n, 0)).toBe(entries);
  }, 60_000);

  it('loads once, however many want to', async () => {
    const { key } = await workspaceNamed('twice');
    const workspace = await found('twice');
    const load = () => demo().load(workspace, short, () => undefined);
    const outcomes = await Promise.allSettled([load(), load()]);
    const said = outcomes.map((one) => (one.status === 'fulfilled' ? one.value.bots : String(one.reason)));
    expect(said.toSorted()).toEqual([3, expect.stringContaining('loaded already')]);
    expect(await count('/v1/bots', key)).toBe(3);
  }, 60_000);

  it('says which workspace there is not, what is no seed, and how many days there are', async () => {
    const [nowhere, noSeed, tooLong] = await Promise.all([
      line.run(['demo', 'clear', '-w', 'nowhere']),
      line.run(['demo', 'load', '--seed', 'x']),
      line.run(['demo', 'load', '--days', '183']),
    ]);
    expect(nowhere).toEqual({ code: 1, out: '', err: 'there is no workspace nowhere\n' });
    expect(noSeed).toMatchObject({ code: 64, err: expect.stringContaining('whole number') });
    expect(tooLong).toMatchObject({ code: 64, err: expect.stringContaining('from 1 to 182') });
  }, 60_000);
});
