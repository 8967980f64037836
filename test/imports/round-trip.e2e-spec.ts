import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CastingContext, parse } from 'csv-parse/sync';
import { ScoreCounts } from '../../src/counting/counts.js';
import { WorkspaceRemover } from '../../src/workspaces/workspace.remover.js';
import { WorkspaceSweeper } from '../../src/workspaces/workspace.sweeper.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { fillThroughEveryDoor } from '../harness/every-door.js';
import { importFile } from '../harness/importing.js';

let app: TestApp;
let directory: string;
beforeAll(async () => {
  app = await startApp();
  directory = await mkdtemp(join(tmpdir(), 'afterword-round-trip-'));
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

const slug = 'moved';
const adminOf = async (workspace: string): Promise<string> =>
  (await makeCredential(app, { workspace, scopes: ['admin'] })).key;

/** Texts that a spreadsheet, a CSV or a JSON parser may take for something else. */
const words = [
  '',
  ' ',
  "'",
  "''",
  "'=1",
  '=1+1',
  '-1',
  '+1',
  '"',
  '""',
  'a,b;c\td',
  'a\r\nb\rc\nd',
  'null',
  'NULL',
  '0',
  'ä😀\u200B',
  '\uFEFFx',
  '＝1',
  '@x',
  '\\N',
  '{"a":1}',
];

type Entry = Record<string, unknown>;
const formats: Record<string, (file: string) => Entry[]> = {
  csv: (file) => {
    const cast = (cell: string, { quoting }: CastingContext) => (cell === '' && !quoting ? null : cell);
    return parse(file, { columns: true, record_delimiter: '\r\n', cast });
  },
  ndjson: (file) =>
    file
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry),
};

/** But for what is new in each place, and in an order of its own. An entry that had no external id has its old id as one. */
function comparable(entries: Entry[]): string[] {
  const anew = { id: null, recordedAt: null, updatedAt: null };
  return entries
    .map((entry) => JSON.stringify({ ...entry, externalId: entry['externalId'] ?? entry['id'], ...anew }))
    .toSorted();
}

describe('what was exported', () => {
  it.each(['csv', 'ndjson'])(
    'as %s comes home from every door after its workspace was erased',
    async (format) => {
      const workspace = await makeWorkspace(app, slug);
      const key = await adminOf(workspace);
      await fillThroughEveryDoor(app, workspace, key);
      for (const [n, text] of words.entries()) {
        const texts = { comment: text, prompt: text, ...(text.trim() && { channel: text, version: text }) };
        const body = {
          instrument: `w${n}`,
          scale: 'csat',
          score: 3,
          ...texts,
          properties: { [text]: [text, 1.0, 1e30, null] },
        };
        const { status } = await call(app, '/v1/feedback', { key, body });
        expect({ text, status }).toEqual({ text, status: 201 });
      }
      const before = (await call(app, `/v1/feedback/export?format=${format}`, { key })).text;
      const file = join(directory, `moved.${format}`);
      await writeFile(file, before);
      const rows = formats[format]!(before);
      expect(new Set(rows.map(({ source }) => source)).size).toBe(5);

      await app.nest.get(WorkspaceRemover).remove(workspace, slug);
      await app.nest.get(WorkspaceSweeper).finish(workspace);
      const anew = await makeWorkspace(app, slug);
      expect(await importFile(app, file, '-w', slug, '-m', 'export')).toMatchObject({
        recorded: rows.length,
        refused: 0,
      });
      const after = (await call(app, `/v1/feedback/export?format=${format}`, { key: await adminOf(anew) })).text;
      expect(comparable(formats[format]!(after))).toEqual(comparable(rows));
      expect((await app.nest.get(ScoreCounts).verify(anew)).differences).toBe(0);
      expect(await importFile(app, file, '-w', slug, '-m', 'export')).toMatchObject({
        recorded: 0,
        unchanged: rows.length,
      });
      await app.nest.get(WorkspaceRemover).remove(anew, slug);
    },
    60_000,
  );
});
