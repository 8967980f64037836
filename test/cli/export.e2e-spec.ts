import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { CommandLine } from '../harness/cli.js';

let app: TestApp;
let directory: string;
let line: CommandLine;

beforeAll(async () => {
  app = await startApp();
  directory = await mkdtemp(join(tmpdir(), 'afterword-export-'));
  line = new CommandLine(app);
  const said = { instrument: 'answer', scale: 'thumb', score: 1, comment: '=1+1', properties: { a: [1] } };
  for (const version of ['1', '2', '3']) {
    const { status } = await call(app, '/v1/feedback', { body: { ...said, version } });
    expect(status).toBe(201);
  }
  await call(app, '/feedback', { body: { type: 'positive', messageId: 'm', details: "'tis" } });
});

afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

describe('cli export', () => {
  it.each([
    [[], ''],
    [['--format', 'ndjson'], 'format=ndjson'],
    [['--version', '1', '--version', '3'], 'version=1&version=3'],
    [['--source', 'message', '--has-comment', 'true'], 'source=message&hasComment=true'],
    [['--score-min', '1', '--to', '2020-01-01T00:00:00Z'], 'scoreMin=1&to=2020-01-01T00:00:00Z'],
  ])('%j writes what GET /v1/feedback/export?%s answers', async (args, query) => {
    const { text } = await call(app, `/v1/feedback/export?${query}`);
    expect(await line.run(['export', ...args])).toEqual({ code: 0, out: text, err: '' });
  });

  it('writes a file, and leaves none behind where it fails', async () => {
    const output = join(directory, 'feedback.csv');
    const run = await line.run(['export', '--output', output]);
    expect(run).toEqual({ code: 0, out: `Wrote ${output}\n`, err: '' });
    expect(await readFile(output, 'utf8')).toBe((await call(app, '/v1/feedback/export')).text);
    await app.query('alter table feedback_entry rename to feedback_entry_away');
    const broken = await line.run(['export', '--output', join(directory, 'broken.csv')]);
    await app.query('alter table feedback_entry_away rename to feedback_entry');
    expect(broken.code).toBe(1);
    expect(await readdir(directory)).toEqual(['feedback.csv']);
  });

  it('writes over what a killed one has left, and a file that is there stays until the new one is complete', async () => {
    const output = join(directory, 'twice.csv');
    await writeFile(`${output}.part`, 'left\n'.repeat(10_000));
    expect(await line.run(['export', '--output', output])).toMatchObject({ code: 0 });
    const whole = (await call(app, '/v1/feedback/export')).text;
    expect([await readFile(output, 'utf8'), await readdir(directory)]).toEqual([
      whole,
      expect.not.arrayContaining(['twice.csv.part']),
    ]);
    await mkdir(`${output}.part`);
    expect(await line.run(['export', '--output', output, '--source', 'native'])).toMatchObject({ code: 1 });
    expect(await readFile(output, 'utf8')).toBe(whole);
  });

  it('says of a directory that is not there that it is not there, and nothing of the database', async () => {
    const run = await line.run(['export', '--output', join(directory, 'nowhere/feedback.csv')]);
    expect(run).toMatchObject({ code: 1, err: expect.stringMatching(/^ENOENT: no such file or directory/) });
  });

  it('has a filter of versions, as the command line has a version', async () => {
    expect((await line.run(['export', '--help'])).out).toContain('--version <version>');
    expect(await line.run(['export', '--version'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('argument missing'),
    });
  });

  it.each([
    [['--scale', 'stars'], 'scale must be'],
    [['--workspace', 'nowhere'], 'there is no workspace nowhere'],
  ])('%j is refused in a sentence', async (args, sentence) => {
    expect(await line.run(['export', ...args])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(sentence),
    });
  });
});
