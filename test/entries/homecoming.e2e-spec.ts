import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { DemoService } from '../../src/demo/demo.service.js';
import { WorkspacesService } from '../../src/workspaces/workspaces.service.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { newClient } from '../harness/clients.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { fillThroughEveryDoor } from '../harness/every-door.js';
import { newKey } from '../harness/questions.js';
import { introduce, rate } from '../harness/user-feedback.js';
import { vendorToken } from '../harness/access.tokens.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Line = Record<string, unknown>;
interface Outcome {
  line: number;
  outcome: string;
  problem?: { status: number; errors: { pointer: string; detail: string }[] };
}

let serial = 0;
/** A workspace with nothing in it, and a key that may do everything there. */
async function emptyWorkspace(): Promise<{ id: string; key: string }> {
  const id = await makeWorkspace(app, `home-${++serial}`);
  return { id, key: await adminKeyOf(id) };
}
const adminKeyOf = async (workspace: string): Promise<string> =>
  (await makeCredential(app, { workspace, scopes: ['admin'] })).key;

async function bring(lines: string | Line[], key?: string): Promise<Outcome[]> {
  const raw = typeof lines === 'string' ? lines : lines.map((line) => JSON.stringify(line)).join('\n');
  const { status, body } = await call(app, '/v1/feedback/batch', { raw, ...(key && { key }) });
  expect(status).toBe(200);
  return body
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line));
}

/** What a workspace exports, by the line, without what is new in each place. */
async function exported(key: string): Promise<string[]> {
  const { text: file } = await call(app, '/v1/feedback/export?format=ndjson', { key });
  return file
    .trim()
    .split('\n')
    .map((line) =>
      line.replace(/"id":"[^"]+",/, '').replace(/,"recordedAt":"[^"]+","updatedAt":"[^"]+","state".+$/, '}'),
    );
}

describe('what was exported', () => {
  it('of every door comes home to equal entries, however often it is brought', async () => {
    const from = await emptyWorkspace();
    const { key } = from;
    await fillThroughEveryDoor(app, from.id, key);
    const lines = await exported(key);
    expect(new Set(lines.map((line) => JSON.parse(line).source))).toEqual(
      new Set(['message', 'survey', 'conversation', 'question', 'native']),
    );
    const named = lines.map((line, n) => line.replace('"externalId":null', `"externalId":"row-${n}"`));
    const to = await emptyWorkspace();
    for (const outcome of ['recorded', 'unchanged']) {
      const answers = await bring(named.join('\n'), to.key);
      expect(answers.filter((one) => one.outcome !== outcome)).toEqual([]);
      expect((await exported(to.key)).toSorted()).toEqual(named.toSorted());
    }
    expect((await app.nest.get(ScoreCounts).verify(to.id)).differences).toBe(0);
  });

  it('of the demonstration comes home to the same numbers', async () => {
    const demo = await makeWorkspace(app, 'shown');
    const workspace = (await app.nest.get(WorkspacesService).named('shown'))!;
    await app.nest.get(DemoService).load(workspace, { seed: 3, days: 3 }, () => undefined);
    const { key } = await emptyWorkspace();
    const lines = await exported(await adminKeyOf(demo));
    const answers = await bring(lines.join('\n'), key);
    expect(answers.filter(({ outcome }) => outcome !== 'recorded')).toEqual([]);
    expect((await exported(key)).toSorted()).toEqual(lines.toSorted());
  });
});

const homes = {
  message: { source: 'message', externalId: 'm', instrument: 'message', scale: 'thumb', score: 1, message: 'm-1' },
  survey: {
    source: 'survey',
    externalId: '641bfabf0353f52d915f7a87',
    instrument: 'q',
    scale: 'csat',
    score: 5,
    respondent: 'u',
    channel: 'rtm',
    language: 'en',
    bot: 'st-1',
    prompt: '',
  },
  conversation: {
    source: 'conversation',
    instrument: 'conversation',
    scale: 'rating',
    score: 1,
    resolved: false,
    respondent: 'ann',
    conversation: 'c',
    channel: '343',
  },
  question: {
    source: 'question',
    instrument: '999999',
    scale: 'choice',
    options: ['a', 2],
    choices: [1, 2, 'a'].map((value) => ({ label: '', value })),
  },
  native: { source: 'native', instrument: 'i', scale: 'ces', score: 7 },
};
const named = (): string => randomUUID().replaceAll('-', '').slice(0, 24);

