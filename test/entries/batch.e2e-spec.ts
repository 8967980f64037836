import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCredential } from '../harness/credential.js';
import { adminKey, startApp, type TestApp } from '../harness/app.js';
import { newKey } from '../harness/questions.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

interface Answer {
  line: number;
  outcome: string;
  id?: string;
  problem?: { status: number; errors: unknown[] };
}

interface Batch {
  status: number;
  headers: Headers;
  lines: Answer[];
  body: unknown;
}

async function send(
  body: string | Uint8Array,
  { key = adminKey, ...headers }: Record<string, string> = {},
  to = app,
): Promise<Batch> {
  const response = await fetch(`${to.url}/v1/feedback/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', ...headers },
    body: body as string,
  });
  const text = await response.text();
  const isLines = response.headers.get('content-type')?.startsWith('application/x-ndjson');
  return {
    status: response.status,
    headers: response.headers,
    lines: isLines
      ? text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [],
    body: isLines ? null : JSON.parse(text),
  };
}

const lines = (...entries: unknown[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
const thumb = { instrument: 'answer', scale: 'thumb', score: 1 };
const count = async (instrument: string): Promise<number> =>
  Number(
    (await app.query<{ count: string }>('select count(*) from feedback_entry where instrument = $1', [instrument]))[0]!
      .count,
  );

describe('POST /v1/feedback/batch', () => {
  it('200 with a line for each line, in order, and all of them stored and counted', async () => {
    const instrument = randomUUID();
    const {
      status,
      headers,
      lines: answers,
    } = await send(lines(...Array.from({ length: 700 }, (_, i) => ({ ...thumb, instrument, score: i % 2 }))));
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    expect(answers.map(({ line, outcome }) => [line, outcome])).toEqual(
      Array.from({ length: 700 }, (_, i) => [i + 1, 'recorded']),
    );
    expect(await count(instrument)).toBe(700);
    const summary = await fetch(`${app.url}/v1/analytics/summary?instrument=${instrument}`, {
      headers: { authorization: `Bearer ${adminKey}` },
    });
    expect(await summary.json()).toMatchObject({ n: 700, estimate: 0.5 });
  });

  it('refuses a bad line alone: 400 where it is no JSON, 422 where it is no entry; blank lines are only numbered', async () => {
    const instrument = randomUUID();
    const good = JSON.stringify({ ...thumb, instrument });
    const { status, lines: answers } = await send(`${good}\n{\n\n[]\r\n{"a":1,"a":2}\n{"scale":"thumb"}\n${good}`);
    expect(status).toBe(200);
    expect(answers.map(({ line, outcome, problem }) => [line, outcome, problem?.status])).toEqual([
      [1, 'recorded', undefined],
      [2, 'refused', 400],
      [4, 'refused', 400],
      [5, 'refused', 400],
      [6, 'refused', 422],
      [7, 'recorded', undefined],
    ]);
    expect(answers[4]!.problem!.errors).toContainEqual({
      pointer: '/instrument',
      detail: 'instrument must be a string',
    });
    expect(await count(instrument)).toBe(2);
  });

  it('takes lines with one externalId in their order', async () => {
    const named = { ...thumb, externalId: randomUUID() };
    const { lines: answers } = await send(lines(named, { ...named, score: 0 }, { ...named, score: 0 }, thumb, named));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['recorded', 'updated', 'unchanged', 'recorded', 'updated']);
    expect(new Set([0, 1, 2, 4].map((at) => answers[at]!.id)).size).toBe(1);
    expect((await send(lines(named))).lines).toMatchObject([{ outcome: 'unchanged' }]);
  });

  it('413 beyond 10,000 lines and beyond 8 MiB, and nothing is stored', async () => {
    const instrument = randomUUID();
    const many = lines(...Array.from({ length: 10_001 }, () => ({ ...thumb, instrument })));
    expect((await send(many)).status).toBe(413);
    const long = lines({ ...thumb, instrument, comment: 'x' });
    expect((await send(long + ' '.repeat(8_388_609 - long.length))).status).toBe(413);
    expect(await count(instrument)).toBe(0);
    expect((await send(long + ' '.repeat(8_388_608 - long.length))).lines).toMatchObject([{ outcome: 'recorded' }]);
  });

  it('415 for anything but application/x-ndjson, and other operations take no lines', async () => {
    expect((await send(lines(thumb), { 'content-type': 'application/json' })).status).toBe(415);
    const response = await fetch(`${app.url}/v1/feedback`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/x-ndjson' },
      body: lines(thumb),
    });
    expect(response.status).toBe(415);
  });

  it('403 for a credential that is limited to web origins, and without the scope', async () => {
    const { key } = await makeCredential(app, { scopes: ['feedback:write'], origins: ['https://shop.example'] });
    expect((await send(lines(thumb), { key })).status).toBe(403);
    expect((await send(lines(thumb), { key: await newKey(app, ['feedback:read']) })).status).toBe(403);
  });

  it('answers a repeated Idempotency-Key as the first time', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await send(lines(thumb, { ...thumb, score: 7 }), headers);
    const second = await send(lines(thumb, { ...thumb, score: 7 }), headers);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect([second.status, second.headers.get('content-type'), second.lines]).toEqual([
      200,
      first.headers.get('content-type'),
      first.lines,
    ]);
  });

  it('stores ten thousand lines with an Idempotency-Key once', async () => {
    const comment = 'x'.repeat(700);
    const body = lines(...Array.from({ length: 10_000 }, () => ({ ...thumb, instrument: 'keyed', comment })));
    const headers = { 'idempotency-key': randomUUID() };
    const first = await send(body, headers);
    const second = await send(body, headers);
    expect([first.status, second.status, second.lines]).toEqual([200, 200, first.lines]);
    expect(await count('keyed')).toBe(10_000);
  });

  it('takes a request of the budget for every hundred lines, and 429 stores nothing', async () => {
    const limited = await startApp({ RATE_LIMIT: 5 });
    try {
      const body = lines(...Array.from({ length: 301 }, () => thumb));
      const statuses = [];
      for (let i = 0; i < 2; i++) statuses.push((await send(body, {}, limited)).status);
      expect(statuses).toEqual([200, 429]);
      expect(await limited.query('select count(*)::int as count from feedback_entry')).toEqual([{ count: 301 }]);
    } finally {
      await limited.close();
    }
  });

  it('answers nothing to an empty body', async () => {
    expect(await send('')).toMatchObject({ status: 200, lines: [] });
  });
});
