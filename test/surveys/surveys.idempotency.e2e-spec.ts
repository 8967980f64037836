import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, call } from '../harness/app.js';
import { newClient } from '../harness/clients.js';
import { openDoor, paths, sample, sampleBot, type SurveyDoor } from '../harness/surveys.door.js';

let door: SurveyDoor;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.app.close());

const save = (key: string, body: object = sample, path = paths[0]): Promise<Answer> =>
  door.save(body, { path, headers: { 'idempotency-key': key } });
const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

describe.each(paths)('POST %s/{botId}/saveFeedback with an Idempotency-Key', (path) => {
  it('200 with the first answer when it is sent again, and one response is stored', async () => {
    const before = await door.countOf(sampleBot.id);
    const first = await save('kore-key-1', sample, path);
    const second = await save('kore-key-1', sample, path);
    expect([first.status, second.status, isReplay(first), isReplay(second)]).toEqual([200, 200, false, true]);
    expect(second.body).toEqual(first.body);
    expect(await door.countOf(sampleBot.id)).toBe(before + 1);
  });

  it('412 with another body, in the words of the door', async () => {
    const { status, body } = await save('kore-key-1', { ...sample, score: 1 }, path);
    expect(status).toBe(412);
    expect(body.errors).toEqual([
      { msg: 'Validation errors/ Invalid arguments', code: 412 },
      { msg: 'the Idempotency-Key was used before, for another body', code: 412, field: '' },
    ]);
  });

  it('400 for a key that is none', async () => {
    const { status, body } = await save('short', sample, path);
    expect([status, body]).toEqual([400, { errors: [{ msg: 'Bad Request', code: 400 }] }]);
  });

  it('stores one of many at once, and answers the others with it or 409', async () => {
    const before = await door.countOf(sampleBot.id);
    const answers = await Promise.all(Array.from({ length: 20 }, () => save('kore-key-many', sample, path)));
    expect(await door.countOf(sampleBot.id)).toBe(before + 1);
    for (const { status, body, headers } of answers.filter((answer) => answer.status !== 200)) {
      expect([status, headers.get('retry-after')]).toEqual([409, '1']);
      expect(body).toEqual({
        errors: [{ msg: 'the first request with this Idempotency-Key is still running', code: 409 }],
      });
    }
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });
});

it('a kept answer of saveFeedback is forgotten when its respondent is erased', async () => {
  await save('kore-key-erased', { ...sample, channelUId: 'gone' });
  const erased = await call(door.app, '/v1/respondents/gone', { method: 'DELETE' });
  expect(erased.body).toEqual({ erased: 1 });
  expect(await door.app.query(`select key from idempotency_key where answer::text like '%gone%'`)).toEqual([]);
});

it('a key of one client is nothing to another', async () => {
  await save('kore-key-own');
  const other = await newClient(door.app);
  const answer = await door.save(sample, { as: other, headers: { 'idempotency-key': 'kore-key-own' } });
  expect([answer.status, isReplay(answer)]).toEqual([200, false]);
});
