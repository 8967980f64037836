// How long a summary, a timeline of a year by day and a breakdown take with many entries, against few of the same year;
// and a page of the entries behind a bar.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#libs/embedded-postgres';
import { migrate, ormOptions } from '#libs/persistence';
import pg from 'pg';
import { persistence } from '../../dist/src/app.module.js';
import { newLogger } from '../../dist/src/server/logging.js';

const many = Number(process.env.ENTRIES ?? 10_000_000);
const few = Number(process.env.FEW ?? 100_000);
const rounds = Number(process.env.ROUNDS ?? 200);
const wanted = { milliseconds: 25, ratio: 1.5, pageMilliseconds: 300 };
const key = 'benchmark-key-0123456789-0123456789-0123456789';
const year = { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };

const dataDir = await mkdtemp(join(tmpdir(), 'afterword-bench-'));
const postgres = await EmbeddedPostgres.start({ name: 'afterword', dataDir });
const { database: dbName, ...rest } = postgres.connection;
const connection = { ...rest, dbName };
await migrate(ormOptions(persistence(connection, newLogger('fatal'))));
const client = new pg.Client(postgres.connection);
await client.connect();
const { child, port } = await start();

const workspaces = { [few]: await makeWorkspace('few'), [many]: await makeWorkspace('many') };
const [small, large] = [workspaces[few].id, workspaces[many].id];
await timed(`${few} entries stored`, () => store(small, few));
await timed('counted', () => cli('analytics', 'rebuild', '--workspace', small));
await timed(`${many} entries stored`, () => store(large, many));
await timed('counted', () => count(large, small));
if (many <= 1_000_000) await timed('and verified', () => cli('analytics', 'verify', '--workspace', large));
await client.query('vacuum analyze');

// Twenty instruments: four of each scored scale and of choice. The survey c1 is one of them.
const instrument = { source: 'survey', instrument: 'c1', scale: 'csat' };
const questions = {
  summary: `summary?${query({ ...instrument, ...year })}`,
  'timeline of a year by day': `timeline?${query({ ...instrument, ...year, interval: 'day' })}`,
  'breakdown by channel': `breakdown?${query({ ...instrument, ...year, by: 'channel' })}`,
  'breakdown by instrument': `breakdown?${query({ scale: 'csat', ...year, by: 'instrument' })}`,
  'year by day in Berlin': `timeline?${query({ ...instrument, ...year, tz: 'Europe/Berlin' })}`,
  'year by day in Kathmandu': `timeline?${query({ ...instrument, ...year, tz: 'Asia/Kathmandu' })}`,
  'year by day of one channel in one language': `timeline?${query({ ...instrument, ...year, channel: 'channel1', language: 'de' })}`,
};
const held = Object.keys(questions).slice(0, 3);
for (const [name, path] of Object.entries(questions)) {
  const times = { [few]: [], [many]: [] };
  // Alternating, so that both meet the same noise.
  for (let round = -20; round < rounds; round++) {
    for (const [entries, { key: own }] of Object.entries(workspaces)) {
      const took = await ask(`analytics/${path}`, own);
      if (round >= 0) times[entries].push(took);
    }
  }
  const [before, after] = [median(times[few]), median(times[many])];
  const ratio = after / before;
  process.stdout.write(
    `${name}: ${after.toFixed(2)} ms with ${many}, ${before.toFixed(2)} ms with ${few}: ${ratio.toFixed(2)}×\n`,
  );
  if (held.includes(name) && (after > wanted.milliseconds || ratio > wanted.ratio)) process.exitCode = 1;
}
process.stdout.write(`wanted of the first three: at most ${wanted.milliseconds} ms and ${wanted.ratio}×\n`);

const day = { from: '2025-11-03T00:00:00Z', to: '2025-11-04T00:00:00Z' };
const low = { scoreMin: 1, scoreMax: 2 };
const pages = {
  'of a day': { ...instrument, ...low, ...day },
  'of a year': { ...instrument, ...low, ...year },
  'of a year, one bot, channel and language': {
    ...instrument,
    ...low,
    ...year,
    bot: 'bot1',
    channel: 'channel1',
    language: 'ne',
  },
  'of a year, nothing there': { ...instrument, ...low, ...year, channel: 'channel9' },
  'of a year, another instrument': { ...instrument, ...low, ...year, instrument: 'c9' },
};
for (const [name, filters] of Object.entries(pages)) {
  const times = [];
  for (let round = -2; round < 20; round++) {
    // What takes too long is refused.
    const took = await ask(`feedback?${query(filters)}`, workspaces[many].key).catch(() => Infinity);
    if (round >= 0) times.push(took);
  }
  const took = median(times);
  process.stdout.write(`the entries ${name}: ${took.toFixed(1)} ms with ${many}\n`);
  if (took > wanted.pageMilliseconds) process.exitCode = 1;
}
process.stdout.write(`wanted: at most ${wanted.pageMilliseconds} ms\n`);
const [{ size }] = (await client.query('select pg_size_pretty(pg_database_size(current_database())) as size')).rows;
process.stdout.write(`the database takes ${size}\n`);

await client.end();
child.kill('SIGTERM');
await once(child, 'exit');
await postgres.stop();
await rm(dataDir, { recursive: true });

async function start() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ connection, settings: { ADMIN_API_KEY: key, LOG_LEVEL: 'fatal', RATE_LIMIT: 0 } }));
  const [line] = await once(child.stdout, 'data');
  return { child, port: Number(line) };
}

