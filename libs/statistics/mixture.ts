import { type CellsDifference, type Profile, within } from './likelihood.js';
import { defaultLevel, type Interval } from './score.js';

/**
 * The interval that holds at all numbers of answers at once: {m: mixture ÷ greatest likelihood with mean m < 1/(1 − level)}. The
 * mixture is that of all distributions over the cells, each as likely as any other. Ville 1939; Robbins 1970; Howard, Ramdas,
 * McAuliffe & Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence sequences".
 *
 * `sides` are the counts of the cells of either side, those without an answer included.
 */
export function mixtureInterval(
  profile: Profile,
  sides: readonly (readonly number[])[],
  estimate: number,
  level = defaultLevel,
): Interval {
  const limit = 2 * (totalPenalty(sides) - Math.log(1 - level));
  return { ...within(profile, limit, estimate), level, method: 'mixture-always' };
}

/** The mixtures of both sides ÷ the greatest likelihood of one mean on both: an e-value against equality. Infinity where it is beyond 1e308. */
export function mixtureEvidence(difference: CellsDifference, sides: readonly (readonly number[])[]): number {
  return Math.exp(difference.devianceOfEquality() / 2 - totalPenalty(sides));
}

function totalPenalty(sides: readonly (readonly number[])[]): number {
  return sides.reduce((total, counts) => total + penalty(counts), 0);
}

/**
 * ℓ(c/n) − ln(B(1+c)/B(1)): how far the mixture stays behind the likeliest distribution. Where each factorial is written as
 * c! = (c/e)^c·exp(stirling(c)), the powers cancel, so that nothing large is subtracted from something large.
 */
function penalty(counts: readonly number[]): number {
  const n = counts.reduce((total, count) => total + count, 0);
  const cells = counts.slice(1).reduce((total, _, i) => total + Math.log((n + i + 1) / (i + 1)), 0);
  return counts.reduce((total, count) => total - stirling(count), stirling(n) + cells);
}

const logFactorials = Array.from({ length: 20 }, () => 0);
for (let n = 2; n < logFactorials.length; n++) logFactorials[n] = logFactorials[n - 1]! + Math.log(n);

/** ln n! − (n ln n − n): the series of Stirling, its error below 1e-15 from 20 on. */
function stirling(n: number): number {
  if (n === 0) return 0;
  if (n < logFactorials.length) return logFactorials[n]! - n * Math.log(n) + n;
  const r = 1 / (n * n);
  return Math.log(2 * Math.PI * n) / 2 + (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / n;
}
