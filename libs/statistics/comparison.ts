import type { Difference, Interval, Score } from './score.js';

/**
 * `higher` and `lower`: the interval of the difference leaves out 0. `not distinguishable`: it holds 0. `too few answers`: either
 * side has fewer than `minN` answers, or so few that there is no interval.
 */
export const verdicts = ['higher', 'lower', 'not distinguishable', 'too few answers'] as const;
export type Verdict = (typeof verdicts)[number];

export interface Comparison {
  estimate: number | null;
  ci: Interval | null;
  verdict: Verdict;
}

/** Whether a verdict holds for one look that was planned beforehand, or for looks at any time, all at once. */
export type Looks = 'once' | 'always';

const errorRate = 0.05;

/** One score against one other, at 95 %. `minN`: the answers that either side needs for a verdict. */
export function compare<S extends Score<S>>(score: S, other: S, minN: number, looks: Looks = 'once'): Comparison {
  return judge(score.minus(other), isSufficient([score, other], minN), 1 - errorRate, looks);
}

/**
 * Many scores, each against its other, corrected for their number: of the verdicts `higher` and `lower`, 5 % at most are wrong
 * on average. Benjamini & Hochberg 1995, for looks at any time with e-values: Wang & Ramdas 2022, "False discovery rate control
 * with e-values". The intervals are widened to fit, after Benjamini & Yekutieli 2005, "False discovery rate-adjusted multiple
 * confidence intervals for selected parameters": with R of m told apart, their level is 1 − 0.05·R/m. At that level only an
 * interval among those R can leave out 0, and the verdict is what the interval beside it says. Pairs with too few answers
 * get no verdict and do not count for m.
 */
export function compareAll<S extends Score<S>>(
  pairs: readonly (readonly [S, S])[],
  minN: number,
  looks: Looks = 'once',
): Comparison[] {
  const steps = comparingAll(pairs, minN, looks);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps of a fraction of a millisecond, for whom a thousand pairs at once would hold up others. */
export function* comparingAll<S extends Score<S>>(
  pairs: readonly (readonly [S, S])[],
  minN: number,
  looks: Looks = 'once',
): Generator<void, Comparison[]> {
  const differences = pairs.map(([score, other]) => score.minus(other));
  const sufficient = pairs.map((pair) => isSufficient(pair, minN));
  const tested: number[] = [];
  for (const [i, difference] of differences.entries()) {
    const p = sufficient[i] ? pOf(difference, looks) : null;
    if (p !== null) tested.push(p);
    yield;
  }
  const told = benjaminiHochberg(tested).filter(Boolean).length;
  const level = 1 - (errorRate * Math.max(told, 1)) / Math.max(tested.length, 1);
  const comparisons: Comparison[] = [];
  for (const [i, difference] of differences.entries()) {
    comparisons.push(judge(difference, sufficient[i]!, level, looks));
    yield;
  }
  return comparisons;
}

/** Which of the p-values to reject, so that at most 0.05 of the rejections are false on average: the step-up procedure. */
export function benjaminiHochberg(p: readonly number[]): boolean[] {
  const rejected = p.toSorted((a, b) => a - b).findLast((value, i) => value <= (errorRate * (i + 1)) / p.length);
  return p.map((value) => rejected !== undefined && value <= rejected);
}

/** The reciprocal of an e-value is a p-value that holds at any time. */
function pOf({ p, e }: Difference, looks: Looks): number | null {
  if (looks === 'once') return p;
  return e === null ? null : 1 / e;
}

function isSufficient(sides: readonly { n: number }[], minN: number): boolean {
  return sides.every((side) => side.n >= minN);
}

function judge(difference: Difference, sufficient: boolean, level: number, looks: Looks): Comparison {
  const ci = looks === 'once' ? difference.interval(level) : difference.intervalAlways(level);
  return { estimate: difference.estimate, ci, verdict: ci && sufficient ? verdict(ci) : 'too few answers' };
}

function verdict({ low, high }: Interval): Verdict {
  if (low > 0) return 'higher';
  return high < 0 ? 'lower' : 'not distinguishable';
}