async function makeWorkspace(slug) {
  const post = async (path, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const { id } = await post('/v1/workspaces', { slug, name: slug });
  const credential = { name: slug, type: 'api-key', scopes: ['analytics:read', 'feedback:read'], workspace: id };
  return { id, key: (await post('/v1/credentials', credential)).key };
}

/** Entries uniform over a year, 20 instruments, 5 channels, 6 languages and 3 bots; in the order in which they came in. */
async function store(workspaceId, entries) {
  for (let from = 0; from < entries; from += 500_000) {
    await client.query(
      `insert into feedback_entry (workspace_id, id, source, instrument, scale, score, options, channel, language, bot,
         occurred_at, recorded_at, updated_at)
       select $1, uuidv7(), case kind when 4 then 'question' else 'survey' end,
         (array['t', 'c', 'n', 'r', 'q'])[kind + 1] || (1 + floor(random() * 4)),
         (array['thumb', 'csat', 'nps', 'rating', 'choice'])[kind + 1],
         case kind when 0 then floor(random() * 2) when 2 then floor(random() * 11) when 4 then null
           else 1 + floor(random() * 5) end,
         case kind when 4 then json_build_array('option' || floor(random() * 3)) end,
         'channel' || floor(random() * 5), (array['en', 'de', 'fr', 'es', 'zh-CN', 'ne'])[1 + floor(random() * 6)],
         'bot' || floor(random() * 3), at, at, at
       from (select n % 5 as kind, timestamptz '${year.from}' + (n + random()) / $4::float8 * interval '365 days' as at
         from generate_series($2::int, $3::int - 1) n) entry`,
      [workspaceId, from, Math.min(from + 500_000, entries), entries],
    );
  }
}

/**
 * Counts as `analytics rebuild` does, in less time: each width from the one below, and the key at the end.
 * @param named a workspace that has the same series
 */
async function count(workspaceId, named) {
  const counters = ['n', ...Array.from({ length: 11 }, (_, score) => `s${score}`), 'resolved', 'unresolved'];
  const sums = counters.map((counter) => `sum(c.${counter})`).join();
  const series =
    'source, instrument, scale, option, kept, channel, language, bot, total_id, channel_id, language_id, bot_id';
  const insert = async (select) => {
    await client.query(`insert into score_count (workspace_id, series_id, minutes, at, ${counters.join()}) ${select}`);
    await client.query('analyze score_count');
  };
  const coarser = (minutes, from, kept) =>
    insert(`select c.workspace_id, c.series_id, ${minutes}, date_bin('${minutes} min', c.at, '0001-01-01Z'), ${sums}
      from score_count c join score_series s on s.workspace_id = c.workspace_id and s.id = c.series_id
      where c.workspace_id = '${workspaceId}' and c.minutes = ${from} and ${kept} group by 1, 2, 4`);
  // Seven names together are far less selective than the planner thinks.
  await client.query(`set work_mem = '256MB'; set enable_nestloop = off`);
  await client.query(`insert into score_series (workspace_id, id, ${series}) overriding system value
    select '${workspaceId}', id, ${series} from score_series where workspace_id = '${named}'`);
  await client.query('vacuum analyze');
  await client.query('alter table score_count drop constraint score_count_pkey');
  const scores = Array.from({ length: 11 }, (_, score) => `count(*) filter (where score = ${score})`).join();
  await insert(`select '${workspaceId}', s.id, 15, date_bin('15 min', at, '0001-01-01Z'), count(*), ${scores}, 0, 0
    from (
      select source, instrument, scale, '' as option, channel, language, bot, score, occurred_at as at
      from feedback_entry where workspace_id = '${workspaceId}'
      union all select source, instrument, scale, options->>0, channel, language, bot, null, occurred_at
      from feedback_entry where workspace_id = '${workspaceId}' and options is not null
    ) entry join score_series s using (source, instrument, scale, option, channel, language, bot)
    where s.workspace_id = '${workspaceId}' and kept = 'all' group by 2, 4`);
  for (const upper of ['total_id', 'channel_id', 'language_id', 'bot_id'])
    await insert(`select c.workspace_id, s.${upper}, 15, c.at, ${sums}
      from score_count c join score_series s on s.workspace_id = c.workspace_id and s.id = c.series_id
      where c.workspace_id = '${workspaceId}' and c.minutes = 15 and s.kept = 'all' group by 1, 2, 4`);
  await coarser(60, 15, `s.kept <> 'all'`);
  await coarser(1_440, 60, `s.kept <> 'all'`);
  await coarser(1_440, 15, `s.kept = 'all'`);
  await client.query('alter table score_count add primary key (workspace_id, series_id, minutes, at)');
  await client.query('reset all');
}

async function timed(what, work) {
  const begun = performance.now();
  await work();
  process.stdout.write(`${what} in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
}

async function cli(...args) {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: `postgres://${connection.user}@${encodeURIComponent(connection.host)}:${connection.port}/${dbName}`,
  };
  const run = spawn(process.execPath, [join(import.meta.dirname, '../../dist/src/cli/main.js'), ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(run, 'exit');
  if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}`);
}

async function ask(path, own) {
  const begun = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/v1/${path}`, {
    headers: { authorization: `Bearer ${own}` },
  });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body}`);
  return performance.now() - begun;
}

function query(members) {
  return new URLSearchParams(members).toString();
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
