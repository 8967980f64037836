import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { vendorToken } from '../harness/access.tokens.js';
import { call, startApp } from '../harness/app.js';
import {
  always,
  faults,
  openDoor,
  paths,
  sample,
  sampleAnswer,
  sampleBot,
  type SurveyDoor,
} from '../harness/surveys.door.js';

let door: SurveyDoor;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.app.close());

describe('saveFeedback', () => {
  it.each(paths)('POST %s/{botId}/saveFeedback: the sample answers as printed', async (path) => {
    const { status, body, headers } = await door.save(sample, { path });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    const { timestamp, _id } = body;
    const made = { timestamp, createdOn: timestamp, timestampValue: Date.parse(timestamp), _id };
    expect(JSON.stringify(body)).toBe(JSON.stringify({ ...sampleAnswer, ...made }));
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(_id).toMatch(/^[0-9a-f]{24}$/);
  });

  it('accepts a trailing slash', async () => {
    expect((await door.post('saveFeedback/', { body: sample })).status).toBe(200);
  });

  it('passes over members and parameters that it does not know', async () => {
    const answer = await door.post('saveFeedback?colour=blue', { body: { ...sample, colour: 'blue' } });
    expect([answer.status, answer.body.colour]).toEqual([200, undefined]);
    const find = await door.post('getFeedbackSurveyResponses?colour=blue', {
      body: { filters: always, colour: 'blue' },
    });
    expect(find.status).toBe(200);
  });

  it('stores the entry as the core knows it', async () => {
    const { id } = await door.newBot();
    const sent = { ...sample, type: 'NPS', score: 9, language: 'zh_cn', message: 'How was it?' };
    const { body } = await door.save(sent, { bot: id });
    const [entry] = await door.app.query('select * from feedback_entry where bot = $1', [id]);
    const said = {
      instrument: 'Thumb',
      scale: 'nps',
      score: 9,
      language: 'zh_cn',
      prompt: 'How was it?',
      comment: null,
    };
    const who = { respondent: sample.channelUId, channel: 'rtm', bot: id, conversation: null, message: null };
    const when = { occurred_at: new Date(body.timestamp), recorded_at: new Date(body.timestamp) };
    expect(entry).toMatchObject({ source: 'survey', external_id: body['_id'], ...said, ...who, ...when });
  });

  it('ids are unique, and begin with the second of their timestamp, however many are saved at once', async () => {
    const { id } = await door.newBot();
    const answers = await Promise.all(Array.from({ length: 200 }, () => door.save(sample, { bot: id })));
    const ids = answers.map(({ body: { _id, timestampValue } }) => {
      expect(Number.parseInt(_id.slice(0, 8), 16)).toBe(Math.floor(timestampValue / 1000));
      return _id;
    });
    expect(new Set(ids).size).toBe(200);
  });

  it('ids are unique across replicas too', async () => {
    const replica = await startApp({}, { beside: door.app });
    const headers = { auth: vendorToken(door.client) };
    const path = `${paths[0]}/${sampleBot.id}/saveFeedback`;
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        call(index % 2 ? replica : door.app, path, { key: null, headers, body: sample }),
      ),
    );
    await replica.close();
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200));
    expect(new Set(answers.map(({ body }) => body['_id'])).size).toBe(60);
  });

  it('two posts are two responses', async () => {
    const { id } = await door.newBot();
    await door.save(sample, { bot: id });
    await door.save(sample, { bot: id });
    expect(await door.countOf(id)).toBe(2);
  });

  it('ignores members that it does not know', async () => {
    expect((await door.save({ ...sample, sessionId: { any: ['thing'] } })).status).toBe(200);
  });

  it('the same person through another spelling of the same characters', async () => {
    const { body } = await door.save({ ...sample, channelUId: 'Rene\u0301@example.com' });
    expect(body.channelUId).toBe('Ren\u00e9@example.com');
  });

  it('answers with what the bot says of itself now', async () => {
    const { id } = await door.newBot();
    await call(door.app, `/v1/bots/${id}`, {
      method: 'PATCH',
      body: { orgId: 'o-2', accountId: 'a-2', userId: 'u-2' },
    });
    expect((await door.save(sample, { bot: id })).body).toMatchObject({
      orgId: 'o-2',
      accountId: 'a-2',
      userId: 'u-2',
    });
  });

  const longest = 'n'.repeat(255);
  it.each([
    ['name', longest],
    ['channel', longest],
    ['channelUId', longest],
    ['name', '\u{1f600}'.repeat(255)],
    ['language', 'l'.repeat(35)],
    ['message', '❓'.repeat(10_000)],
    ['name', '=1+1'],
  ])('200 with %s at its longest', async (member, value) => {
    const answer = await door.save({ ...sample, [member]: value });
    expect(answer.status).toBe(200);
    if (member !== 'message') expect(answer.body[member]).toBe(value);
  });

  it.each([
    ['name', 255],
    ['channel', 255],
    ['language', 35],
  ])('412 for more than the code points of %s, variation selectors being some', async (member, most) => {
    const heart = '\u2764\ufe0f';
    const answer = await door.save({ ...sample, [member]: heart.repeat((most + 1) / 2) });
    expect(answer.status).toBe(412);
    expect(answer.body.errors[1].field).toBe(member);
  });

  it.each<[string, number[]]>([
    ['THUMB', [0, 1]],
    ['NPS', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['CSAT', [1, 2, 3, 4, 5]],
  ])('accepts of %s exactly the scores %j, and nothing in between', async (type, scores) => {
    const accepts = async (score: number): Promise<boolean> =>
      (await door.save({ ...sample, type, score })).status === 200;
    for (let score = -2; score <= 12; score++)
      expect([score, await accepts(score)]).toEqual([score, scores.includes(score)]);
    const between = fc.double({ min: -2, max: 12, noNaN: true }).filter((score) => !Number.isInteger(score));
    await fc.assert(
      fc.asyncProperty(between, async (score) => expect(await accepts(score)).toBe(false)),
      { numRuns: 20 },
    );
  });
});

