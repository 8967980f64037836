// How fast feedback is taken, beside an echo (what Fastify can do at most) and an endpoint that is written by hand, one
// INSERT a request. Each door, refused duplicates, many lines at once, and one connection alone.
// BESIDE=/another/dist: a build of another commit is measured with them. PROFILE=/directory: a CPU profile of the server.
import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { load, post } from './load.mjs';
import { machine, memoryOf } from './machine.mjs';
import { byTurns, hold, inWords } from './measure.mjs';
import { adminKey, startPostgres, startScript, startServer, urlOf } from './servers.mjs';

const { BESIDE, PROFILE, ONLY = 'message,one,doors,duplicates,bulk' } = process.env;
const parts = ONLY.split(',');
const people = Number(process.env.PEOPLE ?? 600_000);

process.stdout.write(`${machine()}\n`);
const echo = await startScript('echo.mjs');
const hand = await byHand();
const own = await product('own');
const beside = BESIDE ? await product('beside', { dist: BESIDE }) : null;
const idle = memoryOf(own.pid).now;
process.stdout.write(`memory of the server before the first request: ${idle} MiB\n`);

if (parts.includes('message')) await messageDoor();
if (parts.includes('one')) await oneConnection();
if (parts.includes('doors')) await everyDoor();
if (parts.includes('duplicates')) await duplicates();
if (parts.includes('bulk')) await bulk();

const { now, most } = memoryOf(own.pid);
process.stdout.write(`memory of the server: ${now} MiB now, ${most} MiB at most\n`);
hold('MiB of memory, idle', idle, { atMost: 150 }, 0);
hold('MiB of memory, at most', most, { atMost: 300 }, 0);
for (const server of [echo, hand, own, beside]) await server?.stop();

async function messageDoor() {
  const subjects = [
    { name: 'echo', pid: echo.pid, load: { port: echo.port, request: message(adminKey) } },
    hand.subject,
    ...[own, beside].flatMap((one) => (one ? [one.subject(message)] : [])),
  ];
  const result = await byTurns(subjects);
  table('the message door, 64 connections', result);
  const [mine, written] = [result.own, result['by hand']];
  hold('message door / by hand', mine.perSecond / written.perSecond, { atLeast: 1.8 });
  hold('message door / echo', mine.perSecond / result.echo.perSecond, { atLeast: 0.33 });
  hold('µs of CPU a row in the server', mine.server, { atMost: 45 }, 1);
  hold('µs of CPU a row in PostgreSQL', mine.postgres, { atMost: 25 }, 1);
  hold('p99 / p99 by hand', mine.p99 / written.p99, { atMost: 1 });
}

async function oneConnection() {
  const alone = (subject) => ({ ...subject, load: { ...subject.load, connections: 1 } });
  const servers = [own, beside].flatMap((one) => (one ? [one.subject(message)] : []));
  const result = await byTurns([hand.subject, ...servers].map(alone));
  table('one connection alone', result);
  hold('latency alone / by hand', result.own.p50 / result['by hand'].p50, { atMost: 1.3 });
}

async function everyDoor() {
  await own.settle(people);
  const doors = { message, survey: own.survey, conversation: own.conversation, native };
  const result = await byTurns(Object.entries(doors).map(([name, request]) => own.subject(request, name)));
  table('each door, 64 connections', result);
  for (const name of ['survey', 'conversation', 'native'])
    hold(`${name} door / message door`, result[name].perSecond / result.message.perSecond, { atLeast: 0.75 });
}

