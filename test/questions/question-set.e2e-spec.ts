import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { newDepartment } from '../harness/questions.js';

const choices = [
  { label: 'Fast', value: 'fast' },
  { label: 'Friendly', value: 'friendly' },
  { label: 'Neither', value: 0 },
];
const stars = [1, 2, 3, 4, 5].map((value) => ({ label: '*'.repeat(value), value }));
/** Each type, how it is answered, and what the entry says then. */
const set = [
  {
    asked: { question: 'How was it?', type: 'Rating', config: { rating_type: 'star', values: stars } },
    answer: { value: '4', comment: '=1+1, he said' },
    said: { scale: 'rating', score: 4, options: null, choices: stars, comment: '=1+1, he said' },
  },
  {
    asked: { question: 'What was best?', type: 'Radio', config: { values: choices } },
    answer: { value: 'fast' },
    said: { scale: 'choice', score: null, options: ['fast'], choices, comment: null },
  },
  {
    asked: { question: 'What was good?', type: 'Checkbox', config: { values: choices } },
    answer: { value: ['friendly', '0'] },
    said: { scale: 'choice', score: null, options: ['friendly', 0], choices, comment: null },
  },
  {
    asked: { question: 'Anything else?', type: 'Text', config: { limit: 20, multiline: true } },
    answer: { value: 'Two lines,\n"quoted"' },
    said: { scale: 'text', score: null, options: null, choices: null, comment: 'Two lines,\n"quoted"' },
  },
];

let app: TestApp;
let sales: number;
let ids: number[];
/** The answers' entries, in the order of the set. */
let entries: Answer['body'][];

const exported = async (format: string): Promise<string> =>
  (await call(app, `/v1/feedback/export?source=question&to=2026-02-01T00:00:00Z&format=${format}`)).body;
const answerOf = (id: number, index: number, body: object): Promise<Answer> =>
  call(app, `/v1/questions/${id}/answers`, {
    body: { respondent: 'ann@example.com', channel: 'chat', occurredAt: `2026-01-31T12:00:0${index}Z`, ...body },
  });

beforeAll(async () => {
  app = await startApp();
  sales = await newDepartment(app, 'Sales');
  const support = await newDepartment(app, 'Support');
  ids = [];
  for (const { asked } of set) {
    const body = { ...asked, departments: [sales], channels: ['Chat', 'Email'] };
    ids.push((await call(app, '/v1/questions', { body })).body.id);
  }
  for (const elsewhere of [
    { departments: [support], channels: ['Chat'] },
    { departments: [sales], channels: ['SMS'] },
  ])
    await call(app, '/v1/questions', { body: { ...set[3]!.asked, ...elsewhere } });
  entries = [];
  for (const [index, { answer }] of set.entries()) entries.push((await answerOf(ids[index]!, index, answer)).body);
});
afterAll(() => app.close());

describe('a question set', () => {
  it('is listed for its department and channel, natively and by the dialect', async () => {
    const native = await call(app, `/v1/questions?department=${sales}&channel=chat`);
    expect(native.body.data).toMatchObject(set.map(({ asked }) => asked).toReversed());
    const where = encodeURIComponent(JSON.stringify({ departments: sales, channels: 'chat' }));
    const { body } = await call(app, `/api/v1/crm/feedback?where=${where}&select=id`);
    expect(body.data.data).toEqual(ids.map((id) => ({ id })));
  });

  it('is answered in all four types, and read back', async () => {
    for (const [index, { asked, said }] of set.entries())
      expect(entries[index]).toMatchObject({ ...said, prompt: asked.question, instrument: String(ids[index]) });
    expect((await call(app, '/v1/feedback?source=question')).body.data).toEqual(entries.toReversed());
  });

  it('is exported as NDJSON, an entry a line', async () => {
    const lines = (await exported('ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(entries.toReversed());
  });

  it('is exported as CSV, a row an entry', async () => {
    const rows = parse<Record<string, string>>(await exported('csv'), { columns: true, record_delimiter: '\r\n' });
    const cell = (value: unknown): string =>
      typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
    const expected = entries.toReversed().map((entry: object) => {
      const cells = Object.entries(entry).map(([name, value]) => [name, cell(value)]);
      return Object.fromEntries(cells) as Record<string, string>;
    });
    // A formula is made harmless.
    expected.at(-1)!['comment'] = "'=1+1, he said";
    expect(rows).toEqual(expected);
  });

  it('is changed and deleted, and the old answers still show what was asked', async () => {
    const before = { csv: await exported('csv'), ndjson: await exported('ndjson') };
    const change = { question: 'Which?', type: 'Radio', config: { values: [{ label: 'Other', value: 'other' }] } };
    for (const id of ids.slice(0, 2))
      expect((await call(app, `/v1/questions/${id}`, { method: 'PATCH', body: change })).status).toBe(200);
    const put = { question: 'Which?', status: 'disabled', departments: [], channels: [], config: { limit: 1 } };
    const text = `/api/v1/crm/feedback/${ids[3]}`;
    expect((await call(app, text, { method: 'PUT', body: put })).status).toBe(200);
    expect((await call(app, `/api/v1/crm/feedback?id=${ids[2]}`, { method: 'DELETE' })).status).toBe(200);
    await call(app, `/api/v1/account/department?id=${sales}`, { method: 'DELETE' });

    const later = await answerOf(ids[0]!, 5, { value: 'other', occurredAt: '2026-02-01T00:00:00Z' });
    expect(later.body).toMatchObject({ prompt: 'Which?', options: ['other'], choices: change.config.values });
    for (const entry of entries) expect((await call(app, `/v1/feedback/${entry.id}`)).body).toEqual(entry);
    expect({ csv: await exported('csv'), ndjson: await exported('ndjson') }).toEqual(before);
  });
});
