import type { ProblemDoor } from '#libs/problem-details';

/** Statuses whose type differs from the rule: what is wrong with the request is ERROR_INVALID_INPUT, the rest is ours. */
const types: Record<number, string> = {
  401: 'ERROR_UNAUTHORIZED',
  403: 'ERROR_UNAUTHORIZED_ACCESS',
  404: 'ERROR_RECORD_NOT_FOUND',
  429: 'ERROR_TOO_MANY_REQUESTS',
  500: 'ERROR_SERVER_ERROR',
  503: 'ERROR_SERVER_ERROR',
};

/** How the Acquire dialect says that something failed. Content that is not valid is 400 here, as for the vendor. */
export const acquireProblems: ProblemDoor = {
  prefix: '/api/v1/',
  render: ({ kind, message, errors }) => ({
    status: kind.status === 422 ? 400 : kind.status,
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
