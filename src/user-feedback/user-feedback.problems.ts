import {
  ContentTooLarge,
  Forbidden,
  MethodNotAllowed,
  type ProblemDoor,
  ServiceUnavailable,
  Unauthorized,
  UnsupportedMediaType,
} from '#libs/problem-details';

/** The vendor's words for what every door can answer. Everything else speaks for itself. */
const texts: Record<string, string> = {
  [Unauthorized.slug]: 'invalid authorization details',
  [Forbidden.slug]: 'permission denied',
  [MethodNotAllowed.slug]: 'method not allowed',
  [ContentTooLarge.slug]: 'body too large',
  [UnsupportedMediaType.slug]: 'content type must be application/json',
  [ServiceUnavailable.slug]: 'service unavailable',
};

/** How the Haptik dialect says that something failed. Content that is not valid is 400 here (ours). */
export const haptikProblems: ProblemDoor = {
  prefix: '/v1.0/',
  render: ({ kind, message }) => ({
    status: kind.status === 422 ? 400 : kind.status,
    contentType: 'application/json; charset=utf-8',
    body: { error_message: texts[kind.slug] ?? message },
  }),
};
