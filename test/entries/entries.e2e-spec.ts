import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { canonicalLanguage } from '#libs/text';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { allMembers } from '../../src/feedback/entry.members.js';
import { EntriesService } from '../../src/entries/entries.service.js';
import { FeedbackReader } from '../../src/feedback/feedback.reader.js';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { until } from '../harness/until.js';

const workspaceId = '00000000-0000-7000-8000-000000000001';
let otherWorkspaceId: string;

let app: TestApp;
let foreignKey: string;
beforeAll(async () => {
  app = await startApp();
  otherWorkspaceId = await makeWorkspace(app, 'other');
  foreignKey = await credential(otherWorkspaceId, ['admin']);
});
afterAll(() => app.close());
beforeEach(() => app.query('delete from feedback_entry'));
afterEach(() => void jest.restoreAllMocks());

async function credential(workspace: string, scopes: string[]): Promise<string> {
  return (await makeCredential(app, { workspace, scopes })).key;
}

/** Stores an entry as any door may have done. */
async function store(columns: Record<string, unknown> = {}): Promise<string> {
  const id = uuidv7();
  const said = columns['occurred_at'] ?? '2026-03-01T12:00:00Z';
  const recorded = new Date(Date.parse(said as string) + 1_000);
  const language = columns['language'];
  const row = {
    workspace_id: workspaceId,
    id,
    source: 'survey',
    instrument: 'Thumb',
    scale: 'thumb',
    occurred_at: said,
    counted_at: said,
    recorded_at: recorded,
    updated_at: recorded,
    language_tag: language ? canonicalLanguage(language as string) : null,
    ...columns,
  };
  const names = Object.keys(row);
  await app.query(
    `insert into feedback_entry (${names.join()}) values (${names.map((_, index) => `$${index + 1}`).join()})`,
    Object.values(row),
  );
  return id;
}

const idsOf = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);

describe('GET /v1/feedback', () => {
  it('200 with everything as it was submitted, member for member', async () => {
    const sent = {
      id: 'f1',
      type: 'negative',
      messageId: 'm1',
      createdAt: '2026-03-01T14:00:00.123+02:00',
      reasons: [{ label: 'wrong' }],
      details: 'not so',
      properties: { b: 1, a: { constructor: null }, sources: 'mine', version: '4.0.1' },
      userProperties: { userId: 7, team: 'blue' },
      sources: [{ type: 'new', title: 't', url: 'u' }],
    };
    const { body: submitted } = await call(app, '/feedback', { body: sent });
    const { status, body } = await call(app, '/v1/feedback');
    expect(status).toBe(200);
    expect(body).toEqual({
      data: [
        {
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
          source: 'message',
          externalId: 'f1',
          instrument: 'message',
          scale: 'thumb',
          score: 0,
          resolved: null,
          options: null,
          choices: null,
          respondent: '7',
          conversation: null,
          message: 'm1',
          channel: null,
          language: null,
          bot: null,
          version: '4.0.1',
          prompt: null,
          comment: 'not so',
          reasons: [{ label: 'wrong', details: '' }],
          properties: sent.properties,
          userProperties: sent.userProperties,
          sources: sent.sources,
          occurredAt: '2026-03-01T12:00:00.123Z',
          countedAt: '2026-03-01T12:00:00.123Z',
          recordedAt: submitted.updatedAt,
          updatedAt: submitted.updatedAt,
          state: 'new',
          note: null,
          reviewedBy: null,
          reviewedAt: null,
        },
      ],
      nextCursor: null,
    });
    expect(Object.keys(body.data[0].properties)).toEqual(['b', 'a', 'sources', 'version']);
  });

  it('sorts by countedAt, newest first, and by id where that is equal', async () => {
    const first = await store();
    const second = await store();
    const newer = await store({ occurred_at: '2026-03-02T00:00:00Z' });
    const older = await store({ occurred_at: '2026-02-01T00:00:00Z' });
    expect(idsOf(await call(app, '/v1/feedback'))).toEqual([newer, second, first, older]);
  });

  it('shows another workspace none of it', async () => {
    await store();
    const theirs = await store({ workspace_id: otherWorkspaceId });
    expect(idsOf(await call(app, '/v1/feedback', { key: foreignKey }))).toEqual([theirs]);
    expect(idsOf(await call(app, '/v1/feedback'))).toHaveLength(1);
  });

  it('403 without feedback:read', async () => {
    const key = await credential(workspaceId, ['feedback:write', 'analytics:read']);
    for (const path of ['/v1/feedback', '/v1/feedback/export', `/v1/feedback/${uuidv7()}`])
      expect((await call(app, path, { key })).status).toBe(403);
  });

  it('HEAD answers without a body', async () => {
    const answer = await call(app, '/v1/feedback', { method: 'HEAD' });
    expect([answer.status, answer.body]).toEqual([200, '']);
  });
});

