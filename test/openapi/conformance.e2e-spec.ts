import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, call, startApp } from '../harness/app.js';
import { type Body, broken, resolved, type Schema, takes, valid } from '../harness/conformance.arbitrary.js';
import { credentialFor, newWorld, type Operation, operations } from '../harness/conformance.operations.js';
import { document } from '../harness/documented.js';

/** Cases of each operation, valid and invalid; the same every time. `npm run conformance` has 2,000, `SEED` others. */
const cases = Number(process.env['CASES'] ?? 40);
const seed = Number(process.env['SEED'] ?? 1);
/** Requests at a time. Changes are all of one record, and so one after the other: conflicts would be answered with 503. */
const widthOf = (method: string): number => (method === 'POST' ? 8 : 1);

// Tests are made from the document, so the application is there before them.
const app = await startApp();
const world = await newWorld(app);
afterAll(() => app.close());

interface Writing {
  name: string;
  method: string;
  path: string;
  schema: Schema;
}

const writing: Writing[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) => {
    const { operationId, requestBody } = operation as typeof operation & { requestBody?: RequestBody };
    const schema = requestBody?.content['application/json']?.schema;
    return schema ? [{ name: operationId, method: method.toUpperCase(), path, schema: resolved(schema) }] : [];
  }),
);
interface RequestBody {
  content: { 'application/json'?: { schema: Schema } };
}

it('every operation with a body is tried', () => {
  expect(writing.map(({ name }) => name).toSorted()).toEqual(Object.keys(operations).toSorted());
});

describe.each(writing)(`$name (SEED=${seed})`, ({ name, method, path, schema }) => {
  const operation = operations[name]!;
  const send = (body: Body): Promise<Answer> => {
    const url = path.replace(/\{\w+\}/, () => operation.of!(world));
    return patiently(() => call(app, url, { method, body, ...credentialFor(operation, world) }));
  };

  it(`takes whatever the document takes, and answers with it (${cases} cases)`, async () => {
    const bodies = fc.sample(valid(schema), { numRuns: cases, seed }) as Body[];
    await each(bodies, widthOf(method), async (body) => {
      const sent = plain(await fitted(operation, body));
      const { status, body: answer } = await send(sent);
      if (status >= 300) throw new Error(`refused: ${JSON.stringify(answer)}`);
      const kept = keptOf(operation, sent, answer);
      expect(answered(operation, answer)).toMatchObject(kept);
      const at = operation.at?.(answer);
      if (at) expect(answered(operation, (await patiently(() => call(app, at))).body)).toMatchObject(kept);
    });
  }, 600_000);

  it(`refuses whatever the document does not take, in the documented shape (${cases} cases)`, async () => {
    const isTaken = takes(schema);
    const fitting = await Promise.all(
      (fc.sample(valid(schema), { numRuns: 20, seed }) as Body[]).map((body) => fitted(operation, body)),
    );
    const others = fc.constantFrom(...fitting.map(plain)).chain((body) => broken(body, schema));
    const bodies = fc.sample(
      others.filter((body) => !isTaken(body)),
      { numRuns: cases, seed },
    );
    await each(bodies, widthOf(method), async (body) => {
      const { status } = await send(body);
      // The shape is looked at by call().
      if (status < 400 || status >= 500) throw new Error(`taken: ${status}`);
    });
  }, 600_000);
});

/** On a busy machine the last ones are told to come again. */
async function patiently(attempt: () => Promise<Answer>): Promise<Answer> {
  const answer = await attempt();
  return answer.status === 503 ? patiently(attempt) : answer;
}

async function fitted(operation: Operation, body: Body): Promise<Body> {
  return operation.fit ? operation.fit(body, world) : body;
}

function answered(operation: Operation, answer: Body): Body {
  return operation.record ? operation.record(answer) : answer;
}

function keptOf(operation: Operation, sent: Body, answer: Body): Body {
  if (operation.kept) return plain(operation.kept(sent));
  const known = answered(operation, answer);
  return Object.fromEntries(Object.entries(sent).filter(([member]) => member in known));
}

/** As JSON has it: no -0, no undefined. */
function plain(body: Body): Body {
  return JSON.parse(JSON.stringify(body)) as Body;
}

/** Some at a time. Says of the one that fails what was sent. */
async function each(bodies: Body[], width: number, attempt: (body: Body) => Promise<void>): Promise<void> {
  const queue = bodies.values();
  const worker = async (): Promise<void> => {
    for (const body of queue)
      await attempt(body).catch((error: unknown) => {
        throw new Error(`${String(error)}\nsent: ${JSON.stringify(body)}`, { cause: error });
      });
  };
  await Promise.all(Array.from({ length: width }, worker));
}
