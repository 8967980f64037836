import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { document } from '../harness/documented.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** What each answer makes anew: only its form is the sample's. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const forms: Record<string, RegExp> = {
  id: /^[1-9]\d*$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  instrument: /^[1-9]\d*$/,
  dateCreated: time,
  occurredAt: time,
  countedAt: time,
  recordedAt: time,
  updatedAt: time,
};

function withForms(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, member: unknown) =>
    forms[name]?.test(String(member)) ? `${typeof member} like ${name}` : member,
  );
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: operation.operationId,
    method: method.toUpperCase(),
    path,
    request: exampleIn(operation.requestBody),
    response: exampleIn(operation.responses['200'] ?? operation.responses['201']),
  })),
);

function exampleIn(body: object | undefined): unknown {
  return (body as { content: Record<string, { example?: unknown }> } | undefined)?.content['application/json']?.example;
}

/** One after the other in an empty workspace: each finds what those before it have made. `which` fills the path's braces. */
const samples: [operation: string, which: { id?: number; query?: string }, status?: number][] = [
  ['addAcquireDepartment', {}],
  ['listAcquireDepartments', {}],
  ['getAcquireDepartment', { id: 1 }],
  ['addAcquireQuestion', {}],
  ['listAcquireQuestions', { query: '?order={"id":"DESC"}&where={"search":"How"}' }],
  ['getAcquireQuestion', { id: 1 }],
  ['updateAcquireQuestion', { id: 1 }],
  ['removeAcquireQuestion', { query: '?id=1' }],
  ['changeAcquireDepartment', { id: 1 }],
  ['removeAcquireDepartment', { query: '?id=1' }],
  ['addDepartment', {}, 201],
  ['changeDepartment', { id: 2 }],
  ['addQuestion', {}, 201],
  ['answerQuestion', { id: 2 }, 201],
  ['changeQuestion', { id: 2 }],
];

it.each(samples)('the sample of %s, sent as printed, answers as printed', async (operation, which, status = 200) => {
  const { method, path, request, response } = operations.find(({ name }) => name === operation)!;
  const filled = `${path.replace('{id}', String(which.id))}${which.query ?? ''}`;
  const answer = await call(app, filled, { method, body: request });
  expect(answer.status).toBe(status);
  if (response !== undefined) expect(withForms(answer.body)).toEqual(withForms(response));
});

it('every sample of the vendor and every native one with a body is among them', () => {
  const named = operations
    .filter(({ name, request }) => /(Question|Department)s?$/.test(name) && (request ?? name.includes('Acquire')))
    .map(({ name }) => name);
  expect(samples.map(([operation]) => operation).toSorted()).toEqual(named.toSorted());
});