describe('the filters of GET /v1/feedback', () => {
  it.each([
    ['source', 'source', 'survey', 'message'],
    ['instrument', 'instrument', 'Thumb', 'CSAT, 2026 & Zürich'],
    ['scale', 'scale', 'thumb', 'nps'],
    ['respondent', 'respondent', 'a@b.example', 'Zoë'],
    ['conversation', 'conversation', 'c1', 'c2'],
    ['channel', 'channel', 'rtm', 'e-mail'],
    ['language', 'language', 'en', 'zh_cn'],
    ['bot', 'bot', 'st-1', 'st-2'],
    ['version', 'version', '4.0.0', '4.0.1'],
  ])('%s: exactly that one; given twice, any of the two', async (filter, column, one, two) => {
    const first = await store({ [column]: one });
    const second = await store({ [column]: two });
    await store({ source: 'question', instrument: '5', scale: 'text' });
    const query = (...values: string[]): string =>
      values.map((value) => `${filter}=${encodeURIComponent(value)}`).join('&');
    expect(idsOf(await call(app, `/v1/feedback?${query(two)}`))).toEqual([second]);
    expect(idsOf(await call(app, `/v1/feedback?${query(one, two)}&source=survey&source=message`))).toEqual([
      second,
      first,
    ]);
  });

  it.each(['channel', 'language', 'bot', 'version'])('%s: empty, those without one', async (filter) => {
    const [none, empty] = [await store(), await store({ [filter]: '' })];
    const named = await store({ [filter]: 'de' });
    expect(idsOf(await call(app, `/v1/feedback?${filter}=`))).toEqual([empty, none]);
    expect(idsOf(await call(app, `/v1/feedback?${filter}=&${filter}=de`))).toEqual([named, empty, none]);
  });

  it('language: in any spelling', async () => {
    const entry = await store({ language: 'zh_cn' });
    await store({ language: 'zh' });
    expect(idsOf(await call(app, '/v1/feedback?language=zh-CN'))).toEqual([entry]);
  });

  it('resolved: true, false, never one that does not say so', async () => {
    const [yes, no] = [await store({ resolved: true }), await store({ resolved: false })];
    await store();
    expect(idsOf(await call(app, '/v1/feedback?resolved=true'))).toEqual([yes]);
    expect(idsOf(await call(app, '/v1/feedback?resolved=false'))).toEqual([no]);
  });

  it.each(['instrument', 'respondent', 'conversation'])('%s: empty, it fits no entry', async (filter) => {
    await store();
    expect(idsOf(await call(app, `/v1/feedback?${filter}=`))).toEqual([]);
  });

  it('respondent: in NFD or NFC, the same person', async () => {
    const entry = await store({ respondent: 'Zoë'.normalize('NFC') });
    const query = new URLSearchParams({ respondent: 'Zoë'.normalize('NFD') }).toString();
    expect(idsOf(await call(app, `/v1/feedback?${query}`))).toEqual([entry]);
  });

  it('scoreMin and scoreMax: both inclusive, never without a score', async () => {
    const [, two, three] = [await store({ score: 1 }), await store({ score: 2 }), await store({ score: 3 })];
    const four = await store({ score: 4 });
    await store({ scale: 'text' });
    expect(idsOf(await call(app, '/v1/feedback?scoreMin=2&scoreMax=3'))).toEqual([three, two]);
    expect(idsOf(await call(app, '/v1/feedback?scoreMin=4'))).toEqual([four]);
    expect(idsOf(await call(app, '/v1/feedback?scoreMax=10'))).toHaveLength(4);
    expect(idsOf(await call(app, '/v1/feedback?scoreMin=0'))).toHaveLength(4);
  });

  it('hasComment: words of the respondent, "" being none', async () => {
    const [none, empty, some] = [await store(), await store({ comment: '' }), await store({ comment: ' a' })];
    expect(idsOf(await call(app, '/v1/feedback?hasComment=true'))).toEqual([some]);
    expect(idsOf(await call(app, '/v1/feedback?hasComment=false'))).toEqual([empty, none]);
  });

  it('from is inclusive and to exclusive, with any offset', async () => {
    const at = (time: string): Promise<string> => store({ occurred_at: time });
    await at('2026-03-01T11:59:59.999Z');
    const first = await at('2026-03-01T12:00:00Z');
    const last = await at('2026-03-01T12:59:59.999Z');
    await at('2026-03-01T13:00:00Z');
    const query = new URLSearchParams({ from: '2026-03-01T14:00:00+02:00', to: '2026-03-01T13:00:00Z' }).toString();
    expect(idsOf(await call(app, `/v1/feedback?${query}`))).toEqual([last, first]);
  });

  it.each([
    'source=door',
    'source=survey&source=door',
    'scale=stars',
    'scoreMin=x',
    'scoreMin=11',
    'scoreMax=-1',
    'scoreMax=1&scoreMax=2',
    'resolved=1',
    'hasComment=yes',
    'hasComment=true&hasComment=true',
    'from=yesterday',
    'from=2026-02-30T00:00:00Z',
    'to=2026-03-01T00:00:00',
    'respondent=%00',
    'colour=blue',
    'limit=0',
    'limit=201',
    'cursor=',
    'cursor=x',
    `cursor=${Buffer.from(`2026-03-01T00:00:00.000Z ${workspaceId}`).toString('base64url')}`,
  ])('422 for %s, naming the parameter', async (query) => {
    const { status, body } = await call(app, `/v1/feedback?${query}`);
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ pointer: expect.stringContaining(`/${query.split('=', 1)[0]}`) }),
    ]);
  });
});

