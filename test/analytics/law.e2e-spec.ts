import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { fill, newPlace, type Place, saying } from '../harness/doors.arbitrary.js';

let app: TestApp;
let place: Place;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** The parameters of a query. */
type Filter = Record<string, string>;
type Row = Record<string, string | number | boolean | null> & { id: string };

const everything = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
const kindMembers = ['source', 'instrument', 'scale'];
const dimensions = ['channel', 'language', 'bot'];

function ask(path: string, filter: Filter): Promise<Answer> {
  const query = new URLSearchParams({ ...everything, ...filter });
  return call(app, `/v1/${path}?${query.toString()}`, { key: place.key });
}

async function answered(path: string, filter: Filter): Promise<Answer['body']> {
  const { status, body } = await ask(path, filter);
  expect({ path, filter, status, body }).toMatchObject({ status: 200 });
  return body;
}

/** All rows of a list. */
async function rowsOf(path: string, filter: Filter): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await answered(path, { ...filter, limit: '200', ...(cursor && { cursor }) });
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

/** How many of these rows a number of that metric stands on. */
function standing(rows: Row[], metric: string): number {
  if (metric === 'options') return rows.length;
  return rows.filter((row) => row[metric === 'resolved' ? 'resolved' : 'score'] !== null).length;
}

/** The source, instrument and scale of each row, without repeats. */
function kindsOf(rows: Row[]): Filter[] {
  const kinds = rows.map((row) => Object.fromEntries(kindMembers.map((member) => [member, String(row[member])])));
  return [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()];
}

/** Filters by anything that an entry of `rows` has or lacks, and by what none has. */
function filtersFrom(rows: Row[]): fc.Arbitrary<Filter> {
  const valuesOf = (member: string) => ['', 'unheard of', ...rows.map((row) => String(row[member] ?? ''))];
  const named = fc.tuple(...dimensions.map((member) => fc.constantFrom(...valuesOf(member))));
  const members = [...kindMembers, ...dimensions];
  return fc.tuple(fc.constantFrom(...kindsOf(rows)), named, fc.subarray(members)).map(([kind, names, chosen]) => {
    const all: Filter = { ...kind, ...Object.fromEntries(dimensions.map((member, i) => [member, names[i]!])) };
    return Object.fromEntries(chosen.map((member) => [member, all[member]!]));
  });
}

/** @returns whether there was a number, or why not */
async function numberIsRows(filter: Filter): Promise<string> {
  const rows = await rowsOf('feedback', filter);
  const { status, body } = await ask('analytics/summary', filter);
  if (status === 200) {
    expect({ filter, n: body.n }).toEqual({ filter, n: standing(rows, body.metric) });
    return body.n > 0 ? 'some' : 'none';
  }
  expect({ filter, status, errors: body.errors }).toMatchObject({ status: 422, errors: expect.anything() });
  return body.code;
}

async function textsAreRows(filter: Filter): Promise<void> {
  const idsOf = async (path: string, more: Filter = {}) =>
    (await rowsOf(path, { ...filter, ...more })).map(({ id }) => id);
  expect({ filter, ids: await idsOf('analytics/text') }).toEqual({
    filter,
    ids: await idsOf('feedback', { hasComment: 'true' }),
  });
}

/** Every group but the rest has the rows that its own filter finds; the rest has all others, and its names are refused. */
async function groupsAreRows(kind: Filter, by: string): Promise<void> {
  const { groups, metric } = await answered('analytics/breakdown', { ...kind, by });
  const rows = new Map((await rowsOf('feedback', kind)).map((row) => [row.id, row]));
  for (const { group, n, rest } of groups.filter((one: Answer['body']) => !one.rest)) {
    const own = await rowsOf('feedback', { ...kind, [by]: group });
    expect({ kind, by, group, n, rest }).toMatchObject({ n: standing(own, metric) });
    for (const { id } of own) rows.delete(id);
  }
  const others = [...rows.values()];
  const rest = groups.find((one: Answer['body']) => one.rest);
  expect({ kind, by, n: rest?.n ?? 0 }).toEqual({ kind, by, n: standing(others, metric) });
  for (const name of new Set(others.map((row) => String(row[by] ?? '')))) {
    const { body } = await ask('analytics/summary', { ...kind, [by]: name });
    if (standing(others, metric) > 0)
      expect({ kind, by, name, code: body.code }).toMatchObject({ code: 'not_counted_apart' });
  }
}

/** Takes all places for names of a kind but two. */
async function crowd(kind: string): Promise<void> {
  await app.query(
    `insert into score_name select $1, $2::text, case $2 when 'instrument' then 'survey' else '' end, 'filler ' || i
     from generate_series(1, case $2 when 'instrument' then 998 else 98 end) i`,
    [place.workspaceId, kind],
  );
}

describe('whatever was said through whichever door', () => {
  const said = fc.record({
    sayings: fc.array(saying, { minLength: 30, maxLength: 60 }),
    crowded: fc.subarray(['instrument', ...dimensions]),
    seed: fc.integer(),
  });

  it('the number of a filter and the rows behind it are the same entries, or there is no number', async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(said, async ({ sayings, crowded, seed }) => {
        place = await newPlace(app);
        for (const kind of crowded) await crowd(kind);
        await fill(app, place, sayings);
        const rows = await rowsOf('feedback', {});
        expect(rows).toHaveLength(sayings.length);
        for (const filter of fc.sample(filtersFrom(rows), { numRuns: 40, seed })) {
          outcomes.add(await numberIsRows(filter));
          await textsAreRows(filter);
        }
        for (const kind of kindsOf(rows).filter(({ scale }) => scale !== 'text')) {
          await groupsAreRows({ source: kind['source']!, scale: kind['scale']! }, 'instrument');
          if ((await ask('analytics/summary', kind)).status !== 200) continue;
          for (const by of dimensions) await groupsAreRows(kind, by);
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['some', 'none', 'not_counted_apart', 'unprocessable_entity']),
    );
  }, 300_000);
});
