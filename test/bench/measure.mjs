import { load } from './load.mjs';
import { cpuOf, cpuOfMachine } from './machine.mjs';

const { ROUNDS = 3, SECONDS = 5, WARM_UP = 3 } = process.env;

/**
 * Measures what is given by turns, A B C A B C, so that all meet the same noise, and prints a line for each round.
 * @param {{ name: string, pid: number, databases?: () => number, stored?: () => Promise<number>, load: object }[]} subjects
 *   databases: seconds of CPU that PostgreSQL has used; stored: rows that are there; load: what {@link load} takes
 * @returns medians by name: per second, p50, p99 in milliseconds, CPU in microseconds per accepted request
 */
export async function byTurns(subjects, { rounds = Number(ROUNDS), seconds = Number(SECONDS) } = {}) {
  const measured = Object.fromEntries(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const subject of subjects) {
      const one = await once(subject, round === 0 ? Number(WARM_UP) : seconds);
      if (round === 0) continue;
      measured[subject.name].push(one);
      process.stdout.write(`  ${subject.name.padEnd(28)} ${inWords(one)}\n`);
    }
  return Object.fromEntries(Object.entries(measured).map(([name, all]) => [name, medians(all)]));
}

async function once({ name, pid, databases, stored, load: wanted }, seconds) {
  const before = await look();
  const { accepted, perSecond, p50, p99, refused } = await load({ connections: 64, seconds, ...wanted });
  const after = await look();
  if (refused > 0) throw new Error(`${name}: ${refused} were refused`);
  if (stored && after.stored - before.stored !== accepted)
    throw new Error(`${name}: ${accepted} were acknowledged and ${after.stored - before.stored} are stored`);
  const perRow = (start, end) => ((end - start) / accepted) * 1e6;
  const busy = after.machine.busy - before.machine.busy;
  return {
    perSecond,
    p50,
    p99,
    server: perRow(before.server, after.server),
    ...(databases && { postgres: perRow(before.postgres, after.postgres) }),
    // What this benchmark and its servers did not take themselves, in CPUs.
    others: (busy - (after.own - before.own)) / ((after.at - before.at) / 1000),
  };

  async function look() {
    const rows = await stored?.();
    const { user, system } = process.cpuUsage();
    const [server, postgres] = [cpuOf(pid), databases?.() ?? 0];
    const own = (user + system) / 1e6 + server + postgres;
    return { at: performance.now(), stored: rows, server, postgres, machine: cpuOfMachine(), own };
  }
}

export function inWords({ perSecond, p50, p99, server, postgres, others }) {
  const cpu = [`server ${server.toFixed(0)}`, ...(postgres === undefined ? [] : [`PostgreSQL ${postgres.toFixed(0)}`])];
  const latency = `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
  return `${String(perSecond).padStart(6)}/s, ${latency}, CPU per row ${cpu.join(' + ')} µs, others ${others.toFixed(1)} CPUs`;
}

function medians(all) {
  const names = Object.keys(all[0]);
  return Object.fromEntries(names.map((name) => [name, median(all.map((one) => one[name]))]));
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const verdicts = [];

/** Says whether a figure is within its bound. A bound that is missed makes the benchmark fail. */
export function hold(what, value, { atLeast = -Infinity, atMost = Infinity }, digits = 2) {
  const right = value >= atLeast && value <= atMost;
  const bound = atLeast > -Infinity ? `at least ${atLeast}` : `at most ${atMost}`;
  const line = `${right ? 'holds ' : 'MISSED'} ${what}: ${value.toFixed(digits)} (wanted: ${bound})\n`;
  verdicts.push(line);
  process.stdout.write(line);
  if (!right) process.exitCode = 1;
}
