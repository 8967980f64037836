import {
  ContentTooLarge,
  Forbidden,
  InternalError,
  InvalidInput,
  MalformedRequest,
  MethodNotAllowed,
  NotFound,
  type Problem,
  type ProblemDoor,
  type ProblemRenderer,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
} from '#libs/problem-details';

/** The vendor's words for what every door can answer; `code` is the status where none is given. */
const answers: Record<string, { status?: number; msg?: string; code?: number }> = {
  [Unauthorized.slug]: { code: 4002 },
  [Forbidden.slug]: { status: 401, msg: 'Permission denied. Scope is incorrect!', code: 4002 },
  [InvalidInput.slug]: { status: 412, msg: 'Validation errors/ Invalid arguments' },
  [MalformedRequest.slug]: { msg: 'Bad Request' },
  [NotFound.slug]: { msg: 'Not Found' },
  [MethodNotAllowed.slug]: { msg: 'Method Not Allowed' },
  [ContentTooLarge.slug]: { msg: 'Payload Too Large' },
  [UnsupportedMediaType.slug]: { msg: 'Unsupported Media Type' },
  [TooManyRequests.slug]: {
    msg: "You've exceeded the per-minute rate limit. Please wait for sometime before retrying.",
  },
  [InternalError.slug]: { msg: 'Internal Server Error' },
  [ServiceUnavailable.slug]: { msg: 'Service Unavailable' },
};

/** How the Kore.ai dialect says that something failed. After the vendor's element comes one for each fault (ours). */
const render: ProblemRenderer = (problem) => {
  const answer = answers[problem.kind.slug];
  const status = answer?.status ?? problem.kind.status;
  const code = answer?.code ?? status;
  return {
    status,
    contentType: 'application/json; charset=utf-8',
    headers: status === 401 ? challengeOf(problem) : {},
    body: {
      errors: [
        { msg: answer?.msg ?? problem.message, code },
        ...problem.errors.map(({ pointer, detail }) => ({ msg: detail, code, field: pointer.slice(1) })),
      ],
    },
  };
};

/** A missing scope is 401 here, and every 401 says which scheme it wants. */
function challengeOf(problem: Problem): Record<string, string> {
  return { 'www-authenticate': problem.headers['www-authenticate'] ?? 'Bearer error="invalid_token"' };
}

export const koreProblems: ProblemDoor[] = ['/api/public/', '/api/1.1/'].map((prefix) => ({ prefix, render }));
