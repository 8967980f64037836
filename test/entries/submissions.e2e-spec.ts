import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scoredScales, scoreRangeOf } from '../../src/feedback/scale.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { exampleOf } from '../harness/examples.js';
import { newKey } from '../harness/questions.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const submit = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  call(app, '/v1/feedback', { body, headers });
const count = async (): Promise<number> =>
  Number((await app.query<{ count: string }>('select count(*) from feedback_entry'))[0]!.count);
const thumb = { instrument: 'answer', scale: 'thumb', score: 1 };

async function refused(body: object, pointer: string, detail: string): Promise<void> {
  const before = await count();
  const { status, body: problem } = await submit(body);
  expect({ status, errors: problem.errors }).toEqual({ status: 422, errors: [{ pointer, detail }] });
  expect(await count()).toBe(before);
}

describe('POST /v1/feedback', () => {
  it('201 with the entry and its Location, which answers the same', async () => {
    const sent = { ...exampleOf('submitFeedback').request, externalId: randomUUID() };
    const { status, headers, body } = await submit(sent);
    expect({ status, body }).toEqual({
      status: 201,
      body: expect.objectContaining({ ...sent, source: 'native', recordedAt: expect.any(String) }),
    });
    const location = headers.get('location')!;
    expect(location).toBe(`/v1/feedback/${body.id}`);
    expect((await call(app, location)).body).toEqual(body);
  });

  it.each(exampleOf('submitFeedback').requests)('201 for the documented example of %s', async (_scale, value) => {
    expect((await submit({ ...value, externalId: randomUUID() })).status).toBe(201);
  });

  it.each(scoredScales)('422 for a score beside the scale %s, and for none', async (scale) => {
    const { low, high } = scoreRangeOf(scale);
    for (const score of [low - 1, high + 1, low + 0.5, String(low), null, undefined])
      await refused({ ...thumb, scale, score }, '/score', `score must be an integer from ${low} to ${high}`);
    for (const score of [low, high]) expect((await submit({ ...thumb, scale, score })).status).toBe(201);
  });

  it('422 for a score where the scale has none, and for options and comments that do not fit the scale', async () => {
    const choice = { instrument: 'topic', scale: 'choice', options: ['a'] };
    await refused({ ...choice, score: 1 }, '/score', 'score must be absent on the scale choice');
    await refused({ ...thumb, options: ['a'] }, '/options', 'options must be absent unless the scale is choice');
    for (const options of [
      undefined,
      [],
      ['a', 'a'],
      [''],
      [1],
      Array.from({ length: 51 }, (_, i) => `${i}`),
      ['x'.repeat(256)],
    ])
      await refused(
        { ...choice, options },
        '/options',
        'options must be 1 to 50 texts of 1 to 255 characters, each once',
      );
    const text = { instrument: 'words', scale: 'text' };
    for (const comment of [undefined, null, '', 'x'.repeat(10_001)])
      await refused({ ...text, comment }, '/comment', 'comment must be 1 to 10000 characters long');
    await refused(
      { ...thumb, comment: 'x'.repeat(10_001) },
      '/comment',
      'comment must be at most 10000 characters long',
    );
  });

  it('422 for an unknown member, an unknown scale, a missing instrument and names that are too long', async () => {
    await refused({ ...thumb, mood: 'good' }, '/mood', 'mood is not a known member');
    await refused({ ...thumb, instrument: undefined }, '/instrument', 'instrument must be a string');
    expect((await submit({ ...thumb, scale: 'stars' })).body.errors).toEqual([
      expect.objectContaining({ pointer: '/scale' }),
    ]);
    await refused({ ...thumb, language: 'x'.repeat(36) }, '/language', 'language must be 1 to 35 characters long');
    for (const member of ['externalId', 'conversation', 'message', 'channel', 'bot', 'version'])
      await refused(
        { ...thumb, [member]: 'x'.repeat(256) },
        `/${member}`,
        `${member} must be 1 to 255 characters long`,
      );
    await refused(
      { ...thumb, respondent: 'a\u200Bb' },
      '/respondent',
      'respondent must be a string of 1 to 255 characters, none of them invisible',
    );
  });

  it('200 and no change for the same content under one externalId, and other content replaces it as a whole', async () => {
    const named = { ...thumb, externalId: randomUUID(), channel: 'web' };
    const first = await submit(named);
    expect(first.status).toBe(201);
    const again = await submit(named);
    expect({ status: again.status, body: again.body }).toEqual({ status: 200, body: first.body });
    const { channel: _channel, ...without } = named;
    const { status, body } = await submit({ ...without, score: 0, comment: 'No.' });
    expect({ status, ...body }).toEqual({
      status: 200,
      ...first.body,
      score: 0,
      comment: 'No.',
      channel: null,
      updatedAt: body.updatedAt,
    });
    expect(body.updatedAt > first.body.updatedAt).toBe(true);
  });

  it('keeps its external ids apart from those of the message door', async () => {
    const id = randomUUID();
    await call(app, '/feedback', { body: { id, type: 'positive', messageId: 'm' } });
    expect((await submit({ ...thumb, externalId: id })).status).toBe(201);
  });

  it('answers a repeated Idempotency-Key as the first time, with its status and Location', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await submit(thumb, headers);
    const second = await submit(thumb, headers);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect([second.status, second.headers.get('location'), second.body]).toEqual([
      201,
      first.headers.get('location'),
      first.body,
    ]);
  });

  it('is counted, under its scale and instrument', async () => {
    const instrument = `i-${randomUUID()}`;
    for (const score of [3, 3, 3, 2]) await submit({ instrument, scale: 'rating3', score });
    const { body } = await call(app, `/v1/analytics/summary?source=native&instrument=${instrument}&metric=share`);
    expect(body).toMatchObject({
      n: 4,
      estimate: 0.75,
      bands: [
        { name: 'satisfied', count: 3 },
        { name: 'neutral', count: 1 },
        { name: 'dissatisfied', count: 0 },
      ],
    });
  });

  it('403 without the scope feedback:write', async () => {
    const key = await newKey(app, ['feedback:read']);
    expect((await call(app, '/v1/feedback', { key, body: thumb })).status).toBe(403);
  });
});
