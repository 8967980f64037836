import { newApiKey } from '#libs/access';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { brought, client, Directory, foreign, key, knock, Refusals, reset, serve } from '../harness/access.js';
import { jwtRows } from '../harness/access.jwt-rows.js';
import { type AccessRow, apiKeyRows, clientRows } from '../harness/access.rows.js';
import { mutationsOf, vendorToken } from '../harness/access.tokens.js';

const directory = new Directory();
const refusals = new Refusals();
let app: NestFastifyApplication;
let origin: string;

beforeAll(async () => {
  app = await serve(directory, refusals);
  origin = await app.getUrl();
});

afterAll(() => app.close());

beforeEach(() => reset(directory, refusals));

describe.each([
  ['api-key', apiKeyRows({ key, brought, unknown: newApiKey() })],
  ['client', clientRows(client, foreign)],
  ['jwt', jwtRows(client, foreign)],
])('%s', (door, rows) => {
  it.each(rows.map((row): [string, AccessRow] => [`${row.status} ${row.title}`, row]))('%s', async (_, row) => {
    const answer = await knock(`${origin}/${door}${row.query ? `?${row.query}` : ''}`, row.fields);
    expect(answer.status).toBe(row.status);
    expect(answer.body.detail).toBe(row.detail);
    expect(answer.challenge).toBe(row.challenge);
  });
});

describe('a valid token', () => {
  it('is refused whichever character of it is changed', async () => {
    const tokens = Array.from({ length: 10 }, (_, i) => vendorToken(client, Date.now() / 1000 + i));
    const mutations = tokens.flatMap((token) => [...mutationsOf(token)]);
    expect(mutations.length).toBeGreaterThan(5000);
    const statuses = new Map<number, number>();
    while (mutations.length > 0) {
      const answers = await Promise.all(
        mutations.splice(0, 50).map((token) => knock(`${origin}/jwt`, [['auth', token]])),
      );
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()]).toEqual([401]);
    for (const token of tokens) expect(await knock(`${origin}/jwt`, [['auth', token]])).toMatchObject({ status: 200 });
  }, 20_000);
});