describe('saveFeedback with content that is not valid', () => {
  const text = 'must be 1 to 255 characters long';
  const person = 'must be a string of 1 to 255 characters, none of them invisible';
  it.each<[string, object, string]>([
    ['score', { score: 2 }, 'must be 0 or 1'],
    ['score', { score: -1 }, 'must be 0 or 1'],
    ['score', { score: 0.5 }, 'must be 0 or 1'],
    ['score', { score: '1' }, 'must be 0 or 1'],
    ['score', { score: true }, 'must be 0 or 1'],
    ['score', { score: null }, 'must be 0 or 1'],
    ['score', { type: 'NPS', score: 11 }, 'must be an integer from 0 to 10'],
    ['score', { type: 'NPS', score: 1e21 }, 'must be an integer from 0 to 10'],
    ['score', { type: 'CSAT', score: 0 }, 'must be an integer from 1 to 5'],
    ['score', { type: 'CSAT', score: 6 }, 'must be an integer from 1 to 5'],
    ['type', { type: 'thumb' }, 'must be THUMB, NPS or CSAT'],
    ['type', { type: 'toString' }, 'must be THUMB, NPS or CSAT'],
    ['type', { type: 7 }, 'must be THUMB, NPS or CSAT'],
    ['channelUId', { channelUId: '' }, person],
    ['channelUId', { channelUId: 'a'.repeat(256) }, person],
    ['channelUId', { channelUId: 'a\u200bb' }, person],
    ['channelUId', { channelUId: '\u202eeve' }, person],
    ['channelUId', { channelUId: 42 }, person],
    ['name', { name: '' }, text],
    ['name', { name: 'a'.repeat(256) }, text],
    ['name', { name: 5 }, 'must be a string'],
    ['channel', { channel: '' }, text],
    ['channel', { channel: 'a'.repeat(256) }, text],
    ['channel', { channel: null }, 'must be a string'],
    ['language', { language: '' }, 'must be 1 to 35 characters long'],
    ['language', { language: 'a'.repeat(36) }, 'must be 1 to 35 characters long'],
    ['message', { message: null }, 'must be a string'],
    ['message', { message: {} }, 'must be a string'],
  ])('412 naming %s: %j', async (field, members, wanted) => {
    const { status, body } = await door.save({ ...sample, ...members });
    expect(status).toBe(412);
    expect(body).toEqual(faults([field, `${field} ${wanted}`]));
  });

  it.each(['name', 'message', 'channelUId'])('412 naming %s with a NUL or half a character', async (field) => {
    for (const value of ['a\0b', 'a\ud800b']) {
      const { status, body } = await door.save({ ...sample, [field]: value });
      expect(status).toBe(412);
      expect(body.errors[1]).toMatchObject({ code: 412, field });
    }
  });

  it('412 naming every one of the seven that is missing', async () => {
    const { status, body } = await door.save({});
    expect(status).toBe(412);
    const fields = body.errors.slice(1).map(({ field }: { field: string }) => field);
    expect(fields).toHaveLength(7);
    expect(fields.toSorted()).toEqual(Object.keys(sample).toSorted());
  });

  it('stores nothing', async () => {
    const { id } = await door.newBot();
    await door.save({ ...sample, score: 7 }, { bot: id });
    expect(await door.countOf(id)).toBe(0);
  });
});
