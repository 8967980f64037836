import { doorFor, type Problem, type ProblemDoor, type ProblemRenderer, takeRefusals } from '#libs/problem-details';
import type { OpenAPIObject } from '@nestjs/swagger';
import { budget, fields } from './headers.js';
import type { Examples, Located, Operation, Reference, Response } from './operation.js';
import { referenceTo, schemaName } from './schemas.js';

const anywhere = ['malformed-request', 'internal-error', 'service-unavailable'];
const withCredential = ['unauthorized', 'forbidden', 'too-many-requests'];
const withBody = ['content-too-large', 'unsupported-media-type'];

/** What Node and the router answer, for every operation and for unknown paths. */
const beforeRouting = [
  'method-not-allowed',
  'request-timeout',
  'uri-too-long',
  'header-fields-too-large',
  'not-implemented',
];
/** What is answered before the caller's budget is looked at, and so without its header fields. */
const beforeBudget = ['malformed-request', 'unauthorized', 'forbidden', ...withBody, ...beforeRouting];

/**
 * Adds every failure that an operation can answer with, as the door of its path says it.
 * @param problems one of each kind
 * @param further slugs of problems that the operation can answer with and that nothing else tells of
 */
export function addFailures(
  document: OpenAPIObject,
  { path, operation }: Located,
  problems: Problem[],
  doors: ProblemDoor[],
  further: string[],
): void {
  const slugs = new Set([...takeRefusals(operation), ...slugsOf(operation), ...further]);
  const door = doorFor(doors, path);
  const shown = problems.flatMap((problem) => samplesOf(door, problem));
  const render = (problem: Problem): Rendered => ({ problem, ...door.render(problem, request) });
  const answers = shown.filter(({ kind }) => slugs.has(kind.slug)).map(render);
  for (const status of new Set(answers.map((answer) => answer.status))) {
    const same = answers.filter((answer) => answer.status === status);
    operation.responses[status] ??= sharedResponse(document, door, same);
  }
  const early = shown.filter(({ kind }) => beforeRouting.includes(kind.slug)).map(render);
  operation.responses['default'] = shared(document, `${nameOf(door)}BeforeRouting`, {
    description:
      'What the server says before it knows the operation: 405, 408, 414, 431, 501; and 400 and 404 where there is none',
    headers: { ...headersOf(early), ...fields({ Allow: 'Allow' }) },
    content: contentOf(door, early),
  });
}

/** The door's own samples of a problem's kind, else the problem. */
function samplesOf({ samples = [] }: ProblemDoor, problem: Problem): Problem[] {
  const own = samples.filter(({ kind }) => kind.slug === problem.kind.slug);
  return own.length > 0 ? own : [problem];
}

const request = { path: '/…', basePath: '', requestId: 'req_0123456789abcdefghijkl' };

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
function sharedResponse(document: OpenAPIObject, door: ProblemDoor, answers: Rendered[]): Reference {
  const kinds = answers.map(({ problem }) => problem.kind).filter(isFirst);
  return shared(document, nameOf(door) + kinds.map(({ name }) => name).join('Or'), {
    description: kinds.map(({ title }) => title).join('; '),
    headers: headersOf(answers),
    content: contentOf(door, answers),
  });
}

function isFirst({ slug }: { slug: string }, index: number, kinds: { slug: string }[]): boolean {
  return kinds.findIndex((one) => one.slug === slug) === index;
}

function shared(document: OpenAPIObject, name: string, response: Response): Reference {
  const responses = (document.components!.responses ??= {});
  responses[name] ??= response;
  return { $ref: `#/components/responses/${name}` };
}

/** What the names of a door's answers begin with: that of its bodies, without `Error`. */
function nameOf({ body }: ProblemDoor): string {
  return schemaName(body.name).replace(/Error$/, '');
}

function contentOf({ body: { name: bodyName } }: ProblemDoor, answers: Rendered[]): Response['content'] {
  const examples: Examples = {};
  for (const { problem, body } of answers) {
    const { slug, title } = problem.kind;
    const name = slug in examples ? `${slug}-2` : slug;
    examples[name] = { summary: title, value: body };
  }
  // Without parameters: a charset says nothing of JSON.
  const mediaType = answers[0]!.contentType.split(';', 1)[0]!;
  return { [mediaType]: { schema: { $ref: referenceTo(schemaName(bodyName)) }, examples } };
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
