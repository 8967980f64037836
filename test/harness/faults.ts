import { appendFileSync, readFileSync } from 'node:fs';

/** One line of the table that `npm run faults` prints. */
export interface Row {
  /** Of the promises in docs/security.md, such as `R1`. */
  promise: string;
  what: string;
  rounds: number;
  acknowledged: number;
  lost: number;
  doubled: number;
  /** Milliseconds. */
  slowest?: number;
  /** The most that the server's process took, in bytes. */
  memory?: number;
}

/** Adds a line to the table, where one is being made. */
export function report(row: Row): void {
  const table = process.env['FAULTS_TABLE'];
  if (table) appendFileSync(table, `${JSON.stringify(row)}\n`);
}

/** The most that a process has taken so far, in bytes; undefined where there is no /proc. */
export function peakMemoryOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1_024;
  } catch {
    return undefined;
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
