import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { examples } from '../../src/openapi/examples.js';
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
  recordedAt: time,
  updatedAt: time,
};

function withForms(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, member: unknown) =>
    forms[name]?.test(String(member)) ? `${typeof member} like ${name}` : member,
  );
}

function located(operation: string): { method: string; path: string } {
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { operationId }] of Object.entries(methods))
      if (operationId === operation) return { method: method.toUpperCase(), path };
  throw new Error(`no operation ${operation}`);
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
  const { method, path } = located(operation);
  const { request, response } = examples[operation]!;
  const filled = `${path.replace('{id}', String(which.id))}${which.query ?? ''}`;
  const answer = await call(app, filled, { method, body: request });
  expect(answer.status).toBe(status);
  if (response !== undefined) expect(withForms(answer.body)).toEqual(withForms(response));
});

it('every sample of the vendor and every native one with a body is among them', () => {
  const named = Object.entries(examples)
    .filter(([name, { request }]) => /(Question|Department)s?$/.test(name) && (request ?? name.includes('Acquire')))
    .map(([name]) => name);
  expect(samples.map(([operation]) => operation).toSorted()).toEqual(named.toSorted());
});
