// How many submissions a second are acknowledged by two servers that differ in one thing: when concurrent ones share a
// commit, against one flush per request; and with their score counts, against the same without them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#libs/embedded-postgres';
import { migrate, ormOptions } from '#libs/persistence';
import { persistence } from '../../dist/src/app.module.js';
import { newLogger } from '../../dist/src/server/logging.js';
import { load } from './load.mjs';

const { ROUNDS, SECONDS } = process.env;
const key = 'benchmark-key-0123456789-0123456789-0123456789';

const grouped = await compare({ rounds: 3, seconds: 5 }, { grouped: {}, 'flush per request': { flushEach: true } });
process.stdout.write(`grouped commits are ${grouped.toFixed(1)} times as fast (wanted: at least 3)\n`);

const counted = await compare({ rounds: 7, seconds: 4 }, { counted: {}, uncounted: { uncounted: true } });
process.stdout.write(`counted, ${counted.toFixed(2)} of the rate without (wanted: at least 0.9)\n`);

process.exitCode = grouped >= 3 && counted >= 0.9 ? 0 : 1;

/** The median over the rounds of the first server's rate as a part of the second's. */
async function compare({ rounds, seconds }, settings) {
  const dataDir = await mkdtemp(join(tmpdir(), 'afterword-bench-'));
  const postgres = await EmbeddedPostgres.start({ name: 'afterword', dataDir });
  const { database: dbName, ...rest } = postgres.connection;
  const connection = { ...rest, dbName };
  await migrate(ormOptions(persistence(connection, newLogger('fatal'))));
  const servers = [];
  for (const [name, own] of Object.entries(settings))
    servers.push({ name, rates: [], ...(await start(connection, own)) });
  for (let round = 0; round <= Number(ROUNDS ?? rounds); round++) {
    // In turn the first: the machine may get slower or faster.
    for (const { name, port, rates } of round % 2 ? servers : servers.toReversed()) {
      const lasting = round === 0 ? 2 : Number(SECONDS ?? seconds);
      const { perSecond, p50, p99, refused } = await load({ port, connections: 64, seconds: lasting, request });
      if (round === 0) continue;
      rates.push(perSecond);
      process.stdout.write(
        `${name}: ${perSecond}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, refused ${refused}\n`,
      );
    }
  }
  for (const { child } of servers) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await postgres.stop();
  await rm(dataDir, { recursive: true });
  const [one, other] = servers;
  const ratios = one.rates.map((rate, round) => rate / other.rates[round]).toSorted((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)];
}

async function start(connection, own) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const settings = { ADMIN_API_KEY: key, LOG_LEVEL: 'fatal', RATE_LIMIT: 0, ...own };
  child.stdin.end(JSON.stringify({ connection, settings }));
  const [line] = await once(child.stdout, 'data');
  return { child, port: Number(line) };
}

function request() {
  const body = JSON.stringify({
    type: 'positive',
    messageId: 'message-1',
    details: 'That was quick.',
    properties: { plan: 'pro' },
  });
  return `POST /feedback HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
