import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace, type MadeCredential } from '../harness/credential.js';
import { document } from '../harness/documented.js';
import { newQuestion, rating } from '../harness/questions.js';
import { until } from '../harness/until.js';

let app: TestApp;
let workspace: string;
let admin: string;
let question: number;
beforeAll(async () => {
  app = await startApp();
  workspace = await makeWorkspace(app, 'backdating');
  ({ key: admin } = await make({ scopes: ['admin'] }));
  question = await newQuestion(app, rating, admin);
});
afterAll(() => app.close());

const make = (wanted: object): Promise<MadeCredential> => makeCredential(app, { workspace, ...wanted });
const writing = ['feedback:write'];

const day = 86_400_000;
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();

/** What is said through a door, and where its time stands. The entry is found by its comment. */
interface Door {
  path: () => string;
  body: (comment: string, time: string) => object;
  /** What analytics call it. */
  counted: string;
  /** Something else under the same name. */
  change?: object;
}

/** Every operation that takes a time. */
const doors: Record<string, Door> = {
  'POST /feedback': {
    path: () => '/feedback',
    body: (details, createdAt) => ({ id: details, type: 'positive', messageId: 'm', details, createdAt }),
    counted: 'source=message&scale=thumb',
    change: { type: 'negative' },
  },
  'POST /v1/feedback': {
    path: () => '/v1/feedback',
    body: (comment, occurredAt) => ({
      externalId: comment,
      instrument: 'i',
      scale: 'thumb',
      score: 1,
      comment,
      occurredAt,
    }),
    counted: 'source=native&scale=thumb&instrument=i',
    change: { score: 0 },
  },
  'POST /v1/feedback/batch': {
    path: () => '/v1/feedback/batch',
    body: (comment, occurredAt) => ({
      externalId: comment,
      instrument: 'b',
      scale: 'thumb',
      score: 1,
      comment,
      occurredAt,
    }),
    counted: 'source=native&scale=thumb&instrument=b',
    change: { score: 0 },
  },
  'POST /v1/questions/{id}/answers': {
    path: () => `/v1/questions/${question}/answers`,
    body: (comment, occurredAt) => ({ value: 5, comment, occurredAt }),
    counted: 'source=question&scale=rating',
  },
};

async function say(
  { path, body }: Door,
  key: string,
  comment: string,
  time: string,
  change: object = {},
): Promise<Entry> {
  const { status } = await call(app, path(), { key, body: { ...body(comment, time), ...change } });
  expect([200, 201]).toContain(status);
  const { body: page } = await call(app, '/v1/feedback?limit=200', { key: admin });
  return page.data.find((one: Entry) => one.comment === comment);
}

type Entry = Record<'id' | 'comment' | 'occurredAt' | 'countedAt' | 'recordedAt', string>;
type Time = 'occurredAt' | 'recordedAt';

/** What a request may be, with what it refers to. */
function shapeOf(requestBody: unknown): string {
  const text = JSON.stringify(requestBody ?? null);
  const references = Array.from(text.matchAll(/#\/components\/schemas\/(\w+)/g));
  return [text, ...references.map(([, name]) => JSON.stringify(document.components.schemas[name!]))].join();
}

it('every operation that takes a time from a caller is looked at', () => {
  const taking = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { requestBody }]) => /"(occurredAt|createdAt)"|x-ndjson/.test(shapeOf(requestBody)))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  expect(taking.toSorted()).toEqual(Object.keys(doors).toSorted());
});

