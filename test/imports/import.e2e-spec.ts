import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { call, encryptionKey, startApp, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { urlOf } from '../harness/database.js';
import { importFile } from '../harness/importing.js';

let app: TestApp;
let directory: string;
beforeAll(async () => {
  app = await startApp();
  directory = await mkdtemp(join(tmpdir(), 'afterword-imports-'));
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

let serial = 0;
let slug: string;
let key: string;
beforeEach(async () => {
  slug = `w${++serial}`;
  const workspace = await makeWorkspace(app, slug);
  ({ key } = await makeCredential(app, { workspace, scopes: ['feedback:read'] }));
});

/** Writes a file and imports it. */
async function bring(name: string, content: string | Buffer, ...args: string[]): ReturnType<typeof importFile> {
  await writeFile(join(directory, name), content);
  return importFile(app, join(directory, name), '-w', slug, ...args);
}

async function mapping(text: string): Promise<string> {
  const file = join(directory, 'mapping.yaml');
  await writeFile(file, text);
  return file;
}

/** What is there, oldest first. */
async function entries(): Promise<Record<string, unknown>[]> {
  return (await call(app, '/v1/feedback?limit=200', { key })).body.data.toReversed();
}
const commentsThere = async (): Promise<unknown[]> => (await entries()).map(({ comment }) => comment);

const thumb = { instrument: 'answer', scale: 'thumb', score: 1 };
const lines = (...all: unknown[]): string =>
  all.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');
const plain = ['-m', 'plain', '--set', 'scale=nps', '--set', 'instrument=survey'];

describe('cli import', () => {
  it('takes NDJSON as lines of a batch, and refuses what is wrong alone', async () => {
    const earlier = {
      source: 'message',
      externalId: 'm',
      instrument: 'message',
      scale: 'thumb',
      score: 0,
      message: 'x',
    };
    const file = lines(thumb, '{"instrument":', { ...thumb, score: 2 }, '', earlier, '[1]', {
      ...thumb,
      colour: 'red',
    });
    expect(await bring('a.ndjson', file)).toMatchObject({
      rows: 6,
      recorded: 2,
      refused: 4,
      faults: [
        { at: 2, reason: expect.stringContaining('not valid JSON') },
        { at: 3, reason: 'score must be an integer from 0 to 1' },
        { at: 6, reason: 'it is no JSON object' },
        { at: 7, reason: 'colour is not a known member' },
      ],
      error: '4 rows were refused.',
    });
    expect((await entries()).map(({ source }) => source).toSorted()).toEqual(['message', 'native']);
  });

  it('adds nothing at a second run, whether rows have an external id or not', async () => {
    const file = lines({ ...thumb, externalId: 'e' }, thumb, thumb, { ...thumb, comment: 'No.' });
    expect(await bring('a.ndjson', file)).toMatchObject({ recorded: 4 });
    expect(await bring('renamed.ndjson', file)).toMatchObject({ recorded: 0, unchanged: 4 });
    const csv = 'score,comment\n9,\n9,\n,Words\n';
    expect(await bring('a.csv', csv, ...plain)).toMatchObject({ recorded: 2, refused: 1 });
    expect(await bring('a.csv', csv, ...plain)).toMatchObject({ recorded: 0, unchanged: 2, refused: 1 });
    // Another question is another entry, though the row is the same.
    expect(await bring('a.csv', csv, ...plain, '--set', 'instrument=other')).toMatchObject({ recorded: 2 });
  });

  it('stores rows of one external id in their order', async () => {
    const rows = Array.from({ length: 1_600 }, (_, n) => ({ ...thumb, externalId: `e${n % 700}`, comment: `${n}` }));
    expect(await bring('a.ndjson', lines(...rows))).toMatchObject({ recorded: 700, updated: 900 });
    const { text } = await call(app, '/v1/feedback/export?format=ndjson', { key });
    const comments = text
      .trim()
      .split('\n')
      .map((line) => Number(JSON.parse(line).comment));
    expect(comments.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 700 }, (_, n) => n + 900));
  });

  it('says with --dry-run what would become of the rows, and stores nothing', async () => {
    await bring('a.csv', 'score\n1\n2\n', ...plain);
    const scores = Array.from({ length: 30 }, (_, n) => n).join('\n');
    const rehearsed = await bring('a.csv', `score\n1\n2\n${scores}\n`, ...plain, '--dry-run');
    expect(rehearsed).toMatchObject({ rows: 32, recorded: 11, unchanged: 2, refused: 19 });
    expect(rehearsed.faults).toHaveLength(19);
    expect(await entries()).toHaveLength(2);
    expect((await bring('a.csv', `score\n${'x\n'.repeat(30)}`, ...plain, '--dry-run')).faults).toHaveLength(20);
  });

  it('reports refused rows of CSV, which are mended and imported again', async () => {
    const report = join(directory, 'refused.csv');
    const rows = ['score;comment;person', '11;=1+1;ann', "9;'tis;bo", `12;"'tis\nso";`, '"";"";', '3;x'];
    const file = `${rows.join('\n')}\n`;
    expect(await bring('a.csv', file, ...plain, '--report', report)).toMatchObject({ recorded: 1, refused: 4, report });
    const text = await readFile(report, 'utf8');
    expect(parse(text, { bom: true, delimiter: ';', relax_column_count: true })).toEqual([
      ['refused_line', 'refused_because', 'score', 'comment', 'person'],
      ['2', 'score must be an integer from 0 to 10', '11', "'=1+1", 'ann'],
      ['4', 'score must be an integer from 0 to 10', '12', "''tis\nso", ''],
      ['6', 'score must be an integer from 0 to 10', '', '', ''],
      ['7', 'there are 2 cells, and 3 columns', '3', 'x'],
    ]);
    expect(text).toMatch(/;"";"";\r\n/);
    const mended = text.replace(';11;', ';10;').replace(';12;', ';2;').replace(';"";"";', ';1;"";');
    // It may take the place of the file that it comes from.
    expect(await bring('refused.csv', mended, ...plain, '--report', report)).toMatchObject({ recorded: 3, refused: 1 });
    expect(await readFile(report, 'utf8')).toMatch(
      /^\uFEFFrefused_line.*\r\n7;there are 2 cells, and 3 columns;3;x\r\n$/,
    );
    expect((await commentsThere()).toSorted()).toEqual(["'tis", "'tis\nso", '=1+1', null].toSorted());
    // A row is named by its place in the first file, so that mending that one instead adds nothing.
    const mendedFile = file.replace('11;', '10;').replace('12;', '2;').replace('"";"";', '1;"";');
    expect(await bring('a.csv', mendedFile, ...plain)).toMatchObject({ recorded: 0, unchanged: 4, refused: 1 });
  });

  it('reports refused rows of JSON as NDJSON, which is mended and imported again', async () => {
    const report = join(directory, 'refused.ndjson');
    const file = lines(thumb, { ...thumb, score: 7 }, '{"score":');
    expect(await bring('a.ndjson', file, '--report', report)).toMatchObject({ recorded: 1, refused: 2 });
    const [first, second] = (await readFile(report, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toEqual({
      refused_line: 2,
      refused_because: 'score must be an integer from 0 to 1',
      row: { ...thumb, score: 7 },
    });
    expect(second).toMatchObject({ refused_line: 3, row: '{"score":' });
    const mended = lines({ ...first, row: thumb }, { ...second, row: JSON.stringify(thumb) });
    expect(await bring('refused.ndjson', mended)).toMatchObject({ recorded: 2, refused: 0 });
    expect(await bring('a.ndjson', lines(thumb, thumb, thumb))).toMatchObject({ recorded: 0, unchanged: 3 });
  });

  it('writes no report where nothing is refused', async () => {
    const report = join(directory, 'none.csv');
    expect(await bring('a.csv', 'score\n1\n', ...plain, '--report', report)).toMatchObject({
      refused: 0,
      report: null,
    });
    await expect(readFile(report)).rejects.toThrow('ENOENT');
  });

  const text = 'score,comment\n9,Schön „früh“\n';
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const windows = Buffer.from(text.replace('„', '\u0084').replace('“', '\u0093'), 'latin1');
  it.each([
    ['UTF-8', Buffer.from(text), []],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`), []],
    ['UTF-8 with a byte order mark, whatever is said', Buffer.from(`\uFEFF${text}`), ['--encoding', 'windows-1252']],
    ['UTF-16, little end first', utf16, []],
    ['UTF-16, big end first', Buffer.from(utf16).swap16(), []],
    ['Windows-1252, if that is said', windows, ['--encoding', 'windows-1252']],
  ])('reads %s', async (_, bytes, args) => {
    expect(await bring('a.csv', bytes, ...plain, ...args)).toMatchObject({ recorded: 1, refused: 0 });
    expect(await commentsThere()).toEqual(['Schön „früh“']);
  });

  it('refuses what is not UTF-8 where nothing else is said', async () => {
    const { error } = await bring('a.csv', windows, ...plain);
    expect(error).toBe('the file is not utf-8: --encoding says what it is, such as windows-1252');
    expect(await bring('a.ndjson', Buffer.from('{"instrument":"\xe4"}\n', 'latin1'))).toMatchObject({ refused: 1 });
  });

  it.each([
    ['score,comment\n9,a;b', []],
    ['score;comment\n9;a;b', ['--separator', 'semicolon']],
    ['score\tcomment\n9\ta;b', []],
    ['score\tcomment\n9\ta;b', ['--separator', '\t']],
  ])('%j: the separator is found out or told', async (content, args) => {
    const { recorded, refused } = await bring('a.csv', content, ...plain, ...args);
    if (args[1] === 'semicolon') expect([recorded, refused]).toEqual([0, 1]);
    else expect(await commentsThere()).toEqual(['a;b']);
  });

  it('takes a date without format for one of ISO 8601 alone, and an ambiguous one for a fault of its row', async () => {
    const file = 'score,date\n1,2026-01-31T12:00:00Z\n2,31.01.2026\n3,2026-01-31\n4,\n';
    expect(await bring('a.csv', file, ...plain)).toMatchObject({
      recorded: 2,
      faults: [
        { at: 3, reason: expect.stringContaining('occurredAt must be an RFC 3339 date-time') },
        { at: 4, reason: expect.stringContaining('occurredAt must be an RFC 3339 date-time') },
      ],
    });
    const dated = await mapping(`
      extends: plain
      members:
        instrument: { value: other }
        scale: { value: nps }
        occurredAt: { column: date, format: [dd.MM.yyyy HH:mm, MM.dd.yyyy HH:mm], zone: Europe/Berlin }`);
    const local = ['31.01.2026 12:00', '25.10.2026 02:30', '03.04.2026 12:00', '2026-01-31T12:00:00Z'];
    expect(await bring('b.csv', `score,date\n${local.map((at) => `1,${at}\n`).join('')}`, '-m', dated)).toMatchObject({
      recorded: 1,
      faults: [
        { at: 3, reason: expect.stringMatching(/^25.10.2026 02:30 is ambiguous: 2026-10-25T00:30:00.000Z or /) },
        { at: 4, reason: expect.stringMatching(/^03.04.2026 12:00 is ambiguous: /) },
        { at: 5, reason: expect.stringMatching(/^2026-01-31T12:00:00Z is no dd.MM.yyyy/) },
      ],
    });
    expect((await entries())[0]).toMatchObject({ instrument: 'other', occurredAt: '2026-01-31T11:00:00.000Z' });
  });

  it('makes of columns what a mapping says', async () => {
    const file = [
      'Verdict,Ticked,Agent,Tier,Solved,Where',
      'good,"a|b",Ada <ada@example.com>,gold,TRUE,web',
      'bad,c,Bo,,false,web',
      'meh,d,Cy,,,web',
      'good,e,Di,,,phone',
    ];
    const made = await mapping(`
      only: { Where: web }
      members:
        instrument: { value: desk }
        scale: { value: choice }
        options: { column: Ticked, split: '|' }
        resolved: Solved
        channel: Where
        respondent: [{ column: Agent, match: '<(.+)>' }, Agent]
        comment: { column: Verdict, values: { good: Well done., bad: null } }
        properties:
          members: { tier: Tier, verdict: { column: Verdict, when: { Tier: [gold, silver] } } }`);
    expect(await bring('a.csv', `${file.join('\n')}\n`, '-m', made)).toMatchObject({
      recorded: 2,
      leftOut: 1,
      faults: [{ at: 4, reason: 'comment: the mapping says nothing of "meh", only of good, bad' }],
    });
    const found = await entries();
    expect(found.find(({ respondent }) => respondent === 'Bo')).toMatchObject({
      options: ['c'],
      resolved: false,
      comment: null,
      properties: null,
    });
    expect(found.find(({ respondent }) => respondent === 'ada@example.com')).toMatchObject({
      options: ['a', 'b'],
      resolved: true,
      comment: 'Well done.',
      properties: { tier: 'gold', verdict: 'good' },
    });
  });

  it('tells of columns that the mapping does nothing with', async () =>
    expect(await bring('a.csv', 'score,note\n1,x\n', ...plain)).toMatchObject({ recorded: 1, unused: ['note'] }));

  it('refuses a text that cannot be stored', async () =>
    expect(await bring('a.csv', 'score,comment\n1,a\0b\n2,c\n', ...plain)).toMatchObject({
      recorded: 1,
      faults: [{ at: 2, reason: 'comment must not contain NUL or a lone surrogate' }],
    }));

  it.each([
    [['nowhere.csv', '-m', 'plain'], 'nowhere.csv cannot be read: no such file or directory'],
    [['a.csv'], 'the columns of CSV need a --mapping'],
    [
      ['a.csv', '-m', 'nothing'],
      'there is no mapping nothing (no such file or directory), but there are export, chatwoot, inkeep',
    ],
    [['empty.csv', '-m', 'plain'], 'the file is empty'],
    [['one.csv', '-m', 'chatwoot'], 'there is no column Rating; there are score'],
    [['a.csv', '-m', 'plain'], 'the column score is there twice'],
    [['a.csv', '-m', 'plain', '--set', 'id=1'], 'id is no member that can be brought along'],
    [['a.csv', '-m', 'plain', '--set', 'scale'], 'It must be a member and its value'],
    [['a.csv', '-m', 'plain', '--separator', 'x'], 'It must be comma, semicolon or tab'],
    [['a.csv', '-m', 'plain', '--encoding', 'x'], 'there is no encoding x'],
    [['a.unknown', '-m', 'plain', '--format', 'xml'], "option '--format <format>' argument 'xml' is invalid"],
    [['a.csv', '-m', 'plain', '-w', 'nowhere'], 'there is no workspace nowhere'],
  ])('%j says what is wrong', async ([file, ...args], sentence) => {
    await writeFile(join(directory, 'a.csv'), 'score,Score\n1,2\n');
    await writeFile(join(directory, 'empty.csv'), '');
    await writeFile(join(directory, 'one.csv'), 'score\n1\n');
    const { error, ...said } = await importFile(app, join(directory, file!), '-w', slug, ...args);
    expect({ error, ...said }).toEqual({ error: expect.stringContaining(sentence) });
  });

  it.each([
    ['members: { colour: x }', 'colour is no member that can be brought along'],
    ['members: { score: { colum: x } }', 'score has no member colum'],
    ['members: { score: { values: { a: 1 } } }', 'score needs one of column, value and members'],
    ['members: { occurredAt: { column: d, format: dd/MM/yyyy } }', 'the format dd/MM/yyyy has no offset'],
    ['members: { occurredAt: { column: d, zone: Mars } }', 'occurredAt.zone must be the IANA name of a time zone'],
    ['members: { score: { column: x, match: "(" } }', 'Invalid regular expression'],
    ['separator: "|"', 'separator must be "," or ";" or "\\t"'],
    ['extends: nothing', 'there is no mapping nothing'],
    ['seperator: ","', 'it has no member seperator'],
    ['- a', 'it must be an object'],
    ['a: [', 'the mapping'],
  ])('a mapping that says %j is refused', async (written, sentence) => {
    const { error } = await bring('a.csv', 'score\n1\n', '-m', await mapping(written));
    expect(error).toContain(sentence);
  });

  it('from the command line: says what became of the rows, and ends with 1 where some were refused', async () => {
    await writeFile(join(directory, 'a.ndjson'), lines(thumb, { ...thumb, score: 3 }));
    const run = await new CommandLine(app).run(['import', join(directory, 'a.ndjson'), '-w', slug]);
    expect(run).toEqual({
      code: 1,
      out: expect.stringMatching(
        /^2 rows in [\d.]+ s: 1 recorded, 0 updated, 0 unchanged, 1 refused, 0 left out\n2: score must/,
      ),
      err: '1 rows were refused.\n',
    });
  });

  // `script` of util-linux gives it a terminal.
  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('on a terminal: shows how far it is, how fast, and the time that is left', async () => {
    const file = join(directory, 'many.ndjson');
    await writeFile(file, lines(...Array.from({ length: 2_000 }, () => thumb)));
    const { connection } = app;
    const { stdout } = await promisify(execFile)(
      'script',
      ['-qec', `"${process.execPath}" dist/src/cli/main.js import "${file}" -w ${slug}`, '/dev/null'],
      { env: { PATH: process.env['PATH'], DATABASE_URL: urlOf(connection), ENCRYPTION_KEY: encryptionKey } },
    );
    const pictures = stdout.split('\r\u001B[K');
    expect(pictures.at(-1)).toMatch(/^\[#{24}\] 100 % {2}2,000 rows, [\d,]+\/s, 0:00 left\r?\n2000 rows in /);
  });
});
