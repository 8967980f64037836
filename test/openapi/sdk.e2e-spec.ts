import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { vendorToken } from '../harness/access.tokens.js';
import { adminKey, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential } from '../harness/credential.js';

const run = promisify(execFile);
const bin = (name: string): string => join(import.meta.dirname, '../../node_modules/.bin', name);

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startApp();
  folder = await mkdtemp(join(tmpdir(), 'afterword-sdk-'));
  await run(bin('openapi-ts'), ['-i', './openapi/openapi.json', '-o', join(folder, 'client'), '--no-log-file']);
  await cp(join(import.meta.dirname, '../sdk/doors.ts'), join(folder, 'doors.ts'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
}, 60_000);
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const compilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  types: ['node'],
  typeRoots: [join(import.meta.dirname, '../../node_modules/@types')],
  skipLibCheck: false,
};

it('the generated client compiles under strict, and drives every door without a cast', async () => {
  await run(bin('tsc'), ['-p', folder]).catch(({ stdout }) => expect(stdout).toBe(''));

  const { clientId, clientSecret } = await makeCredential(app, { type: 'client', scopes: ['admin'] });
  const { body: bot } = await call(app, '/v1/bots', { body: { name: 'n' } });
  const jwt = vendorToken({ id: clientId, secret: clientSecret });
  const surroundings = { url: app.url, key: adminKey, clientId, clientSecret, jwt, botId: bot.id };
  const { stdout } = await run('node', [join(folder, 'doors.js'), JSON.stringify(surroundings)]);

  expect(JSON.parse(stdout)).toEqual({
    message: ['positive', '', 'ann'],
    messages: [['m-1', '']],
    reread: ['assistant', true],
    refused: [422, '/problems/invalid-input', '/messageId'],
    survey: [bot.id, 0, 'number'],
    surveys: [['Like/Dislike', 'ann']],
    conversation: ['Ann', 'number', true, 'duplicate feedback'],
    acquire: ['star', 'How satisfied are you?', 'rating', 'Satisfied?', 1],
    departments: [[['Sales', 'active']], 'Repairs', 'conflict'],
    question: ['Rating', 'thumb', 1, 2],
    questions: ['disabled', ['Was this helpful?']],
    entries: ['conversation', 'message', 'question', 'survey'],
    entry: ['Was this helpful?', [0, 1]],
    profile: 'Ann',
    export: ['application/x-ndjson; charset=utf-8', 4],
    summary: [1, 1, 'wilson-once', 'share', 'too few answers'],
    timeline: 1,
    breakdown: [['en', 1]],
    comparison: [1, 'mixture-always', 0],
    ambiguous: [422, true],
    instruments: ['conversation', 'message', 'question', 'survey'],
    texts: ['Yes.'],
    bots: ['o-1', 'Shop assistant', 'string'],
    workspaces: ['The shop', true],
    credentials: [true, true, 'string', 'string', 204, false],
    // The profile, a message, a conversation, and an entry from each door but the removed one.
    erased: 6,
    ready: 'up',
  });
}, 120_000);
