import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ScoreCounts } from '../../src/counting/counts.js';
import { type Answer, call, type TestApp } from '../harness/app.js';
import { callAs, defaultWorkspace } from '../harness/clients.js';
import { openDoor, sample, type SurveyDoor } from '../harness/surveys.door.js';
import { feedbackOf, feedbackPath, introduce } from '../harness/user-feedback.js';

/**
 * What is sent, any number of times: under an id of the entry with some content, under an Idempotency-Key, or as the
 * rating of one person, which counts once an hour.
 */
type Submission =
  { door: 'message'; id: string; content: number } | { door: 'answer' | 'survey' | 'rating'; key: string; content: 0 };

let door: SurveyDoor;
let app: TestApp;
let question: string;
/** Requests in the order in which they were acknowledged, by their ids. */
let acknowledged: string[] = [];
let runs = 0;

beforeAll(async () => {
  door = await openDoor();
  app = door.app;
  const body = { question: 'How was it?', type: 'Text', config: { limit: 100 } };
  question = (await call(app, '/v1/questions', { body })).body.id;
  app.nest.getHttpServer().prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    response.on('prefinish', () => {
      if (response.statusCode < 300) acknowledged.push(String(request.headers['x-request-id']));
    });
  });
});
afterAll(() => app.close());

const name = fc.constantFrom('a', 'b', 'c');
const submission: fc.Arbitrary<Submission> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ door: fc.constant('message' as const), id: name, content: fc.nat(2) }) },
  fc.record({
    door: fc.constantFrom('answer' as const, 'survey' as const, 'rating' as const),
    key: name,
    content: fc.constant(0 as const),
  }),
);
/** One after the other; those of one group at once. */
const groups = fc.array(fc.array(submission, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });

/** What a client does: it sends the same again until it is served, or told that it was served before. */
async function insist(one: Submission, requestId: string): Promise<Answer> {
  for (;;) {
    const answer = await send(one, { 'x-request-id': requestId });
    if (answer.status !== 503 && (answer.status !== 409 || one.door === 'rating')) return answer;
  }
}

function send(one: Submission, headers: Record<string, string>): Promise<Answer> {
  if (one.door === 'message') {
    const { id, content } = one;
    const type = content === 1 ? 'negative' : 'positive';
    return call(app, '/feedback', { body: { id: `${runs}-${id}`, type, messageId: nameOf(one) }, headers });
  }
  if (one.door === 'rating') {
    const body = feedbackOf(personOf(one), { feedback: nameOf(one) });
    return callAs(door.client, app, feedbackPath, { body, headers });
  }
  const named = { ...headers, 'idempotency-key': `repeated-${runs}-${one.key}` };
  if (one.door === 'survey') return door.save({ ...sample, message: nameOf(one) }, { headers: named });
  return call(app, `/v1/questions/${question}/answers`, { body: { value: nameOf(one) }, headers: named });
}

const personOf = ({ key }: { key: string }): string => `${runs}-${key}`;
const nameOf = (one: Submission): string =>
  one.door === 'message' ? `${runs}-${one.id}-${one.content}` : `${runs}-${one.door}-${one.key}`;

/** What is stored of this run. */
async function stored(): Promise<string[]> {
  const rows = await app.query<{ name: string }>(
    `select name from (select unnest(array[message, comment, prompt]) as name from feedback_entry) named where name like $1`,
    [`${runs}-%`],
  );
  return rows.map((row) => row.name).toSorted();
}

/** Sends everything, and returns what was acknowledged, in that order. */
async function sendAll(submissions: Submission[][]): Promise<Submission[]> {
  await Promise.all(['a', 'b', 'c'].map((key) => introduce(door.client, app, personOf({ key }), 343)));
  acknowledged = [];
  const sent = new Map<string, Submission>();
  for (const group of submissions) {
    const answers = group.map((one) => {
      const requestId = `r-${runs}-${sent.size}`;
      sent.set(requestId, one);
      return insist(one, requestId);
    });
    for (const [index, { status }] of (await Promise.all(answers)).entries()) {
      if (group[index]!.door !== 'rating' || status !== 409) expect(status).toBeLessThan(300);
    }
  }
  const accepted = acknowledged.map((requestId) => sent.get(requestId)!);
  expect(new Set(accepted.map(nameOf))).toEqual(new Set([...sent.values()].map(nameOf)));
  return accepted;
}

it('repeating leaves what sending each once would leave; of one id, what was acknowledged last', async () => {
  await fc.assert(
    fc.asyncProperty(groups, async (submissions) => {
      runs++;
      const all = await sendAll(submissions);
      const last = new Map(all.map((one) => [one.door === 'message' ? one.id : nameOf(one), nameOf(one)]));
      expect(await stored()).toEqual([...last.values()].toSorted());
    }),
    { numRuns: 25 },
  );
  const { differences } = await app.nest.get(ScoreCounts, { strict: false }).verify(defaultWorkspace);
  expect(differences).toBe(0);
});

it('repeating a request under its Idempotency-Key gives the answer that was given first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('answer' as const, 'survey' as const), fc.nat(8), async (kind, times) => {
      runs++;
      const one: Submission = { door: kind, key: 'k', content: 0 };
      const others = Array.from({ length: times }, (_, n) => insist(one, `o-${n}`));
      const answers = [...(await Promise.all(others)), await insist(one, 'later')];
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(await stored()).toEqual([nameOf(one)]);
    }),
    { numRuns: 10 },
  );
});
