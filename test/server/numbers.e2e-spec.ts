import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, type Call, startApp, type TestApp } from '../harness/app.js';
import type { Client } from '../harness/access.tokens.js';
import { callAs, newClient } from '../harness/clients.js';
import { userPath } from '../harness/user-feedback.js';

let app: TestApp;
let client: Client;
beforeAll(async () => {
  app = await startApp();
  client = await newClient(app);
});
afterAll(() => app.close());

/** Numbers that double precision changes. */
const numbers = [
  '12345678901234567890',
  '-12345678901234567891',
  '9007199254740993',
  '0.1000000000000000055511151231257827',
  '1e-400',
  '123456789012345678E-20',
];
const object = `{"list":[${numbers.join(',')}],"deep":{"n":${numbers[0]},"small":0.1}}`;

async function text(path: string, options: Call = {}): Promise<string> {
  const answer = await call(app, path, options);
  expect(answer.status).toBeLessThan(300);
  return answer.text;
}

const feedback = (members: string) => `{"type":"positive","messageId":"m",${members}}`;

describe('a number that is no double is read back with the digits that were sent', () => {
  it('of a message feedback', async () => {
    const id = randomUUID();
    const members = `"properties":${object},"userProperties":{"userId":"numbers","plan":${object}}`;
    const told = [`"properties":${object}`, `"plan":${object}`];
    const sent = await text('/feedback', { raw: feedback(`"id":"${id}",${members}`) });
    const entry = (await call(app, '/v1/feedback?respondent=numbers')).body.data[0].id;
    const answers = [
      sent,
      await text(`/feedback/${id}`),
      await text('/feedback'),
      await text(`/v1/feedback/${entry}`),
      await text('/v1/feedback?respondent=numbers'),
      await text('/v1/feedback/export?format=ndjson&respondent=numbers'),
      await text('/v1/respondents/numbers'),
    ];
    for (const answer of answers) for (const part of told) expect(answer).toContain(part);
    expect(await text('/v1/feedback/export?respondent=numbers')).toContain(object.replaceAll('"', '""'));
  });

  it('of a native entry, which another number would change', async () => {
    const entry = (number: string) =>
      `{"externalId":"native","instrument":"i","scale":"thumb","score":1,"properties":{"a":[${number}]}}`;
    const made = await text('/v1/feedback', { raw: entry(numbers[0]!) });
    expect(made).toContain(`"properties":{"a":[${numbers[0]}]}`);
    expect(await text('/v1/feedback', { raw: entry(numbers[0]!) })).toBe(made);
    const changed = await text('/v1/feedback', { raw: entry('12345678901234567891') });
    expect(changed).toContain('"properties":{"a":[12345678901234567891]}');
    expect(await text('/v1/feedback?source=native')).toContain('"properties":{"a":[12345678901234567891]}');
  });

  it('of the custom data of a user', async () => {
    const data = `{"account":${numbers[0]},"balance":${numbers[3]},"small":0.1}`;
    const put = async (raw: string) => expect((await callAs(client, app, userPath, { raw })).status).toBe(200);
    await put(`{"auth_id":"numerous","custom_data":${data}}`);
    expect(await text('/v1/respondents/numerous')).toContain(`"customData":${data}`);
    // What is updated is written from what was read.
    await put('{"auth_id":"numerous","name":"N"}');
    expect(await text('/v1/respondents/numerous')).toContain(`"customData":${data}`);
  });

  it('of the configuration of a question, and of its answers', async () => {
    const values = `"values":[{"label":"a","value":${numbers[0]}},{"label":"b","value":${numbers[1]}}]`;
    const config = `{${values},"weights":${object}}`;
    const made = await text('/v1/questions', { raw: `{"question":"Q","type":"Radio","config":${config}}` });
    const { id } = JSON.parse(made) as { id: number };
    await text(`/v1/questions/${id}`, { method: 'PATCH', body: { question: 'Which?' } });
    for (const answer of [
      made,
      await text(`/v1/questions/${id}`),
      await text('/v1/questions'),
      await text(`/api/v1/crm/feedback/${id}`),
      await text('/api/v1/crm/feedback'),
    ])
      expect(answer).toContain(`"config":${config}`);

    const path = `/v1/questions/${id}/answers`;
    for (const value of [numbers[0], `"${numbers[0]}"`])
      expect(await text(path, { raw: `{"value":${value},"respondent":"chooser"}` })).toContain(
        `"options":[${numbers[0]}],"choices":[{"label":"a","value":${numbers[0]}},{"label":"b","value":${numbers[1]}}]`,
      );
    expect((await call(app, path, { raw: '{"value":12345678901234567000}' })).status).toBe(422);
    expect(await text('/v1/feedback?respondent=chooser')).toContain(`"options":[${numbers[0]}]`);
  });

  it('in the repetition of a request with an Idempotency-Key', async () => {
    const [question] = (await call(app, '/v1/questions')).body.data;
    const request = {
      raw: `{"value":${numbers[1]}}`,
      headers: { 'idempotency-key': randomUUID() },
    };
    const [first, second] = [
      await text(`/v1/questions/${question.id}/answers`, request),
      await text(`/v1/questions/${question.id}/answers`, request),
    ];
    expect(second).toBe(first);
    expect(first).toContain(`"options":[${numbers[1]}]`);
  });
});

