import {
  InvalidInput,
  type Problem,
  type ProblemDoor,
  type ProblemRenderer,
  rendererFor,
  takeRefusals,
  Unauthorized,
} from '#libs/problem-details';
import type { OpenAPIObject } from '@nestjs/swagger';
import { budget, fields } from './headers.js';
import type { Examples, Operation, Reference, Response, Schema } from './operation.js';

/** What can go wrong anywhere: an example of each kind. */
export interface Failures {
  problems: Problem[];
  doors: ProblemDoor[];
}

const anywhere = ['malformed-request', 'internal-error', 'service-unavailable'];
const withCredential = ['unauthorized', 'forbidden', 'too-many-requests'];
const withBody = ['content-too-large', 'unsupported-media-type'];

/** What Node and the router say: of every operation, and where there is none. */
const beforeRouting = ['method-not-allowed', 'request-timeout', 'uri-too-long', 'header-fields-too-large'];
/** What is said before the budget was asked. */
const beforeBudget = ['malformed-request', 'unauthorized', 'forbidden', ...withBody, ...beforeRouting];

/** Adds every failure that an operation can answer with, as the door of its path says it. */
export function addFailures(document: OpenAPIObject, operation: Operation, path: string, failures: Failures): void {
  const slugs = new Set([...takeRefusals(operation), ...slugsOf(operation)]);
  const rendererOfDoor = rendererFor(failures.doors, path);
  const render = (problem: Problem): Rendered => ({ problem, ...rendererOfDoor(problem, request) });
  const door = doorOf(render(failures.problems[0]!));
  const problems = failures.problems.flatMap((problem) => samples[door]?.[problem.kind.slug] ?? [problem]);
  const answers = problems.filter(({ kind }) => slugs.has(kind.slug)).map(render);
  for (const status of new Set(answers.map((answer) => answer.status))) {
    const same = answers.filter((answer) => answer.status === status);
    operation.responses[status] ??= sharedResponse(document, same);
  }
  const early = problems.filter(({ kind }) => beforeRouting.includes(kind.slug)).map(render);
  operation.responses['default'] = shared(document, `${nameOf(door)}BeforeRouting`, {
    description:
      'What the server says before it knows the operation: 405, 408, 414, 431; and 400 and 404 where there is none',
    headers: { ...headersOf(early), ...fields({ Allow: 'Allow' }) },
    content: contentOf(document, early),
  });
}

const request = { path: '/…', requestId: 'req_0123456789abcdefghijkl' };

function slugsOf({ security, requestBody, parameters = [] }: Operation): string[] {
  return [
    ...anywhere,
    ...(security?.length ? withCredential : []),
    ...(requestBody ? withBody : []),
    ...(requestBody || parameters.length > 0 ? ['invalid-input'] : []),
  ];
}

type Rendered = ReturnType<ProblemRenderer> & { problem: Problem };

/** One for all operations of a door that answer with the same problems. */
function sharedResponse(document: OpenAPIObject, answers: Rendered[]): Reference {
  const kinds = [...new Set(answers.map(({ problem }) => problem.kind))];
  return shared(document, nameOf(doorOf(answers[0]!)) + kinds.map(({ name }) => name).join('Or'), {
    description: kinds.map(({ title }) => title).join('; '),
    headers: headersOf(answers),
    content: contentOf(document, answers),
  });
}

function shared(document: OpenAPIObject, name: string, response: Response): Reference {
  const responses = (document.components!.responses ??= {});
  responses[name] ??= response;
  return { $ref: `#/components/responses/${name}` };
}

/** The schema of a door's errors, told by what its bodies look like. */
function doorOf({ body }: Rendered): string {
  return Object.keys(errorSchemas).find((door) => errorSchemas[door]!.required.every((member) => member in body))!;
}

function nameOf(door: string): string {
  return door.replace(/Error$/, '');
}

function contentOf(document: OpenAPIObject, answers: Rendered[]): Response['content'] {
  const door = doorOf(answers[0]!);
  Object.assign(document.components!.schemas!, { [door]: errorSchemas[door]!, ...errorParts[door] });
  const examples: Examples = {};
  for (const { problem, body } of answers) {
    const { slug, title } = problem.kind;
    const name = slug in examples ? `${slug}-2` : slug;
    examples[name] = { summary: title, value: body };
  }
  // Without parameters: a charset says nothing of JSON.
  const mediaType = answers[0]!.contentType.split(';', 1)[0]!;
  return { [mediaType]: { schema: { $ref: `#/components/schemas/${door}` }, examples } };
}

function headersOf(answers: Rendered[]): Response['headers'] {
  const waits = answers.filter(({ problem }) => problem.retryAfter !== undefined).length;
  const has = (slug: string): boolean => answers.some(({ problem }) => problem.kind.slug === slug);
  return fields({
    'X-Request-Id': 'RequestId',
    ...(answers.some(({ problem }) => !beforeBudget.includes(problem.kind.slug)) && budget),
    ...(waits > 0 && { 'Retry-After': waits === answers.length ? 'RetryAfter' : 'RetryAfterIfAny' }),
    ...(has('forbidden') && { 'WWW-Authenticate': 'InsufficientScope' }),
    ...(has('unauthorized') && { 'WWW-Authenticate': 'WwwAuthenticate' }),
    ...(has('unsupported-media-type') && { 'Accept-Encoding': 'AcceptEncoding' }),
  });
}

