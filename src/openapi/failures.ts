import {
  MethodNotAllowed,
  type Problem,
  type ProblemDoor,
  type ProblemRenderer,
  rendererFor,
  takeRefusals,
} from '#libs/problem-details';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Examples, Operation, Reference, Response, Schema } from './operation.js';

/** What can go wrong anywhere: an example of each kind. */
export interface Failures {
  problems: Problem[];
  doors: ProblemDoor[];
}

const anywhere = ['malformed-request', 'internal-error', 'service-unavailable'];
const withCredential = ['unauthorized', 'forbidden', 'too-many-requests'];
const withBody = ['content-too-large', 'unsupported-media-type'];

/** Adds every failure that an operation can answer with, as the door of its path says it. */
export function addFailures(document: OpenAPIObject, operation: Operation, path: string, failures: Failures): void {
  const slugs = new Set([...takeRefusals(operation), ...slugsOf(operation)]);
  const rendererOfDoor = rendererFor(failures.doors, path);
  const render = (problem: Problem): Rendered => ({ problem, ...rendererOfDoor(problem, request) });
  const answers = failures.problems.filter(({ kind }) => slugs.has(kind.slug)).map(render);
  for (const status of new Set(answers.map((answer) => answer.status))) {
    const same = answers.filter((answer) => answer.status === status);
    operation.responses[status] ??= sharedResponse(document, same);
  }
  operation.responses['default'] = serversOwn(document, render(new MethodNotAllowed(['GET', 'HEAD'])));
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
  const door = doorOf(answers[0]!);
  const name = door + answers.map(({ problem }) => problem.kind.name).join('Or');
  const examples = answers.map(({ problem: { kind }, body }) => [kind.slug, { summary: kind.title, value: body }]);
  return shared(document, name, {
    description: answers.map(({ problem }) => problem.kind.title).join('; '),
    headers: headersOf(answers),
    content: contentOf(document, answers[0]!, Object.fromEntries(examples)),
  });
}

/** What the server says before it knows the operation. */
function serversOwn(document: OpenAPIObject, answer: Rendered): Reference {
  return shared(document, `${doorOf(answer)}BeforeRouting`, {
    description: 'What the server says before it knows the operation: 405, 408, 414 or 431',
    headers: headersOf([]),
    content: contentOf(document, answer, { [answer.problem.kind.slug]: { value: answer.body } }),
  });
}

function shared(document: OpenAPIObject, name: string, response: Response): Reference {
  const responses = (document.components!.responses ??= {});
  responses[name] ??= response;
  return { $ref: `#/components/responses/${name}` };
}

/** The name of a door's errors, told by what its bodies look like. */
function doorOf({ body }: Rendered): keyof typeof errorSchemas {
  return Object.keys(errorSchemas).find((door) => errorSchemas[door]!.required.every((member) => member in body))!;
}

function contentOf(document: OpenAPIObject, answer: Rendered, examples: Examples): Response['content'] {
  const door = doorOf(answer);
  document.components!.schemas![door] = errorSchemas[door]!;
  // Without parameters: a charset says nothing of JSON.
  const mediaType = answer.contentType.split(';', 1)[0]!;
  return { [mediaType]: { schema: { $ref: `#/components/schemas/${door}` }, examples } };
}

function headersOf(answers: Rendered[]): Response['headers'] {
  const waits = answers.some(({ problem }) => problem.retryAfter !== undefined);
  const challenges = answers.some(({ status }) => status === 401);
  return {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(waits && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
    ...(challenges && { 'WWW-Authenticate': { $ref: '#/components/headers/WwwAuthenticate' } }),
  };
}

const text: Schema = { type: 'string' };
const fault: Schema = {
  type: 'object',
  properties: { pointer: { type: 'string', description: 'A JSON pointer to the member.' }, detail: text },
  required: ['pointer', 'detail'],
};

/** How each door says that something failed. */
const errorSchemas: Record<string, Schema & { required: string[] }> = {
  Problem: {
    type: 'object',
    description: 'RFC 9457. Ours: `type` and `errors`.',
    properties: {
      type: { type: 'string', description: 'The page of this kind of problem: `/problems/…`.' },
      title: text,
      status: { type: 'integer' },
      detail: text,
      instance: { type: 'string', description: 'The path, without the query.' },
      requestId: { type: 'string', description: 'The same as `X-Request-Id`.' },
      code: { type: 'string', description: 'The title in snake case.' },
      error: {
        type: 'object',
        description: 'The same in the format that older clients read.',
        properties: { code: text, message: text },
        required: ['code', 'message'],
      },
      errors: { type: 'array', description: 'Every fault of the input.', items: fault },
    },
    required: ['type', 'title', 'status', 'detail', 'instance', 'requestId', 'code', 'error'],
  },
  AcquireError: {
    type: 'object',
    description: 'Types and statuses are the vendor’s. Ours: the shape.',
    properties: {
      error: {
        type: 'object',
        properties: {
          type: {
            type: 'string',
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
          message: text,
          fields: { type: 'array', description: 'Every fault of the input.', items: fault },
        },
        required: ['type', 'message'],
      },
    },
    required: ['error'],
  },
  KoreError: {
    type: 'object',
    description: 'The vendor’s element first. Ours: then one for each fault of the input.',
    properties: {
      errors: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            msg: text,
            code: { type: 'integer' },
            field: { type: 'string', description: 'The member that is not valid.' },
          },
          required: ['msg', 'code'],
        },
      },
    },
    required: ['errors'],
  },
  HaptikError: {
    type: 'object',
    properties: { error_message: text },
    required: ['error_message'],
  },
};
