import type { Chapter } from '../openapi/chapter.js';
import { recordedNow, withTag } from '../feedback/stored-entry.js';
import { blankEntry, type NewEntry } from '../feedback/submission.js';
import type { Example } from '../openapi/documented.decorator.js';
import { toEntryDto } from './entry.dto.js';

export const feedbackChapter: Chapter = {
  name: 'Feedback',
  description: 'The native API: what came through all doors, in one vocabulary.',
};
export const respondentsChapter: Chapter = {
  name: 'Respondents',
  description: 'The native API: everything that one person said.',
};

const time = '2026-01-31T12:00:00.000Z';

/** An answer to a question. */
const answer: NewEntry = {
  ...blankEntry,
  workspaceId: '019c1380-0a00-7d51-9a4e-1f2e3d4c5b6a',
  id: '019c1382-7a00-7cc3-98c4-dc0c0c07398f',
  source: 'question',
  instrument: '38',
  scale: 'thumb',
  score: 1,
  choices: [
    { label: '0', value: 0 },
    { label: '1', value: 1 },
  ],
  respondent: 'ann@example.com',
  channel: 'web',
  language: 'en',
  prompt: 'Was this helpful?',
  comment: 'It just worked.',
};
export const entry = toEntryDto(recordedNow(withTag(answer), new Date(time)));
const profile = {
  mobileNo: '9876543210',
  email: 'ann@example.com',
  name: 'Ann',
  languageCode: 'en',
  customData: { country: 'India' },
  createdAt: time,
  updatedAt: time,
};
const page = { data: [entry], nextCursor: null };

export const examples = {
  list: { response: page },
  get: { response: entry },
  respondent: { response: { respondent: 'ann@example.com', profile, ...page } },
  erase: { response: { erased: 4 } },
} satisfies Record<string, Example>;
