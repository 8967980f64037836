import { entry } from '../entries/entries.chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

const acquireQuestion = {
  question: 'How satisfied are you?',
  status: 'active',
  type: 'rating',
  config: {
    error_message: 'Invalid Input',
    required: true,
    rating_type: 'star',
    limit: 1,
    multiline: false,
    values: [{ icon: 'settings/feedback-5.svg', label: 'LIKE', value: '5' }],
  },
  departments: [1],
  channels: ['chat'],
};
const storedQuestion = { id: 37, ...acquireQuestion, dateCreated: '2021-03-18T07:41:18.341Z' };

/** The samples of the vendor's pages. */
export const acquireExamples = {
  list: {
    response: {
      data: {
        count: 1,
        departmentList: { list: [{ id: 6, name: 'Sales' }], success: 'true' },
        data: [storedQuestion],
      },
    },
  },
  get: { response: { data: storedQuestion } },
  add: { request: acquireQuestion, response: { data: storedQuestion } },
  update: {
    request: { question: 'How satisfied were you?' },
    response: { data: { ...storedQuestion, question: 'How satisfied were you?' } },
  },
  remove: { response: { data: { deleted: 1 } } },
} satisfies Record<string, Example>;

const question = {
  id: 38,
  question: 'Was this helpful?',
  type: 'Rating',
  config: { rating_type: 'thumb' },
  departments: [{ id: 14, name: 'Sales' }],
  channels: ['Chat'],
  dateCreated: '2026-01-31T12:00:00.000Z',
  status: 'active',
};

export const examples = {
  list: { response: { data: [question], nextCursor: null } },
  get: { response: question },
  add: {
    request: { question: 'Was this helpful?', type: 'Rating', config: { rating_type: 'thumb' }, channels: ['Chat'] },
    response: { ...question, departments: [] },
  },
  change: {
    request: { status: 'disabled' },
    response: { ...question, departments: [], status: 'disabled' },
  },
  answer: {
    request: {
      value: 1,
      respondent: 'ann@example.com',
      channel: 'web',
      language: 'en',
      comment: 'It just worked.',
    },
    response: entry,
  },
} satisfies Record<string, Example>;
