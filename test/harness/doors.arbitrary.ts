import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import { type Client, vendorToken } from './access.tokens.js';
import { type Answer, call, type TestApp } from './app.js';
import { callAs, newClient, newKey, newWorkspace } from './clients.js';
import { newQuestion, radio, rating, text } from './questions.js';
import { rate, speak, userPath } from './user-feedback.js';

/** A workspace that has what the doors ask about. */
export interface Place {
  workspaceId: string;
  /** May do everything in it. */
  key: string;
  client: Client;
  questions: number[];
}

/** Something that is said through one of the doors, and how many entries that makes if it is not one. */
export type Saying = ((app: TestApp, place: Place) => Promise<Answer>) & { entries?: number };

export async function newPlace(app: TestApp): Promise<Place> {
  const workspaceId = await newWorkspace(app);
  const key = await newKey(app, { workspaceId });
  const client = await newClient(app, { workspaceId });
  for (const id of bots) expect((await call(app, '/v1/bots', { key, body: { id, name: id } })).status).toBe(201);
  const questions: number[] = [];
  for (const question of [rating, radio, text]) questions.push(await newQuestion(app, question, key));
  return { workspaceId, key, client, questions };
}

/** Says all of it, some at once. */
export async function fill(app: TestApp, place: Place, sayings: Saying[]): Promise<void> {
  for (let from = 0; from < sayings.length; from += 8) {
    const answers = await Promise.all(sayings.slice(from, from + 8).map((say) => say(app, place)));
    expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
  }
}

const bots = ['st-1', 'st-2', 'other'];
/** 510 bytes, and twice 516: more than a name may have that is counted. */
const longNames = ['ü'.repeat(255), '\u{1D4B3}'.repeat(129), '\u{1D4B4}'.repeat(129)];
const name = fc.constantFrom('web', 'Web', 'other', '7', ' a&b=c', '\uFFFF', '\u0001', ...longNames);
/** With aliases of one language, and what is none. */
const language = fc.constantFrom(
  'en',
  'EN',
  'de-CH',
  'de_ch',
  'iw',
  'he',
  'en_UK',
  'en-GB',
  'other',
  'en_US.UTF-8',
  '?',
);
const version = fc.constantFrom('1', '1.0', 'other', ...longNames.slice(0, 2));
/** When it is said to have happened: long ago, about now, or in years to come. */
const time = fc.constantFrom('2001-02-03t04:05:06z', '2026-01-31T23:59:60+00:00', '2099-12-31T23:59:59.999Z');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const words = maybe(fc.constantFrom('Words', ''));
let people = 0;

const message: fc.Arbitrary<Saying> = fc
  .record({
    type: fc.constantFrom('positive', 'negative'),
    details: words,
    createdAt: maybe(time),
    properties: maybe(fc.record({ version })),
  })
  .map(
    (body) =>
      (app, { key }) =>
        call(app, '/feedback', { key, body: { messageId: 'm', ...body } }),
  );

const survey: fc.Arbitrary<Saying> = fc
  .record({
    bot: fc.constantFrom(...bots),
    names: fc.record({ name, channel: name, language }),
    score: fc.constantFrom({ type: 'CSAT', score: 4 }, { type: 'NPS', score: 0 }, { type: 'THUMB', score: 1 }),
  })
  .map(({ bot, names, score }) => (app, { client }) => {
    const body = { channelUId: 'ann', message: '', ...names, ...score };
    const headers = { auth: vendorToken(client) };
    return call(app, `/api/public/bot/${bot}/saveFeedback`, { key: null, headers, body });
  });

const conversation: fc.Arbitrary<Saying> = fc
  .record({
    business: fc.constantFrom(7, 8),
    code: maybe(language),
    rated: fc.record({ query_resolved: fc.boolean(), query_rating: fc.integer({ min: 1, max: 5 }), feedback: words }),
  })
  .map(({ business, code, rated }) => async (app, { client }) => {
    const person = `person-${++people}`;
    await callAs(client, app, userPath, { body: { auth_id: person, language_code: code } });
    await speak(client, app, person, business);
    return rate(client, app, person, { business_id: business, ...rated });
  });

const question: fc.Arbitrary<Saying> = fc
  .record({
    answer: fc.constantFrom<[question: number, value: unknown]>([0, 5], [1, 'yes'], [1, 3], [2, 'Words']),
    names: fc.record({ channel: maybe(name), language: maybe(language), occurredAt: maybe(time) }),
  })
  .map(({ answer: [index, value], names }) => (app, { key, questions }) => {
    const body = { value, ...names };
    return call(app, `/v1/questions/${questions[index]}/answers`, { key, body });
  });

/** What each scale needs. */
const scored = fc.constantFrom(
  { scale: 'thumb', score: 1 },
  { scale: 'rating7', score: 7 },
  { scale: 'nps', score: 10 },
  { scale: 'choice', options: ['a', 'other'] },
  { scale: 'text', comment: 'Words' },
);
const submission = fc
  .record({
    instrument: name,
    said: scored,
    comment: words,
    names: fc.record({ channel: maybe(name), language: maybe(language), bot: maybe(name), version: maybe(version) }),
    resolved: maybe(fc.boolean()),
    occurredAt: maybe(time),
  })
  .map(({ said, names, ...rest }) => ({ ...rest, ...names, ...said }));

const native: fc.Arbitrary<Saying> = submission.map(
  (body) =>
    (app, { key }) =>
      call(app, '/v1/feedback', { key, body }),
);

const batch: fc.Arbitrary<Saying> = fc
  .array(submission, { minLength: 1, maxLength: 3 })
  .map((lines) =>
    Object.assign(
      (app: TestApp, { key }: Place) =>
        call(app, '/v1/feedback/batch', { key, raw: lines.map((line) => `${JSON.stringify(line)}\n`).join('') }),
      { entries: lines.length },
    ),
  );

/** Anything that can be said through any door. */
export const saying = fc.oneof(message, survey, conversation, question, native, batch);
