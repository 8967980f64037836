/*
 * Formulas, and nothing else: shares, means and net promoter scores with their confidence intervals, and differences
 * between two of them. No Nest, no input or output; each formula names its source and has check values in its tests.
 */
export { compare, compareAll, type Comparison, type Verdict } from './comparison.js';
export { type Interval, Mean, NetPromoterScore, type Score, type ScoreCount, Share } from './statistics.js';
