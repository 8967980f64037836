import { newApiKey } from '#libs/access';
import { afterAll, describe, expect, it } from '@jest/globals';
import { brought, client as broughtClient, foreign as broughtForeign, knock } from '../harness/access.js';
import { jwtRows } from '../harness/access.jwt-rows.js';
import { type AccessRow, apiKeyRows, clientRows } from '../harness/access.rows.js';
import { call, startApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';

// The rows are made from real credentials, so the application is there before the tests.
const app = await startApp();
const workspace = await makeWorkspace(app, 'foreign');
const own = await makeCredential(app);
await makeCredential(app, { secret: brought });
const client = await makeClient(broughtClient, {});
const foreign = await makeClient(broughtForeign, { workspace });
await call(app, '/v1/bots', { body: { id: 'bot', name: 'n' } });

afterAll(() => app.close());

async function makeClient({ id, secret }: { id: string; secret: string }, more: object) {
  await makeCredential(app, { type: 'client', clientId: id, secret, ...more });
  return { id, secret };
}

/** A real door, something to store through it, and how it says what a row expects. */
interface Door {
  path: string;
  content: object;
  rows: AccessRow[];
  /** The members of an error that are told here. */
  refusal: (row: AccessRow) => object;
}

/** What the survey door makes of the details of the rows. */
const vendorsWords: Record<string, string> = {
  'no credential was sent: send "auth: <JWT>"': 'Invalid SDK credentials',
  'the credential is not valid': 'Invalid SDK credentials',
  'the credential is not a JWT': 'Invalid JWT token',
};

const doors: Record<string, Door> = {
  'POST /feedback': {
    path: '/feedback',
    content: { type: 'positive', messageId: 'm' },
    rows: apiKeyRows({ key: own.key, brought, unknown: newApiKey() }),
    refusal: ({ status, detail }) => ({ status, detail, error: { message: detail } }),
  },
  'POST /v1.0/user/': {
    path: '/v1.0/user/',
    content: { auth_id: 'A' },
    rows: clientRows(client, foreign),
    refusal: ({ status, detail }) => ({ error_message: status === 401 ? 'invalid authorization details' : detail }),
  },
  'POST /api/public/bot/{botId}/saveFeedback': {
    path: '/api/public/bot/bot/saveFeedback',
    content: { channelUId: 'u', name: 'n', score: 1, channel: 'c', type: 'THUMB', language: 'en', message: '' },
    rows: jwtRows(client, foreign),
    refusal: ({ status, detail }) => ({
      errors: [status === 401 ? { msg: vendorsWords[detail!], code: 4002 } : { msg: 'Bad Request', code: 400 }],
    }),
  },
};

/** Everything that the doors store. */
async function stored(): Promise<object[]> {
  return app.query(`
    select id::text, updated_at from feedback_entry union all select respondent, updated_at from person order by 1`);
}

describe.each(Object.entries(doors))('%s', (_door, { path, content, rows, refusal }) => {
  it.each(rows.map((row): [string, AccessRow] => [`${row.status} ${row.title}`, row]))('%s', async (_, row) => {
    const before = await stored();
    const answer = await knock(`${app.url}${path}${row.query ? `?${row.query}` : ''}`, row.fields, content);
    expect(answer.status).toBe(row.status);
    expect(answer.challenge).toBe(row.challenge);
    if (row.status === 200) return expect(await stored()).not.toEqual(before);
    expect(answer.body).toMatchObject(refusal(row));
    expect(await stored()).toEqual(before);
  });
});

it('has tried 40 JWTs and 20 ways to show an API key at least', () => {
  const [keys, , tokens] = Object.values(doors);
  expect(tokens!.rows.length).toBeGreaterThan(40);
  expect(keys!.rows.length).toBeGreaterThan(20);
});