/** Everybody has rated already. */
async function duplicates() {
  const some = 20_000;
  const redis = await ownRedis();
  const servers = {
    'without Redis': own,
    ...(redis && { 'with Redis': await product('shared', { redis: redis.url }) }),
  };
  const subjects = [];
  for (const [name, server] of Object.entries(servers)) {
    await server.settle(some, 'again-');
    const first = server.subject(server.conversation, name);
    const request = server.conversation('again-', some);
    await load({ ...first.load, connections: 64, seconds: 600, requests: some, request });
    const refusals = { request, accepted: [409] };
    subjects.push({ ...first, stored: undefined, load: { ...first.load, ...refusals } });
  }
  const result = await byTurns([own.subject(message, 'message'), ...subjects]);
  table('refused duplicates', result);
  hold('refused without Redis / message door', result['without Redis'].perSecond / result.message.perSecond, {
    atLeast: 1,
  });
  if (redis)
    hold('refused with Redis / message door', result['with Redis'].perSecond / result.message.perSecond, {
      atLeast: 1.5,
    });
  await servers['with Redis']?.stop();
  await redis?.stop();
}

async function bulk() {
  const lines = 10_000;
  const body = () =>
    Array.from({ length: lines }, () =>
      JSON.stringify({
        externalId: randomUUID(),
        instrument: 'bulk',
        scale: 'csat',
        score: 4,
        comment: 'That was quick.',
      }),
    ).join('\n');
  const took = [];
  for (let round = 0; round <= 5; round++) {
    const bodies = [body(), body()];
    const before = await own.stored();
    const begun = performance.now();
    await Promise.all(
      bodies.map(async (one) => {
        const headers = {
          authorization: `Bearer ${own.keys[round % own.keys.length]}`,
          'content-type': 'application/x-ndjson',
        };
        const url = `http://127.0.0.1:${own.port}/v1/feedback/batch`;
        const answer = await fetch(url, { method: 'POST', headers, body: one });
        const text = await answer.text();
        const recorded = text.split('recorded').length - 1;
        if (recorded !== lines) throw new Error(`bulk: ${answer.status}, ${recorded} recorded, ${text.slice(0, 300)}`);
      }),
    );
    const seconds = (performance.now() - begun) / 1000;
    const stored = (await own.stored()) - before;
    if (stored !== 2 * lines) throw new Error(`bulk: ${stored} stored`);
    if (round > 0) took.push((2 * lines) / seconds);
  }
  const rate = took.toSorted((a, b) => a - b)[2];
  process.stdout.write(`bulk: ${Math.round(rate)} rows a second, two requests of ${lines} lines at a time\n`);
  hold('rows a second in bulk', rate, { atLeast: 40_000 }, 0);
}

function table(title, result) {
  process.stdout.write(`${title} (medians)\n`);
  for (const [name, one] of Object.entries(result)) process.stdout.write(`  ${name.padEnd(28)} ${inWords(one)}\n`);
}

async function byHand() {
  const postgres = await startPostgres();
  const { connection, client } = postgres;
  const server = await startScript('by-hand.mjs', { connection, key: adminKey });
  const stored = async () => (await client.query('select count(*)::int as n from by_hand')).rows[0].n;
  const load = { port: server.port, request: message(adminKey) };
  const stop = async () => {
    await server.stop();
    await postgres.stop();
  };
  return { stop, subject: { name: 'by hand', pid: server.pid, databases: postgres.cpu, stored, load } };
}

