import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalLanguage } from '#libs/text';
import { dimensions, leafDimensions, lonelyDimensions } from '../../src/counting/change.js';
import { type Grouping, groupings } from '../../src/counting/reader.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { document } from '../harness/documented.js';
import { fill, newPlace, type Place, saying } from '../harness/doors.arbitrary.js';

let app: TestApp;
let place: Place;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** The parameters of a query. */
type Filter = Record<string, string>;
type Row = Record<string, string | number | boolean | null> & { id: string; countedAt: string };

const everything = { from: '2000-01-01', to: '2100-01-01' };
const kindMembers = ['source', 'instrument', 'scale'];

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

async function exported(filter: Filter): Promise<Row[]> {
  const file: string = await answered('feedback/export', { ...filter, format: 'ndjson' });
  return file
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
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

const days = fc.constantFrom<Filter>(
  {},
  { from: '2001-02-03', to: '2001-02-04' },
  { to: '2026-02-01' },
  { from: '2026-02-01', tz: 'Africa/Cairo' },
  { from: '2001-02-03', to: '2026-02-01', tz: 'America/Sao_Paulo' },
);

/** Filters by anything that an entry of `rows` has or lacks, and by what none has. */
function filtersFrom(rows: Row[]): fc.Arbitrary<Filter> {
  const valuesOf = (member: string) => ['', 'unheard of', ...rows.map((row) => String(row[member] ?? ''))];
  const names = fc.tuple(...dimensions.map((member) => fc.constantFrom(...valuesOf(member))));
  const resolved = fc.constantFrom('true', 'false');
  const together = fc.oneof(
    fc.subarray<string>([...leafDimensions]),
    fc.constantFrom(...lonelyDimensions.map((one) => [one])),
  );
  const members = fc.tuple(fc.subarray(kindMembers), together).map((some) => some.flat());
  const chosen = fc.tuple(members, fc.subarray([...lonelyDimensions, 'resolved']));
  return fc
    .tuple(fc.constantFrom(...kindsOf(rows)), names, resolved, days, chosen, fc.nat(3))
    .map(([kind, values, settled, times, [some, further], luck]) => {
      const all: Filter = {
        ...kind,
        ...Object.fromEntries(dimensions.map((one, i) => [one, values[i]!])),
        resolved: settled,
      };
      const taken = [...some, ...(luck === 0 ? further : [])];
      return { ...times, ...Object.fromEntries(taken.map((member) => [member, all[member]!])) };
    });
}

/** Whether what a row is filtered by fits it, but for its time. */
function fits(row: Row, { language, resolved, from: _from, to: _to, tz: _tz, ...filter }: Filter): boolean {
  const own = (member: string) => String(row[member] ?? '');
  return (
    Object.entries(filter).every(([member, value]) => own(member) === value) &&
    (language === undefined || canonicalLanguage(own('language')) === canonicalLanguage(language)) &&
    (resolved === undefined || own('resolved') === resolved)
  );
}

/** Whether the document says that a path takes every member of a filter. */
function takes(path: string, filter: Filter): boolean {
  const known = document.paths[`/v1/${path}`]!['get']!.parameters!.map(({ name }) => name);
  return Object.keys(filter).every((member) => known.includes(member));
}

/** @returns whether there was a number, or why not */
async function numberIsRows(filter: Filter, rows: Row[]): Promise<string> {
  const { status, body } = await ask('analytics/summary', filter);
  if (status === 200) {
    expect({ filter, n: body.n }).toEqual({ filter, n: standing(rows, body.metric) });
    for (const { countedAt } of rows) expect(body.from <= countedAt && countedAt < body.to).toBe(true);
    return body.n > 0 ? 'some' : 'none';
  }
  expect({ filter, status, errors: body.errors }).toMatchObject({ status: 422, errors: expect.anything() });
  return takes('analytics/summary', filter) ? body.code : 'not a filter of scores';
}

const isSaid = (text: unknown): boolean => typeof text === 'string' && /[^\s\u0085\u200B]/u.test(text);

/** Whether a row says something in words, in the comment or in a reason. */
function hasWords({ comment, reasons }: Row): boolean {
  return [comment, ...((reasons ?? []) as unknown as { details: string }[]).map(({ details }) => details)].some(isSaid);
}

async function textsAreRows(filter: Filter): Promise<void> {
  const idsOf = (rows: Row[]) => rows.map(({ id }) => id);
  const said = (await rowsOf('feedback', filter)).filter(hasWords);
  expect({ filter, ids: idsOf(await rowsOf('analytics/text', filter)) }).toEqual({ filter, ids: idsOf(said) });
  const commented = said.filter(({ comment }) => isSaid(comment));
  expect(idsOf(await rowsOf('feedback', { ...filter, hasComment: 'true' }))).toEqual(idsOf(commented));
}

/** Every group but the rest has the rows that its own filter finds; the rest has all others, and its names are refused. */
async function groupsAreRows(kind: Filter, by: Grouping): Promise<void> {
  const { groups, metric } = await answered('analytics/breakdown', { ...kind, by });
  const rows = new Map((await rowsOf('feedback', kind)).map((row) => [row.id, row]));
  for (const { group, n, rest, source } of groups.filter((one: Answer['body']) => !one.rest)) {
    const own = await rowsOf('feedback', { ...kind, ...(source && { source }), [by]: group });
    expect({ kind, by, group, n, rest }).toMatchObject({ n: standing(own, metric) });
    for (const { id } of own) rows.delete(id);
  }
  const others = [...rows.values()];
  const counts: number[] = groups.filter((one: Answer['body']) => one.rest).map(({ n }: { n: number }) => n);
  const n = counts.reduce((sum, count) => sum + count, 0);
  expect({ kind, by, n }).toEqual({ kind, by, n: standing(others, metric) });
  for (const row of new Map(others.map((one) => [`${one['source']} ${one[by]}`, one])).values()) {
    const { body } = await ask('analytics/summary', {
      ...kind,
      source: String(row['source']),
      [by]: String(row[by] ?? ''),
    });
    if (standing([row], metric) > 0)
      expect({ kind, by, row, code: body.code }).toMatchObject({ code: 'not_counted_apart' });
  }
}

/** Takes all places for names of a kind but two. */
async function crowd(kind: string): Promise<void> {
  await app.query(
    `insert into score_name select $1, $2::text, case $2 when 'instrument' then 'survey' else '' end, 'filler ' || i
     from generate_series(1, case $2 when 'instrument' then 998 when 'version' then 4998 else 98 end) i`,
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
        const all = await rowsOf('feedback', {});
        expect(all).toHaveLength(sayings.reduce((sum, { entries = 1 }) => sum + entries, 0));
        expect(all.filter(({ countedAt }) => Date.parse(countedAt) > Date.now())).toEqual([]);
        for (const filter of fc.sample(filtersFrom(all), { numRuns: 40, seed })) {
          const rows = await rowsOf('feedback', filter);
          expect({ filter, rows: await exported(filter) }).toEqual({ filter, rows });
          expect({ filter, rows: rows.filter((row) => !fits(row, filter)) }).toEqual({ filter, rows: [] });
          if (!filter['from'] && !filter['to']) expect(rows).toEqual(all.filter((row) => fits(row, filter)));
          outcomes.add(await numberIsRows(filter, rows));
          if (takes('analytics/text', filter)) await textsAreRows(filter);
        }
        const kinds = kindsOf(all).filter(({ scale }) => scale !== 'text');
        for (const scale of new Set(kinds.map((kind) => kind['scale']!))) {
          await groupsAreRows({ scale }, 'source');
          await groupsAreRows({ scale }, 'instrument');
        }
        const some = fc.sample(fc.shuffledSubarray(kinds, { maxLength: 10 }), { numRuns: 1, seed })[0]!;
        for (const kind of some) {
          if ((await ask('analytics/summary', kind)).status !== 200) continue;
          for (const by of groupings.filter((one) => !kindMembers.includes(one))) await groupsAreRows(kind, by);
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['some', 'none', 'not_counted_apart', 'unprocessable_entity']),
    );
  }, 300_000);
});
