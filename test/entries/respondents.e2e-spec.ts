import { refusedStatements } from '#libs/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { newClient } from '../harness/clients.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { until } from '../harness/until.js';
import { introduce, rate } from '../harness/user-feedback.js';

const workspaceId = '00000000-0000-7000-8000-000000000001';
let otherWorkspaceId: string;

let app: TestApp;
let foreignKey: string;
beforeAll(async () => {
  app = await startApp();
  otherWorkspaceId = await makeWorkspace(app, 'other');
  foreignKey = await credential(otherWorkspaceId, ['admin']);
});
afterAll(() => app.close());
beforeEach(() => app.query('truncate feedback_entry, feedback_window, message, conversation, person'));

async function credential(workspace: string, scopes: string[]): Promise<string> {
  return (await makeCredential(app, { workspace, scopes })).key;
}

async function say(respondent: string, details: string, key?: string): Promise<void> {
  const body = { type: 'positive', messageId: 'm', details, userProperties: { userId: respondent } };
  expect((await call(app, '/feedback', { body, ...(key && { key }) })).status).toBe(200);
}

async function register(respondent: string, workspace = workspaceId): Promise<void> {
  await app.query(
    `insert into person values ($1, $2, '+49', 'z@b.example', 'Zoë', 'de', '{"b":1,"a":2}', '2026-03-01T12:00:00Z', '2026-03-02T12:00:00Z')`,
    [workspace, respondent],
  );
  await app.query(`insert into conversation values ($1, $2, '1', gen_random_uuid(), now())`, [workspace, respondent]);
  await app.query(
    `insert into message (workspace_id, respondent, conversation, body, type, created_at)
     select $1, $2, gen_random_uuid(), 'hello', 0, now() from generate_series(1, 2)`,
    [workspace, respondent],
  );
  await app.query(`insert into feedback_window values ($1, '1', $2, gen_random_uuid(), now() + interval '1 hour')`, [
    workspace,
    respondent,
  ]);
}

const path = (respondent: string): string => `/v1/respondents/${encodeURIComponent(respondent)}`;
const erase = (respondent: string, key?: string) =>
  call(app, path(respondent), { method: 'DELETE', ...(key && { key }) });

