import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse';
import { adminKey, startApp, type TestApp } from './app.js';
import { until } from './until.js';

/** The long form (`npm run test:export`) has a million. */
const rows = Number(process.env['ROWS'] ?? 20_000);
const MiB = 1_048_576;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await app.query(
    `insert into feedback_entry (workspace_id, id, source, instrument, scale, score, channel, comment, properties, occurred_at, recorded_at, updated_at)
     select '00000000-0000-7000-8000-000000000001', gen_random_uuid(), 'survey', 'Thumb', 'thumb', n % 2, 'rtm',
       'said "' || n || '", and left', json_build_object('n', n), timestamptz '2026-01-01' + n / 3 * interval '1 second', now(), now()
     from generate_series(1, $1::int) n`,
    [rows],
  );
  await app.query('analyze feedback_entry');
}, 300_000);
afterAll(() => app.close());

async function exported(format: string): Promise<Readable> {
  const { body } = await fetch(`${app.url}/v1/feedback/export?format=${format}`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  return Readable.fromWeb(body as ReadableStream);
}

describe(`an export of ${rows} entries`, () => {
  it('as CSV is read by a parser to the last one, in memory of constant size', async () => {
    const seen = new Uint8Array(rows + 1);
    const before = process.memoryUsage.rss();
    let highest = before;
    const records = (await exported('csv')).pipe(parse({ columns: true, record_delimiter: '\r\n' }));
    let count = 0;
    for await (const record of records as AsyncIterable<Record<string, string>>) {
      const { n } = JSON.parse(record['properties']!) as { n: number };
      if (record['comment'] !== `said "${n}", and left`) throw new Error(`entry ${n} says ${record['comment']}`);
      seen[n]!++;
      if (++count % 1_000 === 0) highest = Math.max(highest, process.memoryUsage.rss());
    }
    expect(count).toBe(rows);
    expect(seen.subarray(1).every((times) => times === 1)).toBe(true);
    expect((highest - before) / MiB).toBeLessThan(200);
  }, 600_000);

  it('as NDJSON waits for a client that does not read, and holds neither a connection nor a transaction', async () => {
    const stream = await exported('ndjson');
    stream.pause();
    const busy = (): Promise<unknown[]> =>
      app.query(
        `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
           and (state = 'active' or state like '%in transaction%')`,
      );
    await until(async () => (await busy()).length === 0);
    let lines = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) lines += chunk.toString('latin1').split('\n').length - 1;
    expect(lines).toBe(rows);
  }, 600_000);
});
