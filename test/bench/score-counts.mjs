// How many submissions a second are acknowledged with their score counts, against the same without them.
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

const rounds = Number(process.env.ROUNDS ?? 7);
const seconds = Number(process.env.SECONDS ?? 4);
const key = 'benchmark-key-0123456789-0123456789-0123456789';

const dataDir = await mkdtemp(join(tmpdir(), 'afterword-bench-'));
const postgres = await EmbeddedPostgres.start({ dataDir });
const { database: dbName, ...rest } = postgres.connection;
const connection = { ...rest, dbName };
await migrate(ormOptions(persistence(connection, newLogger('fatal'))));

const servers = { counted: await start(false), uncounted: await start(true) };
const rates = { counted: [], uncounted: [] };
for (let round = 0; round <= rounds; round++) {
  const turns = Object.entries(servers);
  // In turn the first: the machine may get slower or faster.
  for (const [name, { port }] of round % 2 ? turns : turns.toReversed()) {
    const result = await load({ port, connections: 64, seconds: round === 0 ? 2 : seconds, request });
    if (round === 0) continue;
    rates[name].push(result.perSecond);
    const { perSecond, p50, p99, refused } = result;
    process.stdout.write(
      `${name}: ${perSecond}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, refused ${refused}\n`,
    );
  }
}
for (const { child } of Object.values(servers)) {
  child.kill('SIGTERM');
  await once(child, 'exit');
}
await postgres.stop();
await rm(dataDir, { recursive: true });

const ratios = rates.counted.map((rate, round) => rate / rates.uncounted[round]).toSorted((a, b) => a - b);
const ratio = ratios[Math.floor(ratios.length / 2)];
process.stdout.write(`counted, ${ratio.toFixed(2)} of the rate without (wanted: at least 0.9)\n`);
process.exitCode = ratio >= 0.9 ? 0 : 1;

async function start(uncounted) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(
    JSON.stringify({ connection, settings: { ADMIN_API_KEY: key, LOG_LEVEL: 'fatal', RATE_LIMIT: 0, uncounted } }),
  );
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
