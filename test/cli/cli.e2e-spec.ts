import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isApiKeyShape } from '#libs/access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';
import { until } from '../harness/until.js';

let app: TestApp;
let directory: string;
let line: CommandLine;

beforeAll(async () => {
  app = await startApp();
  directory = await mkdtemp(join(tmpdir(), 'afterword-cli-'));
  line = new CommandLine(app);
});

afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

const submit = async (key: string) =>
  (await call(app, '/feedback', { key, body: { type: 'positive', messageId: 'm' } })).status;

describe('npm run cli', () => {
  it('makes, lists, rotates and revokes what opens a workspace, beside the running server', async () => {
    const workspace = await line.json('workspaces', 'create', '--slug', 'acme', '--name', 'Acme Ltd.');
    const [workspaces, made] = await Promise.all([
      line.json('workspaces', 'list'),
      line.json('keys', 'create', '--name', 'web', '--scopes', 'feedback:write', '-w', 'acme'),
    ]);
    expect(workspaces.map(({ slug }: { slug: string }) => slug)).toEqual(['acme', 'default']);
    expect(made).toMatchObject({ workspace: workspace.id, name: 'web', scopes: ['feedback:write'], type: 'api-key' });
    expect(isApiKeyShape(made.key)).toBe(true);
    expect(await submit(made.key)).toBe(200);
    const [keys, rotated] = await Promise.all([
      line.json('keys', 'list', '-w', workspace.id),
      line.json('keys', 'rotate', made.id, '-w', 'acme', '--grace-period', '0'),
    ]);
    expect(keys.map(({ id }: { id: string }) => id)).toEqual([made.id]);
    await until(async () => (await submit(made.key)) === 401, 1_000);
    expect(await submit(rotated.key)).toBe(200);
    expect((await line.run(['keys', 'revoke', made.id, '-w', 'acme'])).out).toBe(`Revoked ${made.id}\n`);
    await until(async () => (await submit(rotated.key)) === 401, 1_000);
  }, 60_000);

  it('takes a secret that was brought along from a file, not from the command line', async () => {
    const file = join(directory, 'secret');
    const secret = 'brought along from elsewhere, in a file';
    await writeFile(file, `${secret}\n`);
    const create = ['keys', 'create', '--name', 'n', '--scopes', 'feedback:write', '--secret-file', file];
    const { code, out } = await line.run(create);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`key:           ${secret}\n`) });
    expect(await submit(secret)).toBe(200);
    expect(await line.run(create)).toEqual({ code: 1, out: '', err: 'the key or client id is in use\n' });
    const nowhere = await line.run([...create.slice(0, -1), join(directory, 'nowhere')]);
    expect(nowhere).toMatchObject({ code: 64, err: expect.stringContaining('It cannot be read: ENOENT') });
  }, 30_000);

  it('seals no secret with another key than that of the other clients', async () => {
    const create = ['keys', 'create', '--type', 'client', '--name', 'n', '--scopes', 'feedback:write'];
    expect((await line.run(create)).code).toBe(0);
    const { id } = await line.json('keys', 'create', '--type', 'client', '--name', 'm', '--scopes', 'feedback:write');
    const other = { ENCRYPTION_KEY: 'ff'.repeat(32) };
    const refused = await Promise.all([line.run(create, other), line.run(['keys', 'rotate', id], other)]);
    const err = expect.stringContaining('ENCRYPTION_KEY is not the one that it was sealed with');
    const refusal = { code: 1, out: '', err };
    expect(refused).toEqual([refusal, refusal]);
  }, 60_000);

  it('says what is wrong, and exits with 64 for what was typed, 78 for the configuration and 1 for what was refused', async () => {
    const wrong: [number, string, string[], NodeJS.ProcessEnv?][] = [
      [64, "unknown command 'key'", ['key']],
      [64, "required option '--scopes <scopes>' not specified", ['keys', 'create', '--name', 'n']],
      [1, 'each value in scopes must be one of', ['keys', 'create', '--name', 'n', '--scopes', 'instance']],
      [1, 'there is no such credential', ['keys', 'revoke', 'x']],
      [78, 'REDIS_URL must be a URL such as redis://', ['keys', 'list'], { REDIS_URL: 'localhost' }],
    ];
    const answers = await Promise.all(wrong.map(([, , args, more]) => line.run(args, more)));
    expect(answers).toEqual(
      wrong.map(([code, sentence]) => ({ code, out: '', err: expect.stringContaining(sentence) })),
    );
  }, 60_000);

  it('verifies and rebuilds the score counts of one workspace or of all', async () => {
    await call(app, '/feedback', { body: { type: 'positive', messageId: 'm' } });
    expect((await line.json('analytics', 'verify', '-w', 'default'))[0]).toMatchObject({ differences: 0 });
    await app.query('update feedback_entry set score = 1 - score');
    const { code, out, err } = await line.run(['analytics', 'verify']);
    expect({ code, out, err }).toEqual({
      code: 1,
      out: expect.stringContaining('"instrument":"message"'),
      err: expect.stringContaining('rebuild'),
    });
    expect((await line.run(['analytics', 'rebuild'])).code).toBe(0);
    expect(await line.json('analytics', 'verify')).toContainEqual(expect.objectContaining({ differences: 0 }));
  }, 60_000);

  it('says which version it is', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(await line.run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('says what there is', async () => {
    const groups = (await line.run(['--help'])).out;
    for (const group of ['analytics', 'demo', 'keys', 'workspaces']) expect(groups).toContain(`\n  ${group} `);
    const { code, out } = await line.run(['keys', 'create', '--help']);
    expect(code).toBe(0);
    for (const option of [
      '--name',
      '--scopes',
      '--type',
      '--workspace',
      '--expires-at',
      '--client-id',
      '--secret-file',
    ])
      expect(out).toContain(option);
  }, 30_000);
});