describe('the pages of GET /v1/feedback', () => {
  const minutes = (count: number): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, (_, minute) => store({ occurred_at: `2026-03-01T12:0${minute % 3}:00Z` })),
    );

  it('together hold every entry once, whatever is stored or deleted meanwhile', async () => {
    const ids = await minutes(25);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: Answer = await call(app, `/v1/feedback?limit=4${query}`);
      seen.push(...idsOf(page));
      cursor = page.body.nextCursor;
      await store({ occurred_at: '2026-04-01T00:00:00Z' });
      await app.query('delete from feedback_entry where id = $1', [seen.at(-1)]);
    } while (cursor !== null);
    expect(seen).toHaveLength(25);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('hold what is there all the time exactly once, in their order, in every interleaving', async () => {
    const minute = fc.nat(3);
    const change = fc.record({
      stored: fc.array(minute, { maxLength: 3 }),
      deleted: fc.array(fc.nat(), { maxLength: 2 }),
    });
    const runs = fc.record({ first: fc.array(minute, { maxLength: 12 }), limit: fc.integer({ min: 1, max: 5 }) });
    await fc.assert(
      fc.asyncProperty(runs, fc.array(change, { maxLength: 15 }), async ({ first, limit }, changes) => {
        await app.query('delete from feedback_entry');
        const times = new Map<string, string>();
        const add = async (at: number): Promise<string> => {
          const time = `2026-03-01T12:0${at}:00.000Z`;
          const id = await store({ occurred_at: time });
          times.set(id, time);
          return id;
        };
        const staying = new Set<string>();
        for (const at of first) staying.add(await add(at));
        const seen: string[] = [];
        for (let cursor: string | null = '', page = 0; cursor !== null; page++) {
          const answer: Answer = await call(app, `/v1/feedback?limit=${limit}${cursor && `&cursor=${cursor}`}`);
          seen.push(...idsOf(answer));
          cursor = answer.body.nextCursor;
          for (const at of changes[page]?.stored ?? []) await add(at);
          for (const index of changes[page]?.deleted ?? []) {
            const id = [...times.keys()][index % times.size];
            await app.query('delete from feedback_entry where id = $1', [id]);
            staying.delete(id!);
          }
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect([...staying].filter((id) => !seen.includes(id))).toEqual([]);
        const order = (id: string): string => `${times.get(id)}${id}`;
        expect(seen).toEqual(seen.toSorted((a, b) => (order(a) < order(b) ? 1 : -1)));
      }),
      { numRuns: 25 },
    );
  });

  it.each<[string, (cursor: string) => string]>([
    ['with a letter changed', (cursor) => cursor.slice(0, -1) + (cursor.endsWith('A') ? 'E' : 'A')],
    [
      'with another time',
      (cursor) =>
        Buffer.from(Buffer.from(cursor, 'base64url').toString('latin1').replace('2026', '2025'), 'latin1').toString(
          'base64url',
        ),
    ],
    ['with something behind it', (cursor) => `${cursor}AAAA`],
    ['without its end', (cursor) => cursor.slice(0, -4)],
    ['with what base64 passes over', (cursor) => `${cursor}%2B`],
  ])('422 for a cursor %s', async (_, tamper) => {
    await minutes(2);
    const { nextCursor } = (await call(app, '/v1/feedback?limit=1')).body;
    const { status, body } = await call(app, `/v1/feedback?cursor=${tamper(nextCursor)}`);
    expect([status, body.detail]).toEqual([422, 'cursor must be the nextCursor of an earlier answer']);
  });

  it('422 for a cursor of another list', async () => {
    for (const respondent of ['r', 'r']) await store({ respondent });
    for (const slug of ['w1', 'w2']) await call(app, '/v1/workspaces', { body: { slug, name: slug } });
    for (const list of ['/v1/respondents/r', '/v1/workspaces']) {
      const { nextCursor } = (await call(app, `${list}?limit=1`)).body;
      const { status, body } = await call(app, `/v1/feedback?cursor=${nextCursor}`);
      expect([list, typeof nextCursor, status, body.errors[0].pointer]).toEqual([list, 'string', 422, '/cursor']);
    }
  });

  it('keep to the filters', async () => {
    await minutes(3);
    const ids = await Promise.all(['a', 'b', 'a', 'b'].map((channel) => store({ channel })));
    const first = await call(app, '/v1/feedback?channel=b&limit=1');
    const second = await call(app, `/v1/feedback?channel=b&limit=1&cursor=${first.body.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual([ids[3], ids[1]]);
    expect(second.body.nextCursor).toBeNull();
  });

  it('have no cursor where the last entry fills them', async () => {
    await minutes(2);
    expect((await call(app, '/v1/feedback?limit=2')).body.nextCursor).toBeNull();
  });

  it('are shorter where entries are very long, and none is left out', async () => {
    const ids = [];
    for (let index = 0; index < 6; index++) ids.push(await store({ comment: 'x'.repeat(1_500_000) }));
    const first = await call(app, '/v1/feedback');
    expect(idsOf(first)).toHaveLength(3);
    const second = await call(app, `/v1/feedback?cursor=${first.body.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed());
    expect(second.body.nextCursor).toBeNull();
  });
});

describe('/v1/feedback/{id}', () => {
  it('GET 200 with the entry as the list has it', async () => {
    const id = await store({ prompt: 'How was it?', bot: 'st-1', score: 1 });
    const { body } = await call(app, '/v1/feedback');
    expect((await call(app, `/v1/feedback/${id}`)).body).toEqual(body.data[0]);
  });

  it('DELETE 204, and it is gone', async () => {
    const id = await store();
    const answer = await call(app, `/v1/feedback/${id}`, { method: 'DELETE' });
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect((await call(app, `/v1/feedback/${id}`)).status).toBe(404);
    expect((await call(app, `/v1/feedback/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('DELETE closes the window that the entry opened, and no other', async () => {
    const id = await store({ respondent: 'r', channel: '1' });
    const window = (business: string, entry: string): Promise<unknown> =>
      app.query(`insert into feedback_window values ($1, $2, 'r', $3, now() + interval '1 hour')`, [
        workspaceId,
        business,
        entry,
      ]);
    await window('1', id);
    await window('2', uuidv7());
    await call(app, `/v1/feedback/${id}`, { method: 'DELETE' });
    expect(await app.query('select business from feedback_window')).toEqual([{ business: '2' }]);
  });

  it("404 in the same words for an unknown id, another workspace's and what is no id", async () => {
    const theirs = await store({ workspace_id: otherWorkspaceId });
    for (const method of ['GET', 'DELETE']) {
      const answers = await Promise.all(
        [theirs, uuidv7(), '1', 'a%2Fb', 'x'.repeat(5_000)].map((id) => call(app, `/v1/feedback/${id}`, { method })),
      );
      expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(
        Array.from({ length: 5 }, () => [404, 'no such feedback']),
      );
    }
    expect((await call(app, `/v1/feedback/${theirs}`, { key: foreignKey })).status).toBe(200);
  });

  it('DELETE 403 without feedback:write', async () => {
    const key = await credential(workspaceId, ['feedback:read']);
    expect((await call(app, `/v1/feedback/${await store()}`, { method: 'DELETE', key })).status).toBe(403);
  });
});

describe('GET /v1/feedback/export', () => {
  it('as CSV: a header, then every entry, as a parser reads it', async () => {
    const words = 'she said "no",\r\nand left; ä😀';
    const id = await store({
      score: 1,
      resolved: false,
      comment: words,
      options: JSON.stringify(['a', 2]),
      properties: JSON.stringify({ b: 'x,y"z' }),
    });
    const answer = await call(app, '/v1/feedback/export?format=csv');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="feedback.csv"');
    expect(parse(answer.body, { columns: true, record_delimiter: '\r\n' })).toEqual([
      {
        id,
        source: 'survey',
        externalId: '',
        instrument: 'Thumb',
        scale: 'thumb',
        score: '1',
        resolved: 'false',
        options: '["a",2]',
        choices: '',
        respondent: '',
        conversation: '',
        message: '',
        channel: '',
        language: '',
        bot: '',
        version: '',
        prompt: '',
        comment: words,
        reasons: '',
        properties: String.raw`{"b":"x,y\"z"}`,
        userProperties: '',
        sources: '',
        occurredAt: '2026-03-01T12:00:00.000Z',
        countedAt: '2026-03-01T12:00:00.000Z',
        recordedAt: '2026-03-01T12:00:01.000Z',
        updatedAt: '2026-03-01T12:00:01.000Z',
        state: 'new',
        note: '',
        reviewedBy: '',
        reviewedAt: '',
      },
    ]);
  });

  it('as NDJSON: the entries of the list, a line each', async () => {
    for (const comment of ['one\ntwo', '=1+1', null]) await store({ comment });
    const { body } = await call(app, '/v1/feedback');
    const lines = (await fetchText('/v1/feedback/export?format=ndjson')).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(body.data);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1+1', "'+1+1"],
    ['-2+3+cmd|', "'-2+3+cmd|"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['=HYPERLINK("http://a","b")', `'=HYPERLINK("http://a","b")`],
    ["'", "''"],
    ["'=1", "''=1"],
    ["''twas", "'''twas"],
    ["a'", "a'"],
    ['-5', '-5'],
    ['+49.5', '+49.5'],
    ['-', "'-"],
    ['a=1', 'a=1'],
    [' a = 1', ' a = 1'],
    [' =1', "' =1"],
    ['\n=1', "'\n=1"],
    ['\na', "'\na"],
    ['\u00a0\u2003@SUM(A1)', "'\u00a0\u2003@SUM(A1)"],
    ['\ufeff=1', "'\ufeff=1"],
    ['\ufeffa', "'\ufeffa"],
    ['\u200b=1', "'\u200b=1"],
    ['＝1+1', "'＝1+1"],
    [' ＋1', "' ＋1"],
    ['－1', "'－1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['﹦1', "'﹦1"],
    ['a＝1', 'a＝1'],
  ])('neutralises formulas in CSV: %j becomes %j', async (comment, cell) => {
    await store({ comment, instrument: comment });
    const [record] = parse(await fetchText('/v1/feedback/export'), { columns: true, record_delimiter: '\r\n' }) as [
      Record<string, string>,
    ];
    expect([record['comment'], record['instrument']]).toEqual([cell, cell]);
  });

  it('writes null as an empty cell in CSV, and an empty text as a quoted one', async () => {
    await store({ comment: '', prompt: null, instrument: 'last' });
    expect(await fetchText('/v1/feedback/export')).toMatch(/,last,.*,,"",,/);
  });

  it('has every entry once over many pages, newest first, and keeps to the filters', async () => {
    await app.query(
      `insert into feedback_entry (workspace_id, id, source, instrument, scale, channel, occurred_at, recorded_at, updated_at)
       select $1, gen_random_uuid(), 'survey', 'Thumb', 'thumb', 'rtm', now() - n / 7 * interval '1 second', now(), now()
       from generate_series(1, 2345) n`,
      [workspaceId],
    );
    await store({ channel: 'e-mail' });
    await store({ workspace_id: otherWorkspaceId, channel: 'rtm' });
    const records = (await fetchText('/v1/feedback/export?channel=rtm&format=ndjson'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; occurredAt: string });
    expect(new Set(records.map(({ id }) => id)).size).toBe(2345);
    expect(records).toHaveLength(2345);
    expect(records).toEqual(records.toSorted((a, b) => (a.occurredAt + a.id < b.occurredAt + b.id ? 1 : -1)));
  });

  it('answers an empty workspace with the header alone', async () => {
    expect((await fetchText('/v1/feedback/export')).split('\r\n')).toEqual([expect.stringMatching(/^id,source,/), '']);
    expect(await fetchText('/v1/feedback/export?format=ndjson')).toBe('');
  });

  it('leaves out what is recorded after it has begun, and nothing of that millisecond', async () => {
    const now = '2026-03-01T12:00:01.123Z';
    jest.spyOn(app.nest.get(FeedbackReader), 'now').mockResolvedValue(new Date(now));
    const id = await store({ recorded_at: now });
    await store({ recorded_at: '2026-03-01T12:00:01.124Z' });
    const lines = (await fetchText('/v1/feedback/export?format=ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([id]);
  });

  /** More than a connection holds, compressed too. */
  const storeMuch = (): Promise<unknown> =>
    app.query(
      `insert into feedback_entry (workspace_id, id, source, instrument, scale, comment, occurred_at, recorded_at, updated_at)
       select $1, gen_random_uuid(), 'survey', 'Thumb', 'thumb',
         (select string_agg(md5(n || '/' || m), '') from generate_series(1, 300) m), now(), now(), now()
       from generate_series(1, 5000) n`,
      [workspaceId],
    );

  const sockets: Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

  /** An export of which only the beginning was read. */
  async function begun(version = '1.1', coding = 'identity'): Promise<Socket> {
    const socket = connect(app.port, '127.0.0.1');
    const fields = `host: localhost\r\nauthorization: Bearer ${adminKey}\r\nconnection: close\r\naccept-encoding: ${coding}`;
    socket.write(`GET /v1/feedback/export HTTP/${version}\r\n${fields}\r\n\r\n`);
    sockets.push(socket);
    const [beginning] = (await once(socket, 'data')) as [Buffer];
    expect(beginning.toString('latin1')).toMatch(/^HTTP\/1\.1 200/);
    return socket.pause();
  }

  /** The end of what is left of it: whether it was complete, so that a client takes it for the whole. */
  async function endOf(socket: Socket): Promise<{ chunked: string; error: string | undefined }> {
    let tail = '';
    let error: NodeJS.ErrnoException | undefined;
    socket.on('error', (failure) => (error = failure));
    socket.on('data', (bytes: Buffer) => (tail = (tail + bytes.toString('latin1')).slice(-5))).resume();
    await new Promise((resolve) => socket.once('close', resolve));
    return { chunked: tail, error: error?.code };
  }

  it.each([
    ['1.1', 'identity'],
    ['1.0', 'identity'],
    ['1.1', 'gzip'],
    ['1.0', 'gzip'],
  ])('that fails midway is seen to be incomplete, by HTTP/%s, %s', async (version, coding) => {
    await storeMuch();
    const whole = await endOf(await begun(version, coding));
    expect([whole.error, version === '1.0' || whole.chunked === '0\r\n\r\n']).toEqual([undefined, true]);
    const socket = await begun(version, coding);
    await app.query('alter table feedback_entry rename to feedback_entry_away');
    try {
      const broken = await endOf(socket);
      expect([broken.error, broken.chunked === '0\r\n\r\n']).toEqual(['ECONNRESET', false]);
    } finally {
      await app.query('alter table feedback_entry_away rename to feedback_entry');
    }
  });

  /** The answer as it is on the line. */
  async function encoded(coding?: string): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${adminKey}`, ...(coding !== undefined && { 'accept-encoding': coding }) };
    const [answer] = (await once(get(`${app.url}/v1/feedback/export`, { headers }), 'response')) as [IncomingMessage];
    return answer;
  }

  it.each([
    ['gzip', true],
    ['br, gzip;q=0.5', true],
    ['*', true],
    ['GZIP;q=1.0, identity;q=0.5', true],
    ['gzip;q=0, *', false],
    ['gzip;q=0.5, identity', false],
    ['br', false],
    ['', false],
    [undefined, false],
  ])('accept-encoding %s: whether it is gzip is %s, and the file is the same', async (coding, isGzip) => {
    await store({ comment: 'x'.repeat(1_000) });
    const answer = await encoded(coding);
    expect([answer.headers['content-encoding'], answer.headers['vary']]).toEqual([
      isGzip ? 'gzip' : undefined,
      'Accept-Encoding',
    ]);
    expect(await text(isGzip ? answer.pipe(createGunzip()) : answer)).toBe(await fetchText('/v1/feedback/export'));
  });

  it('as gzip holds nothing back that was read', async () => {
    const id = await store();
    const reader = app.nest.get(FeedbackReader);
    const first = await reader.forFile({ workspaceId, members: allMembers, filter: {}, limit: 1 });
    const { promise: second, resolve } = Promise.withResolvers<typeof first>();
    jest
      .spyOn(reader, 'forFile')
      .mockResolvedValueOnce({ ...first, hasNext: true })
      .mockReturnValueOnce(second);
    const answer = await encoded('gzip');
    const file = answer.pipe(createGunzip());
    let seen = '';
    file.on('data', (bytes: Buffer) => (seen += bytes.toString()));
    await until(() => seen.includes(id));
    resolve({ entries: [], hasNext: false });
    await once(file, 'end');
  });

  it('waits for a client that takes nothing, but not for ever, and not for more than twelve of one workspace', async () => {
    const reading = app.nest.get(EntriesService);
    await storeMuch();
    for (let n = 0; n < 12; n++) await begun();
    const { status, headers, body } = await call(app, '/v1/feedback/export');
    expect([status, headers.get('retry-after'), body.detail]).toEqual([503, '1', 'too many exports at once']);
    sockets[0]!.destroy();
    await until(async () => (await call(app, '/v1/feedback/export', { method: 'HEAD' })).status === 200);
    const patience = reading.clientTimeout;
    reading.clientTimeout = 50;
    const impatient = await begun();
    reading.clientTimeout = patience;
    expect((await endOf(impatient)).error).toBe('ECONNRESET');
  });

  it('leaves connections to others, however many read', async () => {
    const other = await app.connect();
    await other.query('begin; lock table feedback_entry in access exclusive mode');
    const paths = ['/v1/feedback/export', '/v1/feedback', '/feedback'];
    const reads = Array.from({ length: 30 }, (_, n) => call(app, paths[n % 3]!));
    await until(async () => {
      const waiting = await app.query(
        `select from pg_locks where relation = 'feedback_entry'::regclass and not granted`,
      );
      return waiting.length > 0;
    });
    const { status } = await call(app, '/v1/departments', { body: { name: 'Meanwhile' } });
    await other.query('rollback');
    await other.end();
    expect(status).toBe(201);
    for (const read of await Promise.all(reads)) expect([200, 503]).toContain(read.status);
  });

  it('reads no further once the client has gone', async () => {
    const pages = jest.spyOn(app.nest.get(FeedbackReader), 'forFile');
    const exports = jest.spyOn(app.nest.get(EntriesService), 'export');
    await storeMuch();
    const leaving = new AbortController();
    const { body } = await fetch(`${app.url}/v1/feedback/export`, {
      headers: { authorization: `Bearer ${adminKey}` },
      signal: leaving.signal,
    });
    await body!.getReader().read();
    leaving.abort();
    const stream = await (exports.mock.results[0]!.value as Promise<Readable>);
    await until(() => stream.destroyed);
    expect(pages.mock.results.length).toBeLessThan(10);
  });

  it('HEAD answers with the fields alone, and reads no more than a page', async () => {
    const pages = jest.spyOn(app.nest.get(FeedbackReader), 'forFile');
    await store();
    const answer = await call(app, '/v1/feedback/export', { method: 'HEAD' });
    expect([answer.status, answer.body, answer.headers.get('content-disposition')]).toEqual([
      200,
      '',
      'attachment; filename="feedback.csv"',
    ]);
    expect(pages.mock.results.length).toBeLessThanOrEqual(1);
  });

  it.each(['format=xml', 'format=csv&format=csv', 'limit=1', 'cursor=x', 'scale=stars'])(
    '422 for %s',
    async (query) => {
      const { status, body } = await call(app, `/v1/feedback/export?${query}`);
      expect([status, body.errors[0].pointer]).toEqual([422, `/${query.split('=', 1)[0]}`]);
    },
  );
});

async function fetchText(path: string): Promise<string> {
  const answer = await fetch(app.url + path, { headers: { authorization: `Bearer ${adminKey}` } });
  expect(answer.status).toBe(200);
  return answer.text();
}

describe('a comment of nothing but blanks', () => {
  it('is none to hasComment and to /text, and is read back as it was sent', async () => {
    const blank = ' \t\r\n\u00a0\u200b\u2028\u3000\ufeff';
    const key = (await makeCredential(app, { scopes: ['admin'] })).key;
    for (const details of [blank, '\u200b', ' a ', '', null]) {
      const body = { type: 'positive', messageId: 'blank', details };
      expect((await call(app, '/feedback', { body, key })).body.details).toBe(details);
    }
    const comments = async (has: boolean) =>
      (await call(app, `/v1/feedback?hasComment=${has}`, { key })).body.data
        .filter(({ message }: { message: string }) => message === 'blank')
        .map(({ comment }: { comment: string }) => comment);
    expect(await comments(true)).toEqual([' a ']);
    expect((await comments(false)).toSorted()).toEqual([blank, '\u200b', '', null].toSorted());
    const { data } = (await call(app, '/v1/analytics/text?source=message', { key })).body;
    expect(
      data.map(({ comment }: { comment: string }) => comment).filter((text: string) => text.trim() !== text),
    ).toEqual([' a ']);
    const text = { instrument: 'i', scale: 'text', comment: blank };
    expect((await call(app, '/v1/feedback', { body: text, key })).status).toBe(422);
  });
});
