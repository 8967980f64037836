import {
  ContentTooLarge,
  Forbidden,
  InternalError,
  InvalidInput,
  MalformedRequest,
  MethodNotAllowed,
  NotFound,
  Problem,
  type ProblemDoor,
  type ProblemRenderer,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
} from '#libs/problem-details';
import { RollingLimitExceeded } from '#libs/throttling';

/** The bot is not one of the workspace's; whether it is somebody else's, nobody is told. */
export class UnknownBot extends Problem {
  static override readonly status = 400;
  static override readonly slug = 'unknown-bot';
  static override readonly title = 'There is no such bot';

  constructor() {
    super('Invalid StreamId');
  }
}

/** The workspace has a bot with this id already. */
export class BotIdInUse extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'bot-id-in-use';
  static override readonly title = 'Another bot of the workspace has this id';

  constructor(id: string) {
    super(`the bot id ${id} is in use`);
  }
}

const minute = 60_000;

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
  [TooManyRequests.slug]: { msg: exceeded('per-minute') },
  [InternalError.slug]: { msg: 'Internal Server Error' },
  [ServiceUnavailable.slug]: { msg: 'Service Unavailable' },
};

function exceeded(limit: 'per-minute' | 'hourly'): string {
  return `You've exceeded the ${limit} rate limit. Please wait for sometime before retrying.`;
}

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
        { msg: isHourly(problem) ? exceeded('hourly') : (answer?.msg ?? problem.message), code },
        ...problem.errors.map(({ pointer, detail }) => ({ msg: detail, code, field: fieldAt(pointer) })),
      ],
    },
  };
};

function isHourly(problem: Problem): boolean {
  return problem instanceof RollingLimitExceeded && problem.windowMs > minute;
}

/** `/filters/from` as the sentence beside it names it: `filters.from`. */
function fieldAt(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.');
}

/** A missing scope is 401 here, and every 401 says which scheme it wants. */
function challengeOf(problem: Problem): Record<string, string> {
  return { 'www-authenticate': problem.headers['www-authenticate'] ?? 'Bearer error="invalid_token"' };
}

export const koreProblems: ProblemDoor[] = ['/api/public/', '/api/1.1/'].map((prefix) => ({ prefix, render }));