/** A server of ours on a database of its own, with keys enough that no budget is used up. */
async function product(name, { dist, redis } = {}) {
  const postgres = await startPostgres();
  const { connection, client } = postgres;
  const settings = { DATABASE_URL: urlOf(connection), RATE_LIMIT: '1000000', ENCRYPTION_KEY: '5'.repeat(64) };
  const more = name === 'own' && PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`] : [];
  const server = await startServer({ dist, more, settings: { ...settings, ...(redis && { REDIS_URL: redis }) } });
  const credentials = (type) =>
    Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) =>
        server.call('/v1/credentials', { name: `${type} ${n}`, type, scopes: ['feedback:write'] }),
      ),
    );
  const keys = (await credentials('api-key')).map(({ key }) => key);
  const clients = await credentials('client');
  await server.call('/v1/bots', { id: 'bot', name: 'bot' });
  const stored = async () => (await client.query('select count(*)::int as n from feedback_entry')).rows[0].n;
  let rated = 0;
  return {
    ...server,
    keys,
    stored,
    subject: (request, as = name) => ({
      name: as,
      pid: server.pid,
      databases: postgres.cpu,
      stored,
      load: { port: server.port, request: request.length === 0 ? request() : request(keys) },
    }),
    survey: () => survey(clients),
    /** Each person once; with `some`, the first of them over and over. */
    conversation:
      (prefix = '', some = Infinity) =>
      (connection) =>
        rating(clients[connection % clients.length], `${prefix}${rated++ % some}`),
    /** Registers people, each in a conversation. */
    async settle(count, prefix = '') {
      const workspace = '00000000-0000-7000-8000-000000000001';
      await client.query(
        `insert into person (workspace_id, respondent, created_at, updated_at)
         select $1, $2 || n, now(), now() from generate_series(0, $3 - 1) n`,
        [workspace, prefix, count],
      );
      await client.query(
        `insert into conversation (workspace_id, respondent, business, id, last_message_at)
         select $1, $2 || n, '343', gen_random_uuid(), now() from generate_series(0, $3 - 1) n`,
        [workspace, prefix, count],
      );
      await client.query('vacuum analyze person, conversation');
    },
    async stop() {
      await server.stop();
      await postgres.stop();
    },
  };
}

function message(keys) {
  const headers = [keys].flat().map((key) => ({ authorization: `Bearer ${key}` }));
  let sent = 0;
  const parts = headers.map((one) =>
    post(
      '/feedback',
      one,
      JSON.stringify({
        type: 'positive',
        messageId: 'message-@@@@@@@@',
        details: 'That was quick.',
        properties: { plan: 'pro' },
      }),
    ).split('@@@@@@@@'),
  );
  return (connection) => parts[connection % parts.length].join(String(sent++).padStart(8, '0'));
}

function native(keys) {
  let sent = 0;
  const parts = keys.map((key) =>
    post(
      '/v1/feedback',
      { authorization: `Bearer ${key}` },
      JSON.stringify({
        instrument: 'checkout',
        scale: 'csat',
        score: 4,
        respondent: 'person-@@@@@@@@',
        channel: 'web',
        comment: 'That was quick.',
      }),
    ).split('@@@@@@@@'),
  );
  return (connection) => parts[connection % parts.length].join(String(sent++).padStart(8, '0'));
}

function survey(clients) {
  let sent = 0;
  const parts = clients.map((client) =>
    post(
      '/api/1.1/public/bot/bot/saveFeedback',
      { auth: tokenOf(client) },
      JSON.stringify({
        channelUId: 'person-@@@@@@@@',
        name: 'after-chat',
        score: 4,
        channel: 'rtm',
        type: 'CSAT',
        language: 'en',
        message: 'How was it?',
      }),
    ).split('@@@@@@@@'),
  );
  return (connection) => parts[connection % parts.length].join(String(sent++).padStart(8, '0'));
}

function tokenOf({ clientId, clientSecret }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 86_400;
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ appId: clientId, exp })}`;
  return `${input}.${createHmac('sha256', clientSecret).update(input).digest('base64url')}`;
}

function rating({ clientId, clientSecret }, person) {
  const headers = { authorization: `Bearer ${clientSecret}`, 'client-id': clientId };
  const body = {
    auth_id: person,
    business_id: 343,
    query_resolved: true,
    query_rating: 5,
    feedback: 'That was quick.',
  };
  return post('/v1.0/log_feedback_from_user/', headers, JSON.stringify(body));
}

/** null where there is no redis-server on the PATH. */
async function ownRedis() {
  const port = 20_000 + (process.pid % 10_000);
  const child = spawn(
    'redis-server',
    ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    await once(child, 'spawn');
  } catch {
    process.stdout.write('there is no redis-server here: nothing is measured with Redis\n');
    return null;
  }
  await once(child.stdout, 'data');
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
