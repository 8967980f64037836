import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toRow } from '../../src/feedback/entry.members.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { checkbox, newDepartment, newKey, newQuestion, pointersOf, radio, rating, text } from '../harness/questions.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const answer = (id: number, body: object): Promise<Answer> => call(app, `/v1/questions/${id}/answers`, { body });
const anInstant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const entries = async (): Promise<number> =>
  Number((await app.query<{ count: string }>('select count(*) from feedback_entry'))[0]!.count);

/** A rating whose values are these. */
const ratingOf = (...values: (string | number)[]) => ({
  ...rating,
  config: { rating_type: 'number', values: values.map((value) => ({ label: `is ${value}`, value })) },
});
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, step) => from + step);

async function refused(id: number, body: object, detail: string, pointer = '/value'): Promise<void> {
  const before = await entries();
  const { status, body: problem } = await answer(id, body);
  expect({ status, type: problem.type, errors: problem.errors }).toEqual({
    status: 422,
    type: '/problems/invalid-input',
    errors: [{ pointer, detail }],
  });
  expect(problem.detail).toBe(detail);
  expect(await entries()).toBe(before);
}

describe('POST /v1/questions/{id}/answers', () => {
  it('201 with the entry and its Location, every member as sent', async () => {
    const id = await newQuestion(app, rating);
    const body = {
      value: 5,
      respondent: 'Ame\u0301lie',
      conversation: 'c1',
      channel: 'chat',
      language: 'fr-CA',
      comment: 'Bien',
      occurredAt: '2026-01-31T12:00:00.123+02:00',
    };
    const created = await answer(id, body);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.any(String),
      source: 'question',
      externalId: null,
      instrument: String(id),
      scale: 'rating',
      score: 5,
      resolved: null,
      options: null,
      choices: [{ label: 'LIKE', value: '5' }],
      respondent: 'Am\u00e9lie',
      conversation: 'c1',
      message: null,
      channel: 'chat',
      language: 'fr-CA',
      bot: null,
      version: null,
      prompt: 'How satisfied are you?',
      comment: 'Bien',
      reasons: null,
      properties: null,
      userProperties: null,
      sources: null,
      occurredAt: '2026-01-31T10:00:00.123Z',
      countedAt: '2026-01-31T10:00:00.123Z',
      recordedAt: anInstant,
      updatedAt: anInstant,
      state: 'new',
      note: null,
      reviewedBy: null,
      reviewedAt: null,
    });
    const location = created.headers.get('location')!;
    expect(location).toBe(`/v1/feedback/${created.body.id}`);
    expect((await call(app, location)).body).toEqual(created.body);
  });

  it('stores what it answers', async () => {
    const id = await newQuestion(app, radio);
    const { body } = await answer(id, { value: '3', respondent: 'r' });
    const [row] = await app.query('select * from feedback_entry where id = $1', [body.id]);
    const { workspace_id, language_tag, ...same } = row as Record<string, unknown>;
    expect([workspace_id, language_tag]).toEqual(['00000000-0000-7000-8000-000000000001', null]);
    expect(JSON.parse(JSON.stringify(same, (_, value) => value ?? undefined))).toEqual(toRow(body));
    expect(body.occurredAt).toBe(body.recordedAt);
  });

  it.each([
    ['thumb', [0, 1]],
    ['thumb', ['1', '0']],
    ['rating', [1, 2, 3, 4, 5]],
    ['thumb', [-1, '1']],
    ['rating', ['5']],
    ['rating', ['2', 5]],
    ['rating3', [1, 2, 3]],
    ['rating4', ['4', '3', '2', '1']],
    ['rating6', range(1, 6)],
    ['rating7', range(1, 7)],
    ['rating10', range(1, 10)],
    ['nps', range(0, 10)],
    ['nps', range(0, 10).map(String).toReversed()],
    ['choice', range(0, 9)],
    ['choice', range(0, 5)],
    ['choice', range(1, 8)],
    ['choice', range(1, 2)],
    ['choice', ['2', 4]],
    ['choice', [0]],
    ['choice', [1, 6]],
    ['choice', ['0,1']],
    ['choice', ['1,2', '3']],
    ['choice', [0.5, 1, 1.5, 2]],
    ['choice', ['01', '02', '03']],
    ['choice', ['1.0', '2']],
    ['choice', ['good', 'bad']],
    ['choice', [-1, 0, 1]],
  ])('has the scale %s for a rating of %j', async (scale, values) => {
    const id = await newQuestion(app, ratingOf(...values));
    for (const value of values) {
      const { body } = await answer(id, { value: String(value) });
      const isChoice = scale === 'choice';
      expect(body).toMatchObject({
        scale,
        score: isChoice ? null : Math.max(Number(value), 0),
        options: isChoice ? [value] : null,
        choices: values.map((own) => ({ label: `is ${own}`, value: own })),
      });
    }
  });

  it('makes of 12 times the best of three a hundred per cent of satisfied', async () => {
    const id = await newQuestion(app, ratingOf(1, 2, 3));
    for (let i = 0; i < 12; i++) await answer(id, { value: 3 });
    const { body } = await call(app, `/v1/analytics/summary?source=question&instrument=${id}`);
    expect(body).toMatchObject({ scale: 'rating3', n: 12, estimate: 3, range: { low: 1, high: 3 } });
    expect(body.bands[0]).toMatchObject({ name: 'satisfied', share: 1 });
  });

  it.each([
    ['star', 'rating', range(1, 5)],
    ['number', 'rating', range(1, 5)],
    ['thumb', 'thumb', range(0, 1)],
  ])('takes the usual values of a rating by %s that lists none', async (rating_type, scale, values) => {
    const id = await newQuestion(app, { ...rating, config: { rating_type } });
    for (const score of values) expect((await answer(id, { value: score })).body).toMatchObject({ scale, score });
    for (const value of [values[0]! - 1, values.at(-1)! + 1])
      await refused(id, { value }, 'value must be one of the values of the question');
  });

  it('takes one option of a Radio, as text or as number', async () => {
    const id = await newQuestion(app, radio);
    const { body } = await answer(id, { value: '3', comment: 'because' });
    expect(body).toMatchObject({ scale: 'choice', score: null, options: [3], comment: 'because' });
    expect(body.choices).toEqual(radio.config.values);
  });

  it('takes a set of options of a Checkbox', async () => {
    const id = await newQuestion(app, checkbox);
    expect((await answer(id, { value: ['no', 3] })).body).toMatchObject({
      scale: 'choice',
      score: null,
      options: ['no', 3],
    });
    expect((await answer(id, { value: ['yes'] })).body.options).toEqual(['yes']);
  });

  it('takes as many code points of a Text as its limit says, as the comment', async () => {
    const id = await newQuestion(app, text);
    const value = '😀😀😀😀😀';
    expect((await answer(id, { value })).body).toMatchObject({
      scale: 'text',
      comment: value,
      options: null,
      choices: null,
    });
    await refused(id, { value: `${value}!` }, 'Say something');
  });

  it('takes a Text of any length without a limit', async () => {
    const id = await newQuestion(app, { ...text, config: {} });
    expect((await answer(id, { value: 'x'.repeat(100_000) })).status).toBe(201);
  });

  it('refuses in the words of the question what is no answer to it', async () => {
    const ids = await Promise.all([ratingOf(1, 2), radio, checkbox, text].map((one) => newQuestion(app, one)));
    const [, radioId, checkboxId, textId] = ids as [number, number, number, number];
    for (const value of ['maybe', ['yes'], true, { value: 'yes' }, 'YES', ' yes'])
      await refused(radioId, { value }, 'Choose one');
    for (const value of ['yes', ['yes', 'yes'], [3, '3'], ['maybe'], [['yes']], [null]])
      await refused(checkboxId, { value }, 'Choose one');
    for (const value of [5, ['a'], {}]) await refused(textId, { value }, 'Say something');
  });

  it('says what is wanted where the question has no words of its own', async () => {
    await refused(
      await newQuestion(app, ratingOf(1, 2)),
      { value: 3 },
      'value must be one of the values of the question',
    );
    const values = { values: radio.config.values };
    const id = await newQuestion(app, { ...checkbox, config: values });
    await refused(id, { value: 'yes' }, 'value must be an array of what was chosen');
    await refused(id, { value: ['yes', 'yes'] }, 'value must not hold an option twice');
    await refused(
      await newQuestion(app, { ...radio, config: { ...values, required: true } }),
      {},
      'an answer is required',
    );
  });

  it.each([{}, { value: null }, { value: '' }, { value: [] }])('refuses the empty answer %j', async (body) => {
    for (const question of [rating, radio, checkbox, text]) {
      const required = await newQuestion(app, question);
      await refused(required, body, question.config.error_message);
      const free = await newQuestion(app, { ...question, config: { ...question.config, required: false } });
      await refused(free, body, 'nothing to store');
    }
  });

  it('refuses a comment beside a text, whose comment it is', async () => {
    const id = await newQuestion(app, text);
    await refused(id, { value: 'a', comment: 'b' }, 'comment must be absent: the value is the text', '/comment');
    expect((await answer(id, { value: 'a', comment: '' })).body.comment).toBe('a');
  });

  it('422 for every other member that is wrong', async () => {
    const id = await newQuestion(app, text);
    const wrong = {
      respondent: 'a\u200bb',
      conversation: '',
      channel: 5,
      language: 'x'.repeat(256),
      comment: {},
      occurredAt: 'now',
      colour: 'blue',
    };
    const { status, body } = await answer(id, { value: 'a', ...wrong });
    expect(status).toBe(422);
    expect(pointersOf({ body } as Answer).toSorted()).toEqual(
      Object.keys(wrong)
        .map((name) => `/${name}`)
        .toSorted(),
    );
    expect(pointersOf(await answer(id, { value: 'a\0' }))).toEqual(['/value']);
  });

  it('keeps what was asked, when the question is edited and deleted', async () => {
    const department = await newDepartment(app, 'Frozen');
    const id = await newQuestion(app, { ...radio, departments: [department] });
    const { body } = await answer(id, { value: 'yes' });
    const change = { question: 'Another?', config: { values: [{ label: 'Other', value: 'other' }] } };
    await call(app, `/v1/questions/${id}`, { method: 'PATCH', body: change });
    const stored = () => app.query('select prompt, choices, options from feedback_entry where id = $1', [body.id]);
    const asked = { prompt: radio.question, choices: radio.config.values, options: ['yes'] };
    expect(await stored()).toEqual([asked]);
    await refused(id, { value: 'yes' }, 'value must be one of the values of the question');
    expect((await answer(id, { value: 'other' })).body).toMatchObject({
      prompt: 'Another?',
      choices: change.config.values,
    });
    await call(app, `/v1/questions/${id}`, { method: 'DELETE' });
    expect(await stored()).toEqual([asked]);
  });

  const native = (id: number, status: string) =>
    call(app, `/v1/questions/${id}`, { method: 'PATCH', body: { status } });
  const acquire = (id: number, status: string) =>
    call(app, `/api/v1/crm/feedback/${id}`, { method: 'PUT', body: { question: 'The same', status } });
  /** As if the question had been disabled so much earlier. */
  const pass = (id: number, time: string) =>
    app.query('update question set disabled_at = disabled_at - $2::interval where id = $1', [id, time]);

  it.each([
    ['PATCH', native],
    ['PUT', acquire],
  ])('takes answers for a day after a %s disabled the question, then 409 until one enables it', async (_, say) => {
    const id = await newQuestion(app, rating);
    const status = async () => (await answer(id, { value: 5 })).status;
    await say(id, 'Disabled');
    await pass(id, '23 hours 59 minutes');
    expect(await status()).toBe(201);
    await say(id, 'disabled');
    await pass(id, '1 minute');
    const before = await entries();
    const { body } = await answer(id, { value: 5 });
    expect(body).toMatchObject({ status: 409, type: '/problems/question-closed' });
    expect(await entries()).toBe(before);
    await say(id, 'active');
    expect(await status()).toBe(201);
    await say(id, 'disabled');
    expect(await status()).toBe(201);
  });

  it('takes answers for a day to a question that was disabled from the beginning', async () => {
    const id = await newQuestion(app, { ...rating, status: 'disabled' });
    expect((await answer(id, { value: 5 })).status).toBe(201);
    await pass(id, '1 day');
    expect((await answer(id, { value: 5 })).status).toBe(409);
  });

  it('repeats with 201 an answer that was stored before the question was closed', async () => {
    const id = await newQuestion(app, rating);
    const again = { headers: { 'idempotency-key': 'closed-since' }, body: { value: 5 } };
    const first = await call(app, `/v1/questions/${id}/answers`, again);
    await native(id, 'disabled');
    await pass(id, '2 days');
    expect(await call(app, `/v1/questions/${id}/answers`, again)).toMatchObject({ status: 201, body: first.body });
  });

  it('records each of the answers that are given at once', async () => {
    const id = await newQuestion(app, ratingOf(1, 2, 3, 4, 5));
    const before = await entries();
    const answers = await Promise.all(range(0, 49).map((index) => answer(id, { value: (index % 5) + 1 })));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(50);
    expect((await entries()) - before).toBe(50);
  });

  it('404 for an unknown question, whatever is answered', async () => {
    for (const id of ['999999999', 'abc']) {
      const { status, body } = await call(app, `/v1/questions/${id}/answers`, { body: { value: 1 } });
      expect([status, body.type]).toEqual([404, '/problems/not-found']);
    }
  });

  it('401 without a credential, 403 without feedback:write', async () => {
    const id = await newQuestion(app, rating);
    const path = `/v1/questions/${id}/answers`;
    expect((await call(app, path, { key: null, body: { value: 5 } })).status).toBe(401);
    const key = await newKey(app, ['questions:read', 'questions:write', 'feedback:read']);
    expect((await call(app, path, { key, body: { value: 5 } })).status).toBe(403);
    const writer = await newKey(app, ['feedback:write']);
    expect((await call(app, path, { key: writer, body: { value: 5 } })).status).toBe(201);
  });

  it('takes a value exactly if it is, as text, one of the values of the question', async () => {
    const value = fc.oneof(
      fc.string({ minLength: 1, maxLength: 3 }).filter((one) => !one.includes('\0')),
      fc.integer({ min: -2, max: 12 }),
    );
    const values = fc.uniqueArray(value, { minLength: 1, maxLength: 12, selector: String });
    await fc.assert(
      fc.asyncProperty(values, value, async (offered, said) => {
        const id = await newQuestion(app, ratingOf(...offered));
        const { status, body } = await answer(id, { value: said });
        const wanted = offered.find((one) => String(one) === String(said));
        expect(status).toBe(wanted === undefined ? 422 : 201);
        if (wanted !== undefined)
          expect([body.score ?? body.options[0], body.scale === 'choice']).toEqual([
            body.scale === 'choice' ? wanted : Math.max(Number(wanted), 0),
            body.score === null,
          ]);
      }),
      { numRuns: 60 },
    );
  });
});
