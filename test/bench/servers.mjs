// The processes that are measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EmbeddedPostgres } from '#libs/embedded-postgres';
import pg from 'pg';
import { cpuOfTree, parentOf } from './machine.mjs';

export const adminKey = 'benchmark-key-0123456789-0123456789-0123456789';

/** A PostgreSQL of the benchmark's own, as the server starts it. */
export async function startPostgres() {
  const dataDir = await mkdtemp(join(tmpdir(), 'afterword-bench-'));
  const postgres = await EmbeddedPostgres.start({ name: 'afterword', dataDir });
  const client = new pg.Client(postgres.connection);
  await client.connect();
  const postmaster = parentOf((await client.query('select pg_backend_pid() as pid')).rows[0].pid);
  return {
    dataDir,
    client,
    connection: postgres.connection,
    cpu: () => cpuOfTree(postmaster),
    async stop() {
      await client.end();
      await postgres.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

export function urlOf({ user, host, port, database }) {
  return `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`;
}

/** Runs `file`, which prints its port. */
export async function startScript(file, bench = {}) {
  const env = { PATH: process.env.PATH, BENCH: JSON.stringify(bench) };
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return running(child, Number(line));
}

/**
 * Runs the server as `npm start` does, with everything on; its log goes nowhere.
 * @param {{ dist?: string, settings: object, more?: string[] }} options dist: where it was built, if not here; more: of Node
 */
export async function startServer({ dist = join(import.meta.dirname, '../../dist'), settings, more = [] }) {
  const env = { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', ADMIN_API_KEY: adminKey, ...settings };
  const child = spawn(process.execPath, [...nodeOptions(), ...more, join(dist, 'src/main.js')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface(child.stderr)) {
    const port = /listens on http:\/\/[^:]*:(\d+)/.exec(line)?.[1];
    if (port) return running(child, Number(port));
    process.stderr.write(`${line}\n`);
  }
  throw new Error('the server did not start');
}

/** Those of `npm start`. */
function nodeOptions() {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

function running(child, port) {
  return {
    port,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
    async call(path, body, headers = { authorization: `Bearer ${adminKey}` }) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
  };
}
