import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A redis-server of the test's own, which it may freeze, kill and start again; to be stopped at its end. */
export interface OwnRedis {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a redis-server that keeps nothing on disk. `settings` are its own, as in `['--maxmemory', '1mb']`. */
export async function spawnRedis(settings: string[] = [], port?: number): Promise<OwnRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'afterword-redis-'));
  const listeningPort = port ?? (await freePort());
  const always = ['--bind', '127.0.0.1', '--port', String(listeningPort), '--dir', directory];
  const server = spawn('redis-server', [...always, '--save', '', '--appendonly', 'no', ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server, 'spawn').catch(fail);
  const exited = once(server, 'exit');
  const kill = () => server.kill('SIGKILL');
  // A test that fails before it stops its server neither leaves it behind nor waits for it.
  process.once('exit', kill);
  await ready(server);
  server.unref();
  if (server.stdout instanceof Socket) server.stdout.unref();
  return {
    url: `redis://127.0.0.1:${listeningPort}`,
    process: server,
    stop: async () => {
      process.off('exit', kill);
      kill();
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

function fail(): never {
  throw new Error(
    'The tests need a real Redis: install redis-server (Debian and Ubuntu: apt-get install redis-server; ' +
      'macOS: brew install redis) so that it is on the PATH.',
  );
}

async function ready(server: ChildProcess): Promise<void> {
  let log = '';
  for await (const line of createInterface(server.stdout!)) {
    log += `${line}\n`;
    if (line.includes('Ready to accept connections')) {
      server.stdout!.resume();
      return;
    }
  }
  throw new Error(`redis-server did not start:\n${log}`);
}
