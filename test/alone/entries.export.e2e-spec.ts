import { execFile } from 'node:child_process';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse';
import { adminKey, encryptionKey, startApp, type TestApp } from '../harness/app.js';
import { urlOf } from '../harness/database.js';
import { until } from '../harness/until.js';
import { endServers, type Server, startServer } from '../harness/server.js';

/** The long form (`npm run test:export`) has a million. */
const rows = Number(process.env['ROWS'] ?? 20_000);

let app: TestApp;
let server: Server;
beforeAll(async () => {
  app = await startApp();
  server = await startServer('unused', {
    DATABASE_URL: urlOf(app.connection),
    ADMIN_API_KEY: adminKey,
    ENCRYPTION_KEY: encryptionKey,
    LOG_LEVEL: 'error',
    // Garbage may lie about where there is room: what counts is that a small heap is enough.
    NODE_OPTIONS: '--max-old-space-size=96',
  });
  await app.query(
    `insert into feedback_entry (workspace_id, id, source, instrument, scale, score, channel, comment, properties, occurred_at, recorded_at, updated_at)
     select '00000000-0000-7000-8000-000000000001', gen_random_uuid(), 'survey', 'Thumb', 'thumb', n % 2, 'rtm',
       'said "' || n || '", and left', json_build_object('n', n), timestamptz '2026-01-01' + n / 3 * interval '1 second', now(), now()
     from generate_series(1, $1::int) n`,
    [rows],
  );
  await app.query('analyze feedback_entry');
}, 300_000);
afterAll(async () => {
  await endServers();
  await app.close();
});

/** Of the server, in MiB. */
async function residentMemory(): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(server.process.pid)]);
  return Number(stdout) / 1_024;
}

async function exported(format: string): Promise<Readable> {
  const { body } = await fetch(`${server.url}/v1/feedback/export?format=${format}`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  return Readable.fromWeb(body as ReadableStream);
}

describe(`an export of ${rows} entries`, () => {
  it('as CSV is read by a parser to the last one, in memory of constant size', async () => {
    const seen = new Uint8Array(rows + 1);
    const before = await residentMemory();
    let highest = before;
    const records = (await exported('csv')).pipe(parse({ columns: true, record_delimiter: '\r\n' }));
    let count = 0;
    for await (const record of records as AsyncIterable<Record<string, string>>) {
      const { n } = JSON.parse(record['properties']!) as { n: number };
      if (record['comment'] !== `said "${n}", and left`) throw new Error(`entry ${n} says ${record['comment']}`);
      seen[n]!++;
      if (++count % 10_000 === 0) highest = Math.max(highest, await residentMemory());
    }
    expect(count).toBe(rows);
    expect(seen.subarray(1).every((times) => times === 1)).toBe(true);
    expect(highest - before).toBeLessThan(150);
  }, 600_000);

  it('as NDJSON waits for a client that does not read, and holds neither a connection nor a transaction', async () => {
    const stream = await exported('ndjson');
    stream.pause();
    // Others, such as the folding of score counts, have a short one now and then; the export's own would stay.
    await until(async () => {
      const busy = await app.query(
        `select 1 from pg_stat_activity where datname = current_database() and state like '%in transaction%'`,
      );
      return busy.length === 0;
    });
    let lines = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) lines += chunk.toString('latin1').split('\n').length - 1;
    expect(lines).toBe(rows);
  }, 600_000);
});
