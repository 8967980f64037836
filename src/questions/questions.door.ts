import { Fault, InvalidInput } from '#libs/problem-details';
import { enumeration, Values } from '#libs/validation';
import { departmentsProblems, DuplicateDepartment } from '../departments/departments.problems.js';
import type { Door } from '../openapi/door.js';
import { questionsProblems } from './questions.problems.js';

const errorTypes = enumeration('AcquireErrorType', [
  'ERROR_INVALID_INPUT',
  'ERROR_DUPLICATE_RECORD_FOUND',
  'ERROR_RECORD_NOT_FOUND',
  'ERROR_UNAUTHORIZED',
  'ERROR_UNAUTHORIZED_ACCESS',
  'ERROR_TOO_MANY_REQUESTS',
  'ERROR_SERVER_ERROR',
]);
type ErrorType = (typeof errorTypes)[number];

/** What failed, and why. */
export class AcquireErrorDetailsDto {
  /** One of the vendor’s types. Ours: ERROR_TOO_MANY_REQUESTS. */
  @Values(errorTypes)
  type: ErrorType;
  /** For people. */
  message: string;
  /** Every fault of the input. */
  fields?: Fault[];
}

/** What failed. Types and statuses are the vendor’s. Ours: the shape. */
export class AcquireErrorDto {
  error: AcquireErrorDetailsDto;
}

/** Statuses whose type differs from the rule: what is wrong with the request is ERROR_INVALID_INPUT, the rest is ours. */
const types: Record<number, ErrorType> = {
  401: 'ERROR_UNAUTHORIZED',
  403: 'ERROR_UNAUTHORIZED_ACCESS',
  404: 'ERROR_RECORD_NOT_FOUND',
  409: 'ERROR_TOO_MANY_REQUESTS',
  429: 'ERROR_TOO_MANY_REQUESTS',
  500: 'ERROR_SERVER_ERROR',
  503: 'ERROR_SERVER_ERROR',
};

/** What the vendor says with another status than the other doors. */
const answers: Record<string, { status: number; type: ErrorType }> = {
  [InvalidInput.slug]: { status: 400, type: 'ERROR_INVALID_INPUT' },
  [DuplicateDepartment.slug]: { status: 400, type: 'ERROR_DUPLICATE_RECORD_FOUND' },
};

/** The door of questions and of departments. */
export const questionsDoor: Door = {
  vendor: 'Acquire',
  prefixes: ['/api/v1/'],
  chapter: 'Questions (Acquire)',
  render: ({ kind, message, errors }) => ({
    status: answers[kind.slug]?.status ?? kind.status,
    contentType: 'application/json; charset=utf-8',
    body: {
      error: {
        type: answers[kind.slug]?.type ?? types[kind.status] ?? 'ERROR_INVALID_INPUT',
        message,
        ...(errors.length > 0 && { fields: errors }),
      },
    } satisfies AcquireErrorDto,
  }),
  body: AcquireErrorDto,
  samples: [
    new InvalidInput([
      { pointer: '/type', detail: 'type must be rating, text, multiple_radio (Radio) or multiple_checkbox (Checkbox)' },
    ]),
  ],
  problems: [...departmentsProblems, ...questionsProblems],
};
