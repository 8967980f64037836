/*
 * How sure a score is, and whether two of them differ: formulas, without state and without a database.
 *
 * A score is a {@link Share} of the answers, a {@link Mean} of ratings or a {@link NetPromoterScore}. It knows its `n` and its
 * `estimate`, and every statement about it comes in one of two kinds. The first holds for one look that was planned
 * beforehand (`interval`, `p`). The second holds at every number of answers at once, however often somebody looks (`intervalAlways`,
 * `e`), and is wider for that. `a.minus(b)` says the same of a difference, `compare` makes a verdict of it, and `compareAll`
 * compares many groups so that few of all its verdicts are wrong.
 *
 * | | one look | any look |
 * |---|---|---|
 * | share | Wilson's interval | likelihood ratio against a mixture |
 * | mean, net promoter score | likelihood ratio over the cells of the scale, against Student's t | the same mixture over the cells |
 * | difference of shares | Newcombe's interval, Fisher's test | both mixtures |
 * | difference of means | the likelihood ratio over both sides | both mixtures |
 * | many groups | Benjamini–Hochberg | e-BH |
 *
 * `likelihood.ts` holds what most of them share: how much less likely the answers become when their mean has to be another
 * one. An interval is the set of means for which that stays below a limit, and only the limit differs.
 *
 * `vigil.ts` watches a score for a moment at which it changes, with the intervals that hold at any time. `chi-square.ts` tells
 * whether a score follows the weekday.
 *
 * Domain: whole counts, n up to 10⁹, no answer or all answers in any cell. Errors are below 1e-7 of an interval's width.
 */
export { type Homogeneity, homogeneity } from './chi-square.js';
export {
  compare,
  compareAll,
  comparingAll,
  type Comparison,
  type Looks,
  type Verdict,
  verdicts,
} from './comparison.js';
export type { ScoreCount } from './likelihood.js';
export { Mean, NetPromoterScore } from './mean.js';
export { type Interval, type Method, methods, type Score } from './score.js';
export { Share } from './share.js';
export { beyond, countsBefore, follow, type Followed, newVigil, parting, type ScoreOf, type Vigil } from './vigil.js';
