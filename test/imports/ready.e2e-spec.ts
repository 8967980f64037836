import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { importFile } from '../harness/importing.js';

let app: TestApp;
let directory: string;
beforeAll(async () => {
  app = await startApp();
  directory = await mkdtemp(join(tmpdir(), 'afterword-mappings-'));
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

let serial = 0;
/** Imports a fixture into a workspace of its own, twice. @returns the key of the workspace */
async function brought(fixture: string, rows: object, ...args: string[]): Promise<string> {
  const slug = `ready-${++serial}`;
  const workspace = await makeWorkspace(app, slug);
  const file = `test/imports/fixtures/${fixture}`;
  const { recorded, ...first } = await importFile(app, file, '-w', slug, ...args);
  expect({ recorded, ...first }).toMatchObject({ refused: 0, unused: [], ...rows });
  expect(await importFile(app, file, '-w', slug, ...args)).toMatchObject({ recorded: 0, unchanged: recorded });
  return (await makeCredential(app, { workspace, scopes: ['admin'] })).key;
}

/** What analytics say of what fits: how many answers, and the score. */
async function score(key: string, query: Record<string, string>): Promise<[n: number, estimate: number]> {
  const all = { from: '2026-01-01T00:00:00Z', to: '2026-11-01T00:00:00Z', ...query };
  const { status, body } = await call(app, `/v1/analytics/summary?${new URLSearchParams(all).toString()}`, { key });
  expect({ status, body }).toMatchObject({ status: 200 });
  return [body.n, Math.round(body.estimate * 10_000) / 10_000];
}

async function entries(key: string): Promise<Record<string, Record<string, unknown>>> {
  const { body } = await call(app, '/v1/feedback?limit=200', { key });
  return Object.fromEntries(body.data.map((entry: { externalId: string }) => [entry.externalId, entry]));
}

describe('a ready mapping', () => {
  it('kore: NPS, CSAT and likes as the dashboard of the bot has them', async () => {
    const key = await brought('kore.json', { recorded: 7 }, '-m', 'kore', '--set', 'bot=st-1');
    // Its bands: 9 and 10, 6 to 8, 0 to 5.
    expect(await score(key, { instrument: 'after the chat', bands: 'kore' })).toEqual([3, 33.3333]);
    expect(await score(key, { instrument: 'satisfaction' })).toEqual([2, 0.5]);
    expect(await score(key, { instrument: 'helpful?' })).toEqual([2, 0.5]);
    expect((await entries(key))['6892f1a05b1e6d0f4c3a2b01']).toMatchObject({
      source: 'survey',
      respondent: 'ines@example.com',
      bot: 'st-1',
      channel: 'rtm',
      comment: 'Found the invoice in a minute, "at last".',
      occurredAt: '2026-08-05T06:26:08.580Z',
      countedAt: '2026-08-05T06:26:08.580Z',
    });
  });

  it('inkeep: as many positive and negative as its answer counts', async () => {
    const key = await brought('inkeep.json', { recorded: 4 }, '-m', 'inkeep');
    expect(await score(key, { source: 'message' })).toEqual([4, 0.75]);
    const { body } = await call(app, '/feedback?limit=100', { key });
    expect([body.positiveFeedbackCount, body.negativeFeedbackCount]).toEqual([3, 1]);
    const found = await entries(key);
    expect(found['fb_01']).toMatchObject({ version: '2026-05-01', respondent: 'u-1', message: 'msg_11' });
    expect(found['fb_02']).toMatchObject({
      respondent: 'ann',
      userProperties: { userId: 'ann', id: 17, plan: 'team' },
    });
  });

  it('langfuse: what people said, by the name and the type of the score', async () => {
    const key = await brought('langfuse-v2.json', { recorded: 4, refused: 1, leftOut: 1 }, '-m', 'langfuse');
    expect(await score(key, { instrument: 'user-feedback' })).toEqual([3, 0.6667]);
    const found = await entries(key);
    expect(found['s-01']).toMatchObject({
      respondent: 'ann',
      conversation: 'chat-1',
      message: 'o-01',
      comment: 'thanks',
      properties: { source: 'API', environment: 'production' },
      occurredAt: '2026-06-01T10:00:00.000Z',
    });
    expect(found['s-04']).toMatchObject({ scale: 'choice', score: null, options: ['billing'], message: 't-03' });
  });

  it('langfuse: numbers, once somebody says what they mean', async () => {
    const mapping = join(directory, 'stars.yaml');
    await writeFile(mapping, 'extends: langfuse\nonly: { name: stars }\nmembers: { scale: { value: rating } }\n');
    const key = await brought('langfuse-v2.json', { recorded: 1, leftOut: 5 }, '-m', mapping);
    expect((await entries(key))['s-05']).toMatchObject({ scale: 'rating', score: 4 });
  });

  it('langfuse: scores of the third version of its API too', async () => {
    const key = await brought('langfuse-v3.json', { recorded: 4 }, '-m', 'langfuse');
    expect(await score(key, { instrument: 'user-feedback' })).toEqual([2, 0.5]);
    const found = await entries(key);
    expect(found['s-11']).toMatchObject({ comment: 'good', message: 't-11' });
    expect(found['s-13']).toMatchObject({ scale: 'text', comment: 'Too slow.' });
    expect(found['s-14']).toMatchObject({ scale: 'choice', options: ['returns'] });
  });

  it('chatwoot: the report, whose last line is no row', async () => {
    const key = await brought('chatwoot.csv', { recorded: 4, leftOut: 1 }, '-m', 'chatwoot');
    // Three of four were satisfied.
    expect(await score(key, { scale: 'csat' })).toEqual([4, 0.75]);
    const { body } = await call(app, '/v1/feedback', { key });
    const members = ['score', 'comment', 'respondent', 'conversation', 'properties', 'occurredAt'];
    expect(body.data.map((entry: Record<string, unknown>) => members.map((member) => entry[member]))).toEqual([
      [5, null, 'lars@example.com', '104', { agent: 'Bo (bo@example.com)' }, '2026-04-03T07:00:00.000Z'],
      [2, 'Nobody came back\nto me.', 'Kim', '103', { reviewNotes: 'called on Friday' }, '2026-04-02T18:30:05.000Z'],
      [4, null, '+4912345', '102', { agent: 'Ada (ada@example.com)' }, '2026-04-01T10:00:00.000Z'],
      [
        5,
        'Quick, and friendly.',
        'ines@example.com',
        '101',
        { agent: 'Ada (ada@example.com)' },
        '2026-04-01T09:15:00.000Z',
      ],
    ]);
  });

  it('plain: columns in capitals or not, behind semicolons', async () => {
    const constants = ['--set', 'scale=nps', '--set', 'instrument=relationship'];
    const key = await brought('plain.csv', { recorded: 4 }, '-m', 'plain', ...constants);
    expect(await score(key, { instrument: 'relationship' })).toEqual([4, 25]);
    const { body } = await call(app, '/v1/feedback', { key });
    expect(body.data.map((entry: { comment: string }) => entry.comment)).toEqual([
      "'s ging so",
      null,
      '"Super"; wirklich',
      'Gern wieder',
    ]);
  });
});