describe('GET /v1/respondents/{id}', () => {
  it('200 with the profile and what that person said, newest first', async () => {
    await register('r');
    await say('r', 'first');
    await say('r', 'second');
    await say('somebody else', 'third');
    const { status, body } = await call(app, path('r'));
    expect(status).toBe(200);
    expect(body).toEqual({
      respondent: 'r',
      profile: {
        mobileNo: '+49',
        email: 'z@b.example',
        name: 'Zoë',
        languageCode: 'de',
        customData: { b: 1, a: 2 },
        createdAt: '2026-03-01T12:00:00.000Z',
        updatedAt: '2026-03-02T12:00:00.000Z',
      },
      data: [expect.objectContaining({ comment: 'second' }), expect.objectContaining({ comment: 'first' })],
      nextCursor: null,
    });
    expect(body.data).toEqual((await call(app, '/v1/feedback?respondent=r')).body.data);
  });

  it('200 without a profile, and without entries', async () => {
    await say('r', 'first');
    await register('p');
    expect((await call(app, path('r'))).body).toMatchObject({ profile: null, data: [{ comment: 'first' }] });
    expect((await call(app, path('p'))).body).toMatchObject({ profile: { name: 'Zoë' }, data: [] });
  });

  it('goes on page by page', async () => {
    for (const word of ['1', '2', '3']) await say('r', word);
    const first = await call(app, `${path('r')}?limit=2`);
    const second = await call(app, `${path('r')}?limit=2&cursor=${first.body.nextCursor}`);
    expect([first, second].map(({ body }) => body.data.map(({ comment }: { comment: string }) => comment))).toEqual([
      ['3', '2'],
      ['1'],
    ]);
    expect(second.body.nextCursor).toBeNull();
  });

  it('has an empty last page, where what stood on it was deleted meanwhile', async () => {
    for (const word of ['1', '2']) await say('r', word);
    const first = await call(app, `${path('r')}?limit=1`);
    await app.query("delete from feedback_entry where comment = '1'");
    const second = await call(app, `${path('r')}?limit=1&cursor=${first.body.nextCursor}`);
    expect([second.status, second.body.data, second.body.nextCursor]).toEqual([200, [], null]);
    expect((await call(app, `${path('nobody')}?cursor=${first.body.nextCursor}`)).status).toBe(404);
  });

  it.each(['a/b', 'a%2Fb', '100%', 'a b?c#d', '😀'.repeat(127), '..x', 'a+b'])('percent-decodes %j', async (name) => {
    await say(name, 'hello');
    expect((await call(app, path(name))).body).toMatchObject({ respondent: name, data: [{ comment: 'hello' }] });
  });

  it('is the same person in NFD and NFC', async () => {
    await say('Zoë'.normalize('NFC'), 'hello');
    expect((await call(app, path('Zoë'.normalize('NFD')))).body).toMatchObject({
      respondent: 'Zoë'.normalize('NFC'),
      data: [{ comment: 'hello' }],
    });
  });

  it('is the same person through two doors', async () => {
    const client = await newClient(app);
    await introduce(client, app, 'Zoë'.normalize('NFD'), 343);
    expect((await rate(client, app, 'Zoë'.normalize('NFD'))).status).toBe(201);
    await say('Zoë'.normalize('NFC'), 'hello');
    const { profile, data } = (await call(app, path('Zoë'))).body;
    expect(profile).not.toBeNull();
    expect(data.map(({ source }: { source: string }) => source)).toEqual(['message', 'conversation']);
  });

  it("404 in the same words for an unknown respondent, another workspace's and what is no name", async () => {
    await say('theirs', 'hello', foreignKey);
    await register('theirs', otherWorkspaceId);
    const answers = await Promise.all(
      ['theirs', 'unknown', 'x'.repeat(256), 'a\u200bb'].map((name) => call(app, path(name))),
    );
    expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(
      Array.from({ length: 4 }, () => [404, 'no such respondent']),
    );
  });

  it.each(['limit=201', 'cursor=x', 'colour=blue'])('422 for %s', async (query) => {
    const { status, body } = await call(app, `${path('r')}?${query}`);
    expect([status, body.errors[0].pointer]).toEqual([422, `/${query.split('=', 1)[0]}`]);
  });

  it('403 without feedback:read', async () => {
    expect((await call(app, path('r'), { key: await credential(workspaceId, ['feedback:write']) })).status).toBe(403);
  });
});

