import type { Example } from '../openapi/documented.decorator.js';

const time = '2026-01-31T12:00:00.000Z';

/** What is sent, for each scale. */
const said = {
  csat: {
    externalId: '5f0c7f1e-6f0a-4d0b-9b59-0d2f8f1f2a11',
    instrument: 'support-bot',
    scale: 'csat',
    score: 4,
    comment: 'Quick.',
    respondent: 'ann@example.com',
    conversation: 'c-1',
    message: 'm-7',
    channel: 'web',
    language: 'en-GB',
    bot: 'support',
    version: '2026-01-20',
    occurredAt: time,
  },
  thumb: { instrument: 'answer', scale: 'thumb', score: 1, message: 'm-7' },
  nps: { instrument: 'relationship', scale: 'nps', score: 9, comment: 'Always there.' },
  ces: { instrument: 'effort', scale: 'ces', score: 6, resolved: true },
  rating: {
    instrument: 'article',
    scale: 'rating',
    score: 5,
    reasons: [{ label: 'clear', details: 'Good pictures.' }],
  },
  rating3: { instrument: 'smileys', scale: 'rating3', score: 3 },
  rating4: { instrument: 'four faces', scale: 'rating4', score: 2 },
  rating6: { instrument: 'school marks', scale: 'rating6', score: 5 },
  rating7: { instrument: 'agreement', scale: 'rating7', score: 6 },
  rating10: { instrument: 'out of ten', scale: 'rating10', score: 8 },
  choice: { instrument: 'topic', scale: 'choice', options: ['billing', 'delivery'], prompt: 'What was it about?' },
  text: { instrument: 'anything else', scale: 'text', comment: 'Thank you.', properties: { page: '/help' } },
};

const stored = {
  id: '019c1382-7a00-7cc3-98c4-dc0c0c07398f',
  source: 'native',
  externalId: said.csat.externalId,
  instrument: 'support-bot',
  scale: 'csat',
  score: 4,
  resolved: null,
  options: null,
  choices: null,
  respondent: 'ann@example.com',
  conversation: 'c-1',
  message: 'm-7',
  channel: 'web',
  language: 'en-GB',
  bot: 'support',
  version: '2026-01-20',
  prompt: null,
  comment: 'Quick.',
  reasons: null,
  properties: null,
  userProperties: null,
  sources: null,
  occurredAt: time,
  countedAt: time,
  recordedAt: time,
  updatedAt: time,
};

export const examples = {
  submit: { request: said.csat, response: stored } satisfies Example,
  batch: {
    request: `${JSON.stringify(said.thumb)}\n${JSON.stringify({ scale: 'thumb', score: 1 })}\n`,
    response: `${JSON.stringify({ line: 1, outcome: 'recorded', id: stored.id })}\n${JSON.stringify({
      line: 2,
      outcome: 'refused',
      problem: { type: '/problems/invalid-input', title: 'Unprocessable Entity', status: 422 },
    })}\n`,
  } satisfies Example,
  scales: Object.fromEntries(Object.entries(said).map(([scale, value]) => [scale, { summary: scale, value }])),
};
