// What the kernel says of processes and of the machine (Linux: /proc).
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** /proc counts time in hundredths of a second, whatever the kernel's own clock is. */
const secondsPerTick = 0.01;

/** The words behind a process' name in /proc/<pid>/stat: its state, its parent, … */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

export function parentOf(pid) {
  return Number(statOf(pid)[1]);
}

/** Seconds of CPU that a process has used, with those of its children that have ended. */
export function cpuOf(pid) {
  const ticks = statOf(pid)
    .slice(11, 15)
    .reduce((sum, one) => sum + Number(one), 0);
  return ticks * secondsPerTick;
}

/** The same of a process and of everything that it has started. */
export function cpuOfTree(root) {
  let seconds = 0;
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.flatMap((pid) => knownParent(Number(pid))));
  for (const pid of parents.keys()) if (pid === root || parents.get(pid) === root) seconds += cpuOf(pid);
  return seconds;
}

/** Nothing of a process that has just ended. */
function knownParent(pid) {
  try {
    return [[pid, parentOf(pid)]];
  } catch {
    return [];
  }
}

/** MiB that a process has in memory now, and had at most. */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024);
  return { now: mebibytes('VmRSS'), most: mebibytes('VmHWM') };
}

/** Seconds since the start in which a CPU worked, and in which it did not. */
export function cpuOfMachine() {
  const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].split(/\s+/);
  const [user, nice, system, idle, waiting, irq, softirq, steal] = ticks.map((one) => Number(one) * secondsPerTick);
  return { busy: user + nice + system + irq + softirq + steal, idle: idle + waiting };
}

/** The machine in a line. */
export function machine() {
  return `${cpus().length} CPUs (${cpus()[0].model.trim()}), Node ${process.version}, load ${loadavg()[0].toFixed(1)}`;
}