/** What a door says in words of its own, instead of the example that the others give. */
const samples: Record<string, Record<string, Problem[]>> = {
  KoreError: {
    unauthorized: [new Unauthorized('Invalid SDK credentials', false), new Unauthorized('Invalid JWT token', true)],
    'invalid-input': [new InvalidInput([{ pointer: '/score', detail: 'score must be 0 or 1' }])],
  },
  HaptikError: {
    'invalid-input': [
      new InvalidInput([{ pointer: '/query_rating', detail: 'query_rating must be an integer from 1 to 5' }]),
    ],
  },
  AcquireError: {
    'invalid-input': [
      new InvalidInput([
        {
          pointer: '/type',
          detail: 'type must be rating, text, multiple_radio (Radio) or multiple_checkbox (Checkbox)',
        },
      ]),
    ],
  },
};

const text: Schema = { type: 'string' };
const reference = (name: string): Reference => ({ $ref: `#/components/schemas/${name}` });
const fault: Schema = {
  type: 'object',
  description: 'One fault of the input.',
  properties: {
    pointer: { type: 'string', description: 'A JSON pointer to the member (RFC 6901); empty for the whole.' },
    detail: { type: 'string', description: 'What is wanted there.' },
  },
  required: ['pointer', 'detail'],
};

/** What the schemas below refer to. */
const errorParts: Record<string, Record<string, Schema>> = {
  Problem: {
    Fault: fault,
    ProblemError: {
      type: 'object',
      description: 'The problem in the format that older clients read.',
      properties: {
        code: { type: 'string', description: 'The same as the problem’s.' },
        message: { type: 'string', description: 'The same as `detail`.' },
      },
      required: ['code', 'message'],
    },
  },
  AcquireError: {
    Fault: fault,
    AcquireErrorType: {
      type: 'string',
      description: 'The vendor’s types. **Ours:** ERROR_TOO_MANY_REQUESTS.',
      enum: [
        'ERROR_INVALID_INPUT',
        'ERROR_DUPLICATE_RECORD_FOUND',
        'ERROR_RECORD_NOT_FOUND',
        'ERROR_UNAUTHORIZED',
        'ERROR_UNAUTHORIZED_ACCESS',
        'ERROR_TOO_MANY_REQUESTS',
        'ERROR_SERVER_ERROR',
      ],
    },
    AcquireErrorDetails: {
      type: 'object',
      description: 'What failed, and why.',
      properties: {
        type: reference('AcquireErrorType'),
        message: { type: 'string', description: 'For people.' },
        fields: { type: 'array', description: 'Every fault of the input.', items: reference('Fault') },
      },
      required: ['type', 'message'],
    },
  },
  KoreError: {
    KoreErrorItem: {
      type: 'object',
      description: 'What failed.',
      properties: {
        msg: { type: 'string', description: 'The vendor’s words; of a fault, what is wanted.' },
        code: { type: 'integer', description: 'The status, but 4002 with 401.' },
        field: { type: 'string', description: 'The member that is not valid: `filters.from`.' },
      },
      required: ['msg', 'code'],
    },
  },
};

/** How each door says that something failed. */
const errorSchemas: Record<string, Schema & { required: string[] }> = {
  Problem: {
    type: 'object',
    description: 'What failed, as RFC 9457 has it. **Ours:** `type` and `errors`.',
    properties: {
      type: {
        type: 'string',
        format: 'uri-reference',
        description: 'The page of this kind of problem: `/problems/…`.',
      },
      title: { type: 'string', description: 'The phrase of the status.' },
      status: { type: 'integer', minimum: 400, maximum: 599, description: 'The status of the answer.' },
      detail: { type: 'string', description: 'What is wrong with this request.' },
      instance: { type: 'string', description: 'The path, without the query.' },
      requestId: { type: 'string', description: 'The same as `X-Request-Id`.' },
      code: { type: 'string', description: 'The title in snake case.' },
      error: reference('ProblemError'),
      errors: {
        type: 'array',
        description: 'Every fault of the input; only where it is not valid.',
        items: reference('Fault'),
      },
    },
    required: ['type', 'title', 'status', 'detail', 'instance', 'requestId', 'code', 'error'],
  },
  AcquireError: {
    type: 'object',
    description: 'What failed. Types and statuses are the vendor’s. **Ours:** the shape.',
    properties: { error: reference('AcquireErrorDetails') },
    required: ['error'],
  },
  KoreError: {
    type: 'object',
    description: 'What failed: the vendor’s element first. **Ours:** then one for each fault of the input.',
    properties: { errors: { type: 'array', minItems: 1, items: reference('KoreErrorItem') } },
    required: ['errors'],
  },
  HaptikError: {
    type: 'object',
    description: 'What failed. **Ours:** every fault of the input, joined by `; `.',
    properties: { error_message: text },
    required: ['error_message'],
  },
};