describe('DELETE /v1/respondents/{id}', () => {
  const left = async (): Promise<string[]> => {
    const tables = ['person', 'conversation', 'message', 'feedback_window', 'feedback_entry'];
    const rows = await Promise.all(
      tables.map((table) => app.query<{ respondent: string }>(`select distinct respondent from ${table}`)),
    );
    return rows.map((found, index) => `${tables[index]}: ${found.map(({ respondent }) => respondent).join()}`);
  };

  it('200 with the number of records, and nothing of that person is left', async () => {
    for (const name of ['r', 'somebody else']) {
      await register(name);
      await say(name, 'first');
      await say(name, 'second');
    }
    const answer = await erase('r');
    // One profile, one conversation, two messages, two entries.
    expect([answer.status, answer.body]).toEqual([200, { erased: 6 }]);
    expect((await left()).every((line) => line.endsWith(': somebody else'))).toBe(true);
    expect((await call(app, path('r'))).status).toBe(404);
  });

  it('erases that person in NFD as well', async () => {
    await say('Zoë'.normalize('NFC'), 'hello');
    expect((await erase('Zoë'.normalize('NFD'))).body).toEqual({ erased: 1 });
  });

  it('erases and shows whom only the id names, on entries that have a userId too', async () => {
    const send = (userProperties: object) =>
      call(app, '/feedback', { body: { type: 'positive', messageId: 'm', userProperties } });
    const device = 'Zoë'.normalize('NFD');
    for (const users of [
      { userId: 'one', id: device },
      { userId: 'two', id: device },
      { id: device },
      { userId: 'one' },
    ])
      expect((await send(users)).status).toBe(200);
    await send({ userId: 12, id: 34 });
    const known = async (name: string) => (await call(app, path(name))).body.data?.length;
    expect(await known(device)).toBe(3);
    expect(await known('one')).toBe(2);
    expect(await known('34')).toBe(1);
    expect((await erase('34')).body).toEqual({ erased: 1 });
    expect((await erase(device)).body).toEqual({ erased: 3 });
    expect((await erase('one')).body).toEqual({ erased: 1 });
    expect((await erase('two')).body).toEqual({ erased: 0 });
  });

  it('200 with 0 for whom nobody knows, twice over', async () => {
    for (const name of ['unknown', 'unknown', 'x'.repeat(256)]) {
      const answer = await erase(name);
      expect([answer.status, answer.body]).toEqual([200, { erased: 0 }]);
    }
  });

  it('leaves whole what is said while it runs: the entry, and the answer to its repetition', async () => {
    await say('r', 'before');
    const question = (await call(app, '/v1/questions', { body: { question: 'How was it?', type: 'Text' } })).body.id;
    const answer = () =>
      call(app, `/v1/questions/${question}/answers`, {
        body: { value: 'meanwhile', respondent: 'r' },
        headers: { 'idempotency-key': 'said-meanwhile' },
      });
    const other = await app.connect();
    // The entries have been erased when the erasure comes to the messages.
    await other.query('begin; lock table message in share mode');
    const erasing = erase('r');
    await until(async () => {
      const waiting = await app.query(`select from pg_locks where relation = 'message'::regclass and not granted`);
      return waiting.length > 0;
    });
    const first = await answer();
    await other.query('commit');
    await other.end();
    expect((await erasing).body).toEqual({ erased: 1 });
    const again = await answer();
    expect([again.body.id, again.headers.get('idempotency-replayed')]).toEqual([first.body.id, 'true']);
    expect((await call(app, path('r'))).body.data).toEqual([expect.objectContaining({ id: first.body.id })]);
    expect((await erase('r')).body).toEqual({ erased: 1 });
    expect((await answer()).headers.get('idempotency-replayed')).toBeNull();
  });

  it('goes one after the other, where somebody speaks between two that begin at once', async () => {
    await register('r');
    const question = (await call(app, '/v1/questions', { body: { question: 'And then?', type: 'Text' } })).body.id;
    const other = await app.connect();
    // They have locked the entries that there were when they come to the profile.
    await other.query(`begin; select from person where respondent = 'r' for update`);
    const waiting = (erasures: number) => until(async () => (await app.waitingForLocks()) === erasures);
    const first = erase('r');
    await waiting(1);
    const body = { value: 'meanwhile', respondent: 'r' };
    expect((await call(app, `/v1/questions/${question}/answers`, { body })).status).toBe(201);
    const second = erase('r');
    await waiting(2);
    await other.query('commit');
    await other.end();
    expect([(await first).body, (await second).body]).toEqual([{ erased: 5 }, { erased: 0 }]);
    expect(refusedStatements.get('40P01')).toBeUndefined();
  });

  it('touches nothing in another workspace', async () => {
    await say('r', 'hello', foreignKey);
    await register('r', otherWorkspaceId);
    expect((await erase('r')).body).toEqual({ erased: 0 });
    expect((await left()).every((line) => line.endsWith(': r'))).toBe(true);
    expect((await erase('r', foreignKey)).body).toEqual({ erased: 5 });
  });

  it('403 without admin, and nothing is erased', async () => {
    await say('r', 'hello');
    const key = await credential(workspaceId, ['feedback:read', 'feedback:write', 'questions:write', 'analytics:read']);
    expect((await erase('r', key)).status).toBe(403);
    expect((await call(app, path('r'))).status).toBe(200);
  });
});
