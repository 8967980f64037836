/*
 * Cuts the power of a virtual machine in which PostgreSQL runs, while a server submits to it, and compares what is there
 * afterwards with what was acknowledged. With fsync off it has to see losses, or it would prove nothing.
 *
 *   node test/faults/power/main.mjs [cuts = 20] [seed]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { serveDisk, VolatileDisk } from './disk.mjs';
import { buildMachine, missing, newImage, startMachine } from './machine.mjs';

const cuts = Number(process.argv[2] ?? 20);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const key = 'administrator-of-the-power-cuts-2e7Lq0Xw';
/** Few, since an emulated machine is slow. */
const connections = 4;
/** Before the power is cut. */
const atLeast = 25;

/** mulberry32 */
let drawn = seed;
function random() {
  drawn = (drawn + 0x6d2b79f5) | 0;
  let t = Math.imul(drawn ^ (drawn >>> 15), drawn | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

const tell = (line) => process.stderr.write(`${line}\n`);
const show = (line) => process.stdout.write(`${line}\n`);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** Resolves to a connection, or undefined where PostgreSQL does not come up. */
async function connected(machine, url) {
  for (let attempt = 0; attempt < 300 && !machine.hasEnded(); attempt++) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch {
      await delay(200);
    }
  }
  return undefined;
}

async function startServer(databaseUrl, dataDir) {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      ADMIN_API_KEY: key,
      ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
      RATE_LIMIT: '0',
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'fatal',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  for (let waited = 0; !said.includes('listens on'); waited++) {
    if (child.exitCode !== null || waited > 600) throw new Error(`the server does not start: ${said}`);
    await delay(100);
  }
  return { url: /listens on (\S+)/.exec(said)[1], child };
}

/** Submits until it is told to stop, and notes what was acknowledged. */
function load(url) {
  const acknowledged = [];
  const state = { stopped: false };
  let number = 0;
  const one = async () => {
    while (!state.stopped) {
      const id = `power-${process.pid}-${random().toString(36).slice(2)}-${number++}`;
      const answer = await fetch(`${url}/feedback`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id, type: 'positive', messageId: id }),
      }).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200) acknowledged.push(id);
      else await delay(50);
    }
  };
  const running = Promise.all(Array.from({ length: connections }, one));
  return {
    acknowledged,
    stop: () => {
      state.stopped = true;
      return running;
    },
  };
}

async function compare(client, acknowledged) {
  const { rows } = await client.query('select message, count(*)::int as times from feedback_entry group by message');
  const stored = new Map(rows.map(({ message, times }) => [message, times]));
  return {
    lost: acknowledged.filter((id) => !stored.has(id)).length,
    doubled: rows.filter(({ times }) => times > 1).length,
  };
}

/** @returns what was acknowledged in all, and of it lost and doubled */
async function run(built, directory, { fsync, rounds }) {
  const disk = new VolatileDisk(newImage(directory));
  const socket = join(directory, `disk-${fsync ? 'on' : 'off'}`);
  const nbd = await serveDisk(disk, socket);
  const port = await freePort();
  const url = `postgres://afterword@127.0.0.1:${port}/postgres`;
  const start = () => startMachine(built, { socket, port, fsync });
  let machine;
  /** A kernel that has not come as far as its disk, because this machine is busy, is started again. */
  const startAndConnect = async () => {
    for (let attempt = 1; ; attempt++) {
      machine = start();
      const client = await connected(machine, url);
      if (client || attempt === 3 || machine.output().includes('starting PostgreSQL')) return client;
      await machine.cut();
    }
  };
  let client = await startAndConnect();
  if (!client) throw new Error(`the machine does not start:\n${machine.output()}`);
  disk.flush();
  const server = await startServer(url, join(directory, 'data'));
  const all = [];
  const total = { rounds: 0, acknowledged: 0, lost: 0, doubled: 0, slowest: 0 };
  try {
    for (let round = 1; round <= rounds; round++) {
      await client.end().catch(() => undefined);
      const submitting = load(server.url);
      for (let waited = 0; submitting.acknowledged.length < atLeast; waited++) {
        if (waited > 1_200)
          throw new Error(`nothing is acknowledged in round ${round}: ${machine.output().slice(-2_000)}`);
        await delay(100);
      }
      await delay(random() * 1_500);
      await machine.cut();
      const { cached, lost: blocks } = disk.cut(random);
      await submitting.stop();
      all.push(...submitting.acknowledged);
      const begun = performance.now();
      client = await startAndConnect();
      total.slowest = Math.max(total.slowest, performance.now() - begun);
      total.rounds = round;
      total.acknowledged = all.length;
      if (!client) {
        tell(`cut ${round}: PostgreSQL does not come up again\n${machine.output().slice(-600)}`);
        return { ...total, lost: all.length };
      }
      const found = await compare(client, all).catch((error) => {
        tell(`cut ${round}: ${error.message}`);
        return { lost: all.length, doubled: 0 };
      });
      tell(
        `cut ${round}: ${blocks} of ${cached} cached blocks gone, ${all.length} acknowledged, ${found.lost} lost, ${found.doubled} doubled`,
      );
      Object.assign(total, found);
      if (found.lost > 0) return total;
    }
    return total;
  } finally {
    await client?.end().catch(() => undefined);
    server.child.kill('SIGKILL');
    await machine.cut();
    nbd.close();
  }
}

const lacking = missing();
if (lacking) {
  tell(`No power was cut: ${lacking}.`);
  process.exit(2);
}
tell(`seed ${seed}`);
const directory = mkdtempSync(join(tmpdir(), 'power-'));
let on;
let off;
try {
  const built = buildMachine(directory);
  on = await run(built, directory, { fsync: true, rounds: cuts });
  off = await run(built, directory, { fsync: false, rounds: 5 });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
for (const [what, total] of [
  ['power cut of a virtual machine', on],
  ['the same with fsync off, which has to lose', off],
])
  show(JSON.stringify({ promise: 'R14', what, ...total }));
if (on.lost > 0 || on.doubled > 0) throw new Error('what was acknowledged is not there once');
if (off.lost === 0) throw new Error('with fsync off nothing was lost: the check sees nothing');
process.exit(0);
