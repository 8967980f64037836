import type { Score } from './score.js';

/*
 * Watching a score for a moment that nobody knows. With every step of time a new interval begins, and all of them are followed
 * from then on. Each holds at all numbers of answers at once (see mixture.ts), so what an interval has once left out stays out
 * of it. Where a score never changes, all of them hold its true value; if they have no point in common, it has changed.
 * Shekhar & Ramdas 2023, "Reducing sequential change detection to sequential estimation" (ICML 2024). The probability that
 * one of them is wrong is 1 − level, so there is one false alarm in 1/(1 − level) steps at most, on average.
 */

/** Where a score lies, as far as is known. */
export interface Known {
  low: number;
  high: number;
}

/** What is known of the answers since the beginning of one step. */
export interface Followed {
  /** Number of the step, from 0. */
  step: number;
  /** Answers in each cell. */
  counts: number[];
  /** null before the first answer. Where `low` is above `high`, its answers cannot be those of one score. */
  known: Known | null;
}

/** All that is followed. Holds nothing but numbers, so that it can be stored. */
export interface Vigil {
  /** Steps that have been seen. */
  steps: number;
  /** In the order of their steps. */
  followed: Followed[];
  /** What was known by those that are followed no longer. */
  left: Known | null;
}

/** Makes a score of the answers in each cell. */
export type ScoreOf = (counts: readonly number[]) => Pick<Score<never>, 'intervalAlways'>;

export const newVigil: Vigil = { steps: 0, followed: [], left: null };

/** All of the last ones, then every seventh, then every 28th. Fewer intervals raise no alarm that more would not. */
const allOfLast = 60;
const every7thOfLast = 420;
const most = 200;

/**
 * Adds the answers of a step. Yields after each interval, which takes some 10 to 30 µs.
 * @param counts answers in each cell
 * @param level confidence of each interval
 */
export function* follow(
  vigil: Vigil,
  counts: readonly number[],
  scoreOf: ScoreOf,
  level: number,
): Generator<void, Vigil> {
  const step = vigil.steps;
  const hasAnswers = counts.some((count) => count > 0);
  const followed: Followed[] = [];
  for (const one of [...vigil.followed, { step, counts: counts.map(() => 0), known: null }]) {
    const sums = one.counts.map((count, cell) => count + counts[cell]!);
    const interval = hasAnswers && isLookedAt(one.step, step) ? scoreOf(sums).intervalAlways(level) : null;
    followed.push({ step: one.step, counts: sums, known: both(one.known, interval) });
    yield;
  }
  const kept = followed.filter((one) => isKept(one.step, step)).slice(-most);
  const dropped = followed.filter((one) => !kept.includes(one));
  return {
    steps: step + 1,
    followed: kept,
    left: dropped.reduce<Known | null>((left, { known }) => both(left, known), vigil.left),
  };
}

function isKept(step: number, last: number): boolean {
  const age = last - step;
  return age < allOfLast || (age < every7thOfLast && step % 7 === 0) || step % 28 === 0;
}

/** Old intervals, which hardly move within a step, are computed anew every seventh or 28th step. */
function isLookedAt(step: number, last: number): boolean {
  const age = last - step;
  return age < allOfLast || (age < every7thOfLast ? last % 7 === 0 : last % 28 === 0);
}

/** What is known by the two together. */
function both(a: Known | null, b: Known | null): Known | null {
  if (!a || !b) return a ?? (b && { low: b.low, high: b.high });
  return { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) };
}

/**
 * Where a score has moved: the step whose interval is farthest from those before it. Null while all intervals have a point in
 * common.
 */
export function parting({ followed, left }: Vigil): Followed | null {
  let common = left;
  let farthest: { one: Followed; gap: number } | null = null;
  for (const one of followed) {
    if (!one.known) continue;
    const gap = common ? Math.max(one.known.low - common.high, common.low - one.known.high) : -Infinity;
    if (!farthest || gap > farthest.gap) farthest = { one, gap };
    common = both(common, one.known);
  }
  return common && common.low > common.high ? farthest!.one : null;
}

/** What lies wholly above, or below, `target`, and farthest from it. Null while nothing does. */
export function beyond({ followed }: Vigil, target: number, direction: 'above' | 'below'): Followed | null {
  const distance = ({ known }: Followed) => {
    if (!known || known.low > known.high) return -Infinity;
    return direction === 'above' ? known.low - target : target - known.high;
  };
  const farthest = followed.toSorted((a, b) => distance(b) - distance(a))[0];
  return farthest && distance(farthest) > 0 ? farthest : null;
}

/** The answers before the step at which `one` began, as far as they are known. */
export function countsBefore({ followed }: Vigil, one: Followed): number[] {
  return followed[0]!.counts.map((count, cell) => count - one.counts[cell]!);
}
