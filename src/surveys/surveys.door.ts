import { UnreadableToken } from '#libs/access';
import {
  ContentTooLarge,
  Forbidden,
  InternalError,
  InvalidInput,
  MalformedRequest,
  MethodNotAllowed,
  NotFound,
  type Problem,
  type ProblemRenderer,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
} from '#libs/problem-details';
import { RollingLimitExceeded } from '#libs/throttling';
import { ApiProperty } from '@nestjs/swagger';
import type { Door } from '../openapi/door.js';
import { surveysProblems } from './surveys.problems.js';

/** What failed. */
export class KoreErrorItemDto {
  /** The vendor’s words; of a fault, what is wanted. */
  msg: string;
  /** The status, but 4002 with 401. */
  @ApiProperty({ type: 'integer' })
  code: number;
  /** The member that is not valid: `filters.from`. */
  field?: string;
}

/** What failed: the vendor’s element first. Ours: then one for each fault of the input. */
export class KoreErrorDto {
  @ApiProperty({ minItems: 1 })
  errors: KoreErrorItemDto[];
}

const minute = 60_000;

/** The vendor's words for what every door can answer; `code` is the status where none is given. */
const answers: Record<string, { status?: number; msg: string; code?: number }> = {
  [Unauthorized.slug]: { msg: 'Invalid SDK credentials', code: 4002 },
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

/** After the vendor's element comes one for each fault (ours). */
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
        { msg: particular(problem) ?? answer?.msg ?? problem.message, code },
        ...problem.errors.map(({ pointer, detail }) => ({ msg: detail, code, field: fieldAt(pointer) })),
      ],
    } satisfies KoreErrorDto,
  };
};

/** Where the vendor has different words for problems of one kind. */
function particular(problem: Problem): string | undefined {
  if (problem instanceof UnreadableToken) return 'Invalid JWT token';
  if (problem instanceof RollingLimitExceeded && problem.windowMs > minute) return exceeded('hourly');
  return undefined;
}

/** `/filters/from` as the sentence beside it names it: `filters.from`. */
function fieldAt(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.');
}

/** A missing scope is 401 here, and every 401 says which scheme it wants. */
function challengeOf(problem: Problem): Record<string, string> {
  return { 'www-authenticate': problem.headers['www-authenticate'] ?? 'Bearer error="invalid_token"' };
}

export const surveysDoor: Door = {
  vendor: 'Kore.ai',
  prefixes: ['/api/public/', '/api/1.1/'],
  chapter: 'Surveys',
  render,
  body: KoreErrorDto,
  samples: [
    new Unauthorized('no credential was sent', false),
    new UnreadableToken(),
    new InvalidInput([{ pointer: '/score', detail: 'score must be 0 or 1' }]),
  ],
  problems: surveysProblems,
};