describe.each(Object.entries(doors))('%s', (_, door) => {
  it.each<[string, object, number, Time]>([
    ['a week and more, by any credential', { scopes: writing }, 400 * day, 'recordedAt'],
    ['less than a week, by any credential', { scopes: writing }, 6.9 * day, 'occurredAt'],
    ['the future, by any credential', { scopes: writing }, -400 * day, 'recordedAt'],
    ['more than an hour, by one that may an hour', { scopes: writing, backdating: 'PT1H' }, day / 12, 'recordedAt'],
    ['less than a year, by one that may a year', { scopes: writing, backdating: 'P365D' }, 300 * day, 'occurredAt'],
    ['years, by an administrator', { scopes: ['admin'] }, 4_000 * day, 'occurredAt'],
  ])('of what is dated back by %s', async (_title, wanted, back, counts) => {
    const { key } = await make(wanted);
    const time = ago(back);
    const entry = await say(door, key, randomUUID(), time);
    expect(entry).toMatchObject({ occurredAt: time, countedAt: entry[counts] });
  });

  it('a key out of a web page cannot rewrite last year', async () => {
    const { key } = await make({ scopes: writing, origins: ['https://shop.example'] });
    const lastYear = `from=${ago(500 * day)}&to=${ago(300 * day)}`;
    const numbers = async (): Promise<unknown> => {
      const { status, body } = await call(app, `/v1/analytics/summary?${door.counted}&${lastYear}`, { key: admin });
      expect(status).toBe(200);
      return [body, (await call(app, `/v1/feedback?${lastYear}`, { key: admin })).body];
    };
    const [before, time] = [await numbers(), ago(400 * day)];
    const page = door.path().endsWith('batch') ? (await make({ scopes: writing })).key : key;
    const { id } = await say(door, page, randomUUID(), time);
    expect(await numbers()).toEqual(before);
    const { body: newest } = await call(app, '/v1/feedback?limit=1', { key: admin });
    expect(newest.data).toMatchObject([{ id, occurredAt: time }]);
  });

  if (door.change)
    it('an update counts anew, from its own time and the first recording', async () => {
      const { key } = await make({ scopes: writing });
      const name = randomUUID();
      const { id, recordedAt } = await say(door, key, name, ago(3 * day));
      expect(await say(door, key, name, ago(8 * day), door.change)).toMatchObject({
        id,
        recordedAt,
        countedAt: recordedAt,
      });
      await app.query(`update feedback_entry set recorded_at = recorded_at - interval '5 days' where id = $1`, [id]);
      const time = ago(8 * day);
      expect(await say(door, key, name, time)).toMatchObject({ occurredAt: time, countedAt: time });
      const brought = ago(400 * day);
      expect(await say(door, admin, name, brought)).toMatchObject({ occurredAt: brought, countedAt: brought });
      expect(await say(door, key, name, brought)).toMatchObject({ countedAt: brought });
    });
});

it('verify finds everything counted where it counts', async () => {
  expect((await app.nest.get(ScoreCounts).verify(workspace)).differences).toBe(0);
});

describe('the backdating of a credential', () => {
  it.each<[object, string | null]>([
    [{ scopes: writing }, 'P7D'],
    [{ scopes: writing, backdating: 'PT36H' }, 'PT36H'],
    [{ scopes: ['admin'] }, null],
  ])('%j: %s', async (wanted, backdating) => {
    const made = await make(wanted);
    expect(made).toMatchObject({ backdating });
    expect((await call(app, `/v1/credentials/${made.id}`, { key: admin })).body.backdating).toBe(backdating);
    const { body } = await call(app, `/v1/credentials/${made.id}/rotation`, { key: admin, body: {} });
    expect(body.backdating).toBe(backdating);
  });

  it.each([
    [
      { scopes: writing, backdating: 'P1Y' },
      'backdating must be an ISO 8601 duration from PT1S to P3653D, such as PT1H30M',
    ],
    [
      { scopes: ['admin'], backdating: 'P7D' },
      'backdating must be absent with the scope admin, which may date as far back as it likes',
    ],
  ])('422 for %j', async (wanted, detail) => {
    const body = { name: 'n', type: 'api-key', ...wanted };
    const { status, body: problem } = await call(app, '/v1/credentials', { key: admin, body });
    expect([status, problem.errors]).toEqual([422, [{ pointer: '/backdating', detail }]]);
  });

  it('is heeded at once where it is changed in the database', async () => {
    const { id, key } = await make({ scopes: writing });
    const time = ago(30 * day);
    const door = doors['POST /v1/feedback']!;
    expect(await say(door, key, randomUUID(), time)).not.toMatchObject({ countedAt: time });
    await app.query(`update credential set backdating = 'P31D' where id = $1`, [id]);
    await until(async () => (await say(door, key, randomUUID(), time)).countedAt === time);
  });
});
