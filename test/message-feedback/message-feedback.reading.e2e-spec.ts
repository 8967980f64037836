import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adminKey, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

let app: TestApp;
let foreignKey: string;
let writeOnly: string;
let readOnly: string;
beforeAll(async () => {
  app = await startApp();
  foreignKey = await credential(await makeWorkspace(app, 'other'), ['admin']);
  writeOnly = await credential('default', ['feedback:write']);
  readOnly = await credential('default', ['feedback:read']);
});
afterAll(() => app.close());
beforeEach(() => app.query('delete from feedback_entry'));

async function credential(workspace: string, scopes: string[]): Promise<string> {
  return (await makeCredential(app, { workspace, scopes })).key;
}

async function submit(body: object, key = adminKey): Promise<Record<string, unknown>> {
  const answer = await call(app, '/feedback', { body: { type: 'positive', messageId: 'm', ...body }, key });
  expect(answer.status).toBe(200);
  return answer.body;
}

const full = {
  id: 'f1',
  type: 'negative',
  messageId: 'm1',
  createdAt: '2026-03-01T12:00:00.123Z',
  reasons: [{ label: 'wrong', details: 'it was Tuesday' }],
  details: 'not so',
  properties: { constructor: 1, deep: [{ a: null }] },
  userProperties: { userId: 'u1', team: 'blue' },
  sources: [{ type: 'new', title: 't', url: 'https://a.example' }],
};

function membersHeldElsewhere({ createdAt, updatedAt, messageId }: Record<string, unknown>): object {
  return {
    message: {
      id: messageId,
      type: 'openai',
      externalId: null,
      externalUrl: null,
      conversationId: '',
      createdAt,
      updatedAt,
      role: 'assistant',
      content: '',
      name: null,
      links: null,
      properties: null,
      userProperties: null,
      tool_calls: null,
    },
    conversation: {
      id: '',
      externalId: null,
      externalUrl: null,
      type: 'openai',
      supportTicketConversationId: null,
      createdAt,
      updatedAt,
      projectId: null,
      integrationId: null,
      properties: null,
      userProperties: null,
      tags: null,
      visibility: null,
      messages: [],
      messagesOpenAIFormat: [],
    },
  };
}

