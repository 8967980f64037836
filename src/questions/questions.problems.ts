import type { ProblemDoor } from '#libs/problem-details';

/** Statuses whose type differs from the rule: what is wrong with the request is ERROR_INVALID_INPUT, the rest is ours. */
const types: Record<number, string> = {
  401: 'ERROR_UNAUTHORIZED',
  403: 'ERROR_UNAUTHORIZED_ACCESS',
  404: 'ERROR_RECORD_NOT_FOUND',
  409: 'ERROR_DUPLICATE_RECORD_FOUND',
  429: 'ERROR_TOO_MANY_REQUESTS',
  500: 'ERROR_SERVER_ERROR',
  503: 'ERROR_SERVER_ERROR',
};

/** What the vendor says with another status than the rest of the house: content that is not valid, or there already. */
const statuses: Record<number, number> = { 409: 400, 422: 400 };

/** How the Acquire dialect says that something failed. */
export const acquireProblems: ProblemDoor = {
  prefix: '/api/v1/',
  render: ({ kind, message, errors }) => ({
    status: statuses[kind.status] ?? kind.status,
    contentType: 'application/json; charset=utf-8',
    body: {
      error: {
        type: types[kind.status] ?? 'ERROR_INVALID_INPUT',
        message,
        ...(errors.length > 0 && { fields: errors }),
      },
    },
  }),
};
