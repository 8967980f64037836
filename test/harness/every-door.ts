import { expect } from '@jest/globals';
import { vendorToken } from './access.tokens.js';
import { call, type TestApp } from './app.js';
import { newClient } from './clients.js';
import { exampleOf } from './examples.js';
import { checkbox, newQuestion, rating, text } from './questions.js';
import { sample, sampleBot } from './surveys.door.js';
import { introduce, rate } from './user-feedback.js';

/** Fills a workspace with what is odd of every door. `key` administers it. */
export async function fillThroughEveryDoor(app: TestApp, workspaceId: string, key: string): Promise<void> {
  const client = await newClient(app, { workspaceId, scopes: ['admin'] });
  await introduce(client, app, 'ann', 343);
  await rate(client, app, 'ann', { query_resolved: false, query_rating: 2, feedback: '' });
  await call(app, '/v1/bots', { key, body: sampleBot });
  const survey = `/api/public/bot/${sampleBot.id}/saveFeedback`;
  const saved = { body: { ...sample, message: '' }, key: null, headers: { auth: vendorToken(client) } };
  expect((await call(app, survey, saved)).status).toBe(200);
  const [stars, several, words] = await Promise.all([
    newQuestion(app, rating, key),
    newQuestion(app, checkbox, key),
    newQuestion(app, text, key),
  ]);
  const answer = async (id: number, value: unknown, more = {}): Promise<void> =>
    expect((await call(app, `/v1/questions/${id}/answers`, { key, body: { value, ...more } })).status).toBe(201);
  await answer(stars, 5, {
    occurredAt: '2031-01-01T00:00:00Z',
    respondent: 'Ann\u0301',
    comment: 'no',
    language: 'x',
  });
  await answer(several, [3, 'yes'], { language: 'x'.repeat(255) });
  await answer(words, 'Words');
  const message = { id: 'm-1', type: 'negative', messageId: 'm', createdAt: '2020-02-29T23:59:59.999+01:00' };
  const raw = `${JSON.stringify({
    ...message,
    details: '',
    reasons: [{ label: 'wrong' }, { label: 'slow', details: 'very' }],
    sources: [{ title: 'Page', type: 'negative' }, { url: '/help' }],
  }).slice(
    0,
    -1,
  )},"properties":{"version":"v7","n":[12345678901234567890]},"userProperties":{"id":17,"userId":"","plan":{}}}`;
  expect((await call(app, '/feedback', { key, raw })).status).toBe(200);
  for (const [, value] of exampleOf('submitFeedback').requests) await call(app, '/v1/feedback', { key, body: value });
}
