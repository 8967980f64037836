export { compare, compareAll, type Comparison, type Verdict } from './comparison.js';
export { type Interval, Mean, NetPromoterScore, type Score, type ScoreCount, Share } from './statistics.js';
