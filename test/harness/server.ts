import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from './until.js';

/** The built server in a process of its own, on an embedded PostgreSQL, as `npm start` runs it. */
export interface Server extends Started {
  url: string;
  /** Milliseconds from the start of the process until it was ready. */
  readyAfter: number;
  /** Sends a signal and resolves to the exit code, null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test has left running. */
export async function endServers(): Promise<void> {
  for (const child of running) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** A server that may not get as far as being ready. */
export interface Started {
  process: ChildProcess;
  /** The exit code, null where a signal ended it. */
  exit: Promise<number | null>;
  /** What it has printed so far. */
  output: () => string;
}

const direct = [process.execPath, '--max-semi-space-size=8', 'dist/src/main.js'];

/** Starts a server and waits for nothing. */
export function spawnServer(dataDir: string, settings: Record<string, string> = {}, command = direct): Started {
  const child = spawn(command[0]!, command.slice(1), {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  running.add(child);
  const exit = once(child, 'close').then(([code]: (number | null)[]) => code!);
  void exit.then(() => running.delete(child));
  return { process: child, exit, output: () => output };
}

/** Resolves when the server is ready. */
export async function startServer(
  dataDir: string,
  settings: Record<string, string> = {},
  command = direct,
): Promise<Server> {
  const begun = performance.now();
  const { process: child, exit, output } = spawnServer(dataDir, settings, command);
  const listening = (): string | undefined => /Afterword listens on (\S+)\s/.exec(output())?.[1];
  await until(() => child.exitCode !== null || listening() !== undefined, 60_000);
  const url = listening();
  if (url === undefined) throw new Error(`exit code ${await exit}: ${output()}`);
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
  await until(isReady, 30_000);
  return {
    url,
    process: child,
    exit,
    readyAfter: performance.now() - begun,
    output,
    end: (signal) => {
      child.kill(signal);
      return exit;
    },
  };
}

/** The process id of the PostgreSQL that serves `dataDir`. */
export async function postmasterOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
}