describe('GET /feedback/{id}', () => {
  it('200 with the record as it was submitted, its message and its conversation', async () => {
    const submitted = await submit(full);
    const answer = await call(app, '/feedback/f1');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...submitted, ...membersHeldElsewhere(submitted) });
    expect(answer.body).toMatchObject(full);
  });

  it.each([
    ['a%2Fb', 'a/b'],
    ['a%252Fb', 'a%2Fb'],
    ['100%25', '100%'],
    ['a%20b%3Fc%23d', 'a b?c#d'],
    ['%C3%A9%F0%9F%98%80', 'é😀'],
    ['a+b', 'a+b'],
    [encodeURIComponent('😀'.repeat(255)), '😀'.repeat(255)],
    ['a%2F', 'a/'],
    ['%2E%2E%2F', '../'],
    ['%252F', '%2F'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('percent-decodes %j', async (path, id) => {
    await submit({ id });
    expect((await call(app, `/feedback/${path}`)).body).toMatchObject({ id });
    expect((await call(app, `/feedback/${path}/`)).body).toMatchObject({ id });
  });

  it.each(['unknown', 'x'.repeat(256), 'x'.repeat(5_000), 'a/b'])('404 for %j', async (path) => {
    const answer = await call(app, `/feedback/${path}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it("404 for another workspace's, in the words for an unknown one", async () => {
    await submit({ id: 'theirs' }, foreignKey);
    const foreign = await call(app, '/feedback/theirs');
    const unknown = await call(app, '/feedback/unknown');
    expect(foreign.status).toBe(404);
    expect(foreign.body.detail).toBe(unknown.body.detail);
  });

  it('403 without feedback:read', async () => {
    await submit({ id: 'f1' });
    expect((await call(app, '/feedback/f1', { key: writeOnly })).status).toBe(403);
    expect((await call(app, '/feedback', { key: writeOnly })).status).toBe(403);
    expect((await call(app, '/feedback/f1', { key: readOnly })).status).toBe(200);
  });

  it('HEAD answers without a body', async () => {
    await submit({ id: 'f1' });
    const answer = await call(app, '/feedback/f1', { method: 'HEAD' });
    expect([answer.status, answer.body]).toEqual([200, '']);
  });
});

describe('GET /feedback', () => {
  beforeEach(async () => {
    for (let day = 10; day < 22; day++) await submit({ id: `p${day}`, createdAt: `2026-03-${day}T00:00:00Z` });
    await submit({ id: 'n1', type: 'negative' });
    await submit({ id: 'theirs' }, foreignKey);
  });
  const idsOf = (items: { id: string }[]): string[] => items.map(({ id }) => id);

  it('200 with the newest ten of each, and the counts of all', async () => {
    const { status, body } = await call(app, '/feedback');
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual([
      'positiveFeedbackCount',
      'negativeFeedbackCount',
      'positiveFeedback',
      'negativeFeedback',
    ]);
    expect([body.positiveFeedbackCount, body.negativeFeedbackCount]).toEqual([12, 1]);
    expect(idsOf(body.positiveFeedback)).toEqual(Array.from({ length: 10 }, (_, index) => `p${21 - index}`));
    expect(idsOf(body.negativeFeedback)).toEqual(['n1']);
    expect(body.positiveFeedback[0]).toMatchObject(membersHeldElsewhere(body.positiveFeedback[0]));
  });

  it('applies limit and offset to each list', async () => {
    const { body } = await call(app, '/feedback?limit=2&offset=1');
    expect(idsOf(body.positiveFeedback)).toEqual(['p20', 'p19']);
    expect(idsOf(body.negativeFeedback)).toEqual([]);
    expect([body.positiveFeedbackCount, body.negativeFeedbackCount]).toEqual([12, 1]);
  });

  it('counts and lists what there was at one moment', async () => {
    await app.query(`delete from feedback_entry where external_id <> 'n1'`);
    const flip = async (): Promise<void> => {
      for (let n = 0; n < 40; n++) await submit({ id: 'n1', type: n % 2 ? 'negative' : 'positive' });
    };
    const read = async (): Promise<void> => {
      for (let n = 0; n < 40; n++) {
        const { body } = await call(app, '/feedback');
        expect(body.positiveFeedbackCount + body.negativeFeedbackCount).toBe(1);
        expect(body.positiveFeedback).toHaveLength(body.positiveFeedbackCount);
        expect(body.negativeFeedback).toHaveLength(body.negativeFeedbackCount);
      }
    };
    await Promise.all([flip(), read()]);
  });

  it('answers limit=0 with the counts alone', async () => {
    const { body } = await call(app, '/feedback?limit=0');
    expect(body).toEqual({
      positiveFeedbackCount: 12,
      negativeFeedbackCount: 1,
      positiveFeedback: [],
      negativeFeedback: [],
    });
  });

  it('knows nothing of what came through other doors', async () => {
    await app.query(`update feedback_entry set source = 'survey' where external_id = 'p21'`);
    expect((await call(app, '/feedback')).body.positiveFeedbackCount).toBe(11);
  });

  it.each(['limit=101', 'limit=-1', 'limit=1.5', 'limit=x', 'limit=1&limit=2', 'offset=-1', 'offset=x'])(
    '422 for %s, naming the parameter',
    async (query) => {
      const { status, body } = await call(app, `/feedback?${query}`);
      expect([status, body.errors[0].pointer]).toEqual([422, `/${query.split('=', 1)[0]}`]);
    },
  );

  it('passes over what it does not know', async () => {
    expect((await call(app, '/feedback?colour=blue&offset=9007199254740991')).status).toBe(200);
  });
});

describe('DELETE /feedback/{id}', () => {
  it('200, and the record is gone', async () => {
    await submit({ id: 'a/b' });
    const answer = await call(app, '/feedback/a%2Fb', { method: 'DELETE' });
    expect([answer.status, answer.body]).toEqual([200, { success: true, message: expect.any(String) }]);
    expect((await call(app, '/feedback/a%2Fb')).status).toBe(404);
    expect((await call(app, '/feedback/a%2Fb', { method: 'DELETE' })).status).toBe(404);
  });

  it('lets the id be used again', async () => {
    const first = await submit({ id: 'f1', details: 'first' });
    await call(app, '/feedback/f1', { method: 'DELETE' });
    const second = await submit({ id: 'f1' });
    expect(second.details).toBeNull();
    expect(second.createdAt).not.toBe(first.createdAt);
  });

  it("404 for another workspace's, which stays", async () => {
    await submit({ id: 'theirs' }, foreignKey);
    expect((await call(app, '/feedback/theirs', { method: 'DELETE' })).status).toBe(404);
    expect((await call(app, '/feedback/theirs', { key: foreignKey })).status).toBe(200);
  });

  it('403 without feedback:write, and the record stays', async () => {
    await submit({ id: 'f1' });
    expect((await call(app, '/feedback/f1', { method: 'DELETE', key: readOnly })).status).toBe(403);
    expect((await call(app, '/feedback/f1')).status).toBe(200);
    expect((await call(app, '/feedback/f1', { method: 'DELETE', key: writeOnly })).status).toBe(200);
  });
});
