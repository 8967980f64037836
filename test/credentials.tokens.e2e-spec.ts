import { CredentialDirectory, newApiKey } from '#libs/access';
import { afterAll, describe, expect, it } from '@jest/globals';
import { brought, client as broughtClient, foreign as broughtForeign, knock, serve } from './access.harness.js';
import { jwtRows } from './access.jwt-rows.js';
import { type AccessRow, apiKeyRows, clientRows } from './access.rows.js';
import { startApp } from './app.js';
import { makeCredential, makeWorkspace } from './credential.js';

// The rows are made from real credentials, so the application is there before the tests.
const app = await startApp();
const workspace = await makeWorkspace(app, 'foreign');
const own = await makeCredential(app, { scopes: ['admin'] });
await makeCredential(app, { scopes: ['admin'], secret: brought });
const client = await makeClient(broughtClient, {});
const foreign = await makeClient(broughtForeign, { workspace });
/** The doors of clients and JWTs as libs/access has them, over the credentials of the application. */
const doors = await serve(app.nest.get(CredentialDirectory));

afterAll(async () => {
  await doors.close();
  await app.close();
});

async function makeClient({ id, secret }: { id: string; secret: string }, more: object) {
  await makeCredential(app, { type: 'client', clientId: id, secret, ...more });
  return { id, secret };
}

const keyDoor = `${app.url}/v1/credentials/${own.id}`;

describe.each([
  ['api-key', keyDoor, apiKeyRows({ key: own.key, brought, unknown: newApiKey() })],
  ['client', `${await doors.getUrl()}/client`, clientRows(client, foreign)],
  ['jwt', `${await doors.getUrl()}/jwt`, jwtRows(client, foreign)],
])('%s', (_door, url, rows) => {
  it.each(rows.map((row): [string, AccessRow] => [`${row.status} ${row.title}`, row]))('%s', async (_, row) => {
    const answer = await knock(`${url}${row.query ? `?${row.query}` : ''}`, row.fields);
    expect(answer.status).toBe(row.status);
    expect(answer.body.detail).toBe(row.detail);
    expect(answer.challenge).toBe(row.challenge);
  });
});
