import { Difference, Interval, Score } from './statistics.js';

/**
 * `higher` and `lower`: the interval of the difference leaves out 0. `not distinguishable`: it holds 0. `too few answers`: either
 * side has fewer than `minN` answers, or so few that there is no interval.
 */
export type Verdict = 'higher' | 'lower' | 'not distinguishable' | 'too few answers';

export interface Comparison {
  estimate: number | null;
  ci: Interval | null;
  verdict: Verdict;
}

const errorRate = 0.05;

/** One score against one other, at 95 %. `minN`: the answers that either side needs for a verdict. */
export function compare<S extends Score<S>>(score: S, other: S, minN: number): Comparison {
  return judge(score.minus(other), isSufficient([score, other], minN), 1 - errorRate);
}

/**
 * Many scores, each against its other, corrected for their number by Benjamini & Hochberg 1995: of the verdicts `higher` and
 * `lower`, 5 % at most are wrong on average. The intervals are widened to fit, after Benjamini & Yekutieli 2005, "False discovery
 * rate-adjusted multiple confidence intervals for selected parameters": with R of m told apart, their level is 1 − 0.05·R/m. At
 * that level an interval leaves out 0 exactly if its group is among the R, so that the verdict always agrees with the interval
 * beside it. Pairs with too few answers get no verdict and do not count for m.
 */
export function compareAll<S extends Score<S>>(pairs: readonly (readonly [S, S])[], minN: number): Comparison[] {
  const differences = pairs.map(([score, other]) => score.minus(other));
  const sufficient = pairs.map((pair) => isSufficient(pair, minN));
  const tested = differences.filter((difference, i) => sufficient[i] && difference.interval() !== null);
  const told = benjaminiHochberg(tested.map((difference) => difference.p)).filter(Boolean).length;
  const level = 1 - (errorRate * Math.max(told, 1)) / Math.max(tested.length, 1);
  return differences.map((difference, i) => judge(difference, sufficient[i] ?? false, level));
}

/** Which of the p-values to reject, so that at most 0.05 of the rejections are false on average: the step-up procedure. */
export function benjaminiHochberg(p: readonly number[]): boolean[] {
  const rejected = p.toSorted((a, b) => a - b).findLast((value, i) => value <= (errorRate * (i + 1)) / p.length);
  return p.map((value) => rejected !== undefined && value <= rejected);
}

function isSufficient(sides: readonly { n: number }[], minN: number): boolean {
  return sides.every((side) => side.n >= minN);
}

function judge(difference: Difference, sufficient: boolean, level: number): Comparison {
  const ci = difference.interval(level);
  return { estimate: difference.estimate, ci, verdict: ci && sufficient ? verdict(ci) : 'too few answers' };
}

function verdict({ low, high }: Interval): Verdict {
  if (low > 0) return 'higher';
  return high < 0 ? 'lower' : 'not distinguishable';
}