describe('a line that came through another door', () => {
  it('is recorded with the least that its door stores, and of a survey with words', async () => {
    const lines = Object.values(homes).map((home) => ({ ...home, externalId: named() }));
    const { key, id } = await emptyWorkspace();
    expect((await bring([...lines, { ...homes.survey, comment: 'Good.' }], key)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 6 }, () => 'recorded'),
    );
    await call(app, '/v1/bots', { key, body: { id: 'st-1', name: 'Bot' } });
    const client = await newClient(app, { workspaceId: id, scopes: ['admin'] });
    const { body } = await call(app, '/api/public/bot/st-1/getFeedbackSurveyResponses', {
      body: { filters: { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' } },
      key: null,
      headers: { auth: vendorToken(client) },
    });
    expect(body.result.map(({ comments }: { comments: unknown }) => comments).toSorted()).toEqual(['Good.', null]);
  });

  it.each<[keyof typeof homes, Line, string]>([
    ['message', { externalId: null }, 'externalId must be a string'],
    ['message', { instrument: 'other' }, 'instrument must be message'],
    ['message', { scale: 'rating', score: 5 }, 'scale must be thumb'],
    ['message', { score: 2 }, 'score must be an integer from 0 to 1'],
    ['message', { message: undefined }, 'message must be a string'],
    ['message', { channel: 'web' }, 'channel is not a known member'],
    [
      'message',
      { userProperties: { userId: 5 }, respondent: '6' },
      'respondent must be the one whom userProperties name',
    ],
    ['message', { properties: { version: '1' }, version: '2' }, 'version must be that of the properties'],
    ['message', { userProperties: { userType: 1 } }, 'userProperties.userType must be a string'],
    ['message', { sources: [{ type: 'odd' }] }, 'sources[0].type must be positive, negative, new or null'],
    ['message', { reasons: [{ label: '' }] }, 'reasons[0].label must not be empty'],
    ['survey', { externalId: 'abc' }, 'externalId must be 24 hexadecimal digits'],
    ['survey', { scale: 'ces' }, 'scale must be thumb, nps or csat'],
    ['survey', { score: 6 }, 'score must be an integer from 1 to 5'],
    ['survey', { bot: null }, 'bot must be a string'],
    ['survey', { language: 'x'.repeat(36) }, 'language must be 1 to 35 characters long'],
    ['survey', { choices: [] }, 'choices is not a known member'],
    ['conversation', { scale: 'csat' }, 'scale must be rating'],
    ['conversation', { resolved: null }, 'resolved must be true or false'],
    [
      'conversation',
      { respondent: 'x'.repeat(129) },
      'respondent must be a string of 1 to 128 characters, none of them invisible',
    ],
    ['conversation', { channel: 'web' }, 'channel must be the number of a business'],
    ['conversation', { comment: '' }, 'comment must be 1 to 10000 characters long'],
    ['question', { instrument: 'age' }, 'instrument must be the id of a question, as a string'],
    ['question', { options: ['b'] }, 'options must be 1 to 200 of the choices, each once'],
    ['question', { options: [2, '2'] }, 'options must be 1 to 200 of the choices, each once'],
    ['question', { options: null }, 'options must be 1 to 200 of the choices, each once'],
    ['question', { scale: 'rating', score: 5 }, 'options must be absent unless the scale is choice'],
    [
      'question',
      { choices: [{ label: 'a' }], options: ['undefined'] },
      'choices[0].value must be a number or a string of 1 to 255 characters',
    ],
    [
      'question',
      { scale: 'ces', score: 5, options: null },
      'scale must be thumb, nps, rating, rating3, rating4, rating6, rating7, rating10, choice or text',
    ],
    [
      'question',
      { scale: 'text', options: null, comment: ' ' },
      'comment must be a string, and not blank if the scale is text',
    ],
    ['question', { prompt: '' }, 'prompt must be a string of 1 to 4000 characters, not all of them blank'],
    ['native', { choices: [] }, 'choices is not a known member'],
    ['native', { userProperties: {} }, 'userProperties is not a known member'],
    ['native', { source: 'else' }, 'source must be message, survey, conversation, question or native'],
    [
      'native',
      { options: [1], scale: 'choice', score: null },
      'options must be 1 to 50 texts of 1 to 255 characters, each once',
    ],
  ])('of %s is refused with %j, in words', async (source, members, detail) => {
    const [refused] = await bring([{ ...homes[source], ...members }]);
    expect(refused).toMatchObject({ outcome: 'refused', problem: { status: 422 } });
    expect(refused!.problem!.errors.map((fault) => fault.detail)).toEqual([detail]);
  });

  it('is an administrator’s to bring, and so is the time at which a line counts', async () => {
    const key = await newKey(app, ['feedback:write', 'feedback:read']);
    const { message, survey, conversation, question, native } = homes;
    const counted = { ...native, countedAt: '2026-01-01T00:00:00Z' };
    expect(await bring([message, survey, conversation, question, native, counted], key)).toMatchObject([
      ...Array.from({ length: 4 }, () => ({
        outcome: 'refused',
        problem: { errors: [{ pointer: '/source', detail: 'source needs a credential with the scope admin' }] },
      })),
      { outcome: 'recorded' },
      { problem: { errors: [{ pointer: '/countedAt', detail: 'countedAt needs a credential with the scope admin' }] } },
    ]);
  });

  it('claims no window', async () => {
    const { id, key } = await emptyWorkspace();
    const client = await newClient(app, { workspaceId: id, scopes: ['admin'] });
    await introduce(client, app, 'ann', 343);
    expect(await bring([homes.conversation], key)).toMatchObject([{ outcome: 'recorded' }]);
    expect((await rate(client, app, 'ann')).status).toBe(201);
  });

  it('may be as long as an export makes it', async () => {
    const numbers = Array.from({ length: 2_900 }, () => 1e20);
    const { key } = await emptyWorkspace();
    const raw = `{"id":"long","type":"positive","messageId":"m","properties":{"n":[${numbers.map(() => '1e20').join()}]},"details":"${'x'.repeat(2_080_000)}"}`;
    expect((await call(app, '/feedback', { key, raw })).status).toBe(200);
    const lines = await exported(key);
    expect(lines[0]!.length).toBeGreaterThan(2_097_152);
    expect(await bring(lines.join('\n'), (await emptyWorkspace()).key)).toMatchObject([{ outcome: 'recorded' }]);
  });
});

describe('a line with the time at which it counts', () => {
  const brought = async (key: string, members: Line): Promise<Line> => {
    const [{ id } = { id: '' }] = (await bring([{ ...homes.native, externalId: 'e', ...members }], key)) as unknown as {
      id: string;
    }[];
    return (await call(app, `/v1/feedback/${id}`, { key })).body;
  };

  it('counts then, whatever was said of when it happened, until something else is said', async () => {
    const { key } = await emptyWorkspace();
    const [occurredAt, countedAt] = ['2031-01-01T00:00:00.000Z', '2025-03-01T00:00:00.000Z'];
    expect(await brought(key, { occurredAt, countedAt })).toMatchObject({ occurredAt, countedAt });
    expect(await brought(key, { occurredAt, score: 1 })).toMatchObject({ occurredAt, score: 1 });
    expect(await brought(key, { countedAt })).toMatchObject({ occurredAt, countedAt });
    expect(await brought(key, { score: 2 })).toMatchObject({ occurredAt, countedAt, score: 2 });
    const again = '2025-04-01T00:00:00.000Z';
    expect(await brought(key, { countedAt: again, score: 2 })).toMatchObject({ occurredAt, countedAt: again });
    expect(await brought(key, { occurredAt: again, score: 2 })).toMatchObject({ occurredAt: again, countedAt: again });
  });

  it('is refused where that is yet to come', async () => {
    const countedAt = new Date(Date.now() + 60_000).toISOString();
    expect(await bring([{ ...homes.native, countedAt }])).toMatchObject([
      { outcome: 'refused', problem: { errors: [{ detail: 'countedAt must not lie in the future' }] } },
    ]);
  });
});