describe('a number that is no double', () => {
  it('is content: sent again it changes nothing, another one does', async () => {
    const id = randomUUID();
    const send = async (number: string) =>
      (await call(app, '/feedback', { raw: feedback(`"id":"${id}","properties":{"a":[${number}]}`) })).body.updatedAt;
    const first = await send('12345678901234567890');
    expect(await send('12345678901234567890')).toBe(first);
    await send('12345678901234567891');
    expect(await text(`/feedback/${id}`)).toContain('"properties":{"a":[12345678901234567891]}');
  });

  it('is not taken where a number of some size is wanted', async () => {
    const refused = async (path: string, raw: string) => (await call(app, path, { raw })).status;
    expect(await refused('/feedback', feedback(`"properties":${numbers[0]}`))).toBe(422);
    expect(await refused('/feedback', feedback(`"userProperties":${numbers[0]}`))).toBe(422);
    expect(await refused('/feedback', feedback(`"reasons":[${numbers[0]}]`))).toBe(422);
    expect(await refused('/feedback', feedback(`"details":${numbers[0]}`))).toBe(422);
    expect(await refused('/feedback', numbers[0]!)).toBe(400);
    const config = (member: string) => `{"question":"Q","type":"Text","config":{${member}}}`;
    expect(await refused('/v1/questions', config(`"limit":${numbers[0]}`))).toBe(422);
    expect(await refused('/v1/questions', config(`"values":[${numbers[0]}]`))).toBe(422);
    expect(await refused('/v1/questions', `{"question":"Q","type":"Text","config":${numbers[0]}}`)).toBe(422);
    expect(await refused('/v1/questions', `{"question":"Q","type":"Text","departments":[${numbers[0]}]}`)).toBe(422);
    expect(
      (await callAs(client, app, userPath, { raw: `{"auth_id":"a","custom_data":{"a":[${numbers[0]}]}}` })).status,
    ).toBe(400);
  });
});

describe('an integer that names a person', () => {
  it.each(['userId', 'id'])('keeps its digits: userProperties.%s', async (name) => {
    for (const digits of ['12345678901234567890', '12345678901234567891', '-98765432109876543210'])
      await text('/feedback', { raw: feedback(`"userProperties":{"${name}":${digits}}`) });
    for (const digits of ['12345678901234567890', '12345678901234567891', '-98765432109876543210']) {
      const { data } = (await call(app, `/v1/feedback?respondent=${digits}`)).body;
      expect(data).toHaveLength(1);
      expect(data[0].respondent).toBe(digits);
    }
    const erase = async (digits: string) =>
      (await call(app, `/v1/respondents/${digits}`, { method: 'DELETE' })).body.erased;
    expect(await erase('12345678901234567890')).toBe(1);
    expect(await erase('12345678901234567000')).toBe(0);
    expect(await erase('12345678901234567891')).toBe(1);
    expect(await erase('-98765432109876543210')).toBe(1);
  });

  it('is the same as those digits as text', async () => {
    await text('/feedback', { raw: feedback('"userProperties":{"userId":98765432109876543211}') });
    await text('/feedback', { raw: feedback('"userProperties":{"userId":"98765432109876543211"}') });
    expect((await call(app, '/v1/feedback?respondent=98765432109876543211')).body.data).toHaveLength(2);
  });
});
