import {
  ContentTooLarge,
  Forbidden,
  InvalidInput,
  MethodNotAllowed,
  ServiceUnavailable,
  Unauthorized,
  UnsupportedMediaType,
} from '#libs/problem-details';
import type { Door } from '../openapi/door.js';
import { userFeedbackProblems } from './user-feedback.problems.js';

/** What failed. Ours: every fault of the input, joined by `; `. */
export class HaptikErrorDto {
  error_message: string;
}

/** The vendor's words for what every door can answer. Other problems are answered with their own message. */
const texts: Record<string, string> = {
  [Unauthorized.slug]: 'invalid authorization details',
  [Forbidden.slug]: 'permission denied',
  [MethodNotAllowed.slug]: 'method not allowed',
  [ContentTooLarge.slug]: 'body too large',
  [UnsupportedMediaType.slug]: 'content type must be application/json',
  [ServiceUnavailable.slug]: 'service unavailable',
};

/** Content that is not valid is 400 here (ours). */
export const userFeedbackDoor: Door = {
  vendor: 'Haptik',
  prefixes: ['/v1.0/'],
  endsInSlash: true,
  chapter: 'User feedback',
  render: ({ kind, message }) => ({
    status: kind.status === 422 ? 400 : kind.status,
    contentType: 'application/json; charset=utf-8',
    body: { error_message: texts[kind.slug] ?? message } satisfies HaptikErrorDto,
  }),
  body: HaptikErrorDto,
  samples: [new InvalidInput([{ pointer: '/query_rating', detail: 'query_rating must be an integer from 1 to 5' }])],
  problems: userFeedbackProblems,
};
