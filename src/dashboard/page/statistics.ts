import type { Comparison, Part } from './api.js';

/** Fewer answers than these carry no verdict; the default of the API. */
export const enough = 10;

/**
 * The share of a band now, less that of the period before: Newcombe's interval (1998, method 10), from the Wilson intervals
 * that the API gives for either.
 */
export function shareChange(now: Part, n: number, before: Part | undefined, nBefore: number): Comparison {
  const none: Comparison = { estimate: null, ci: null, verdict: 'too few answers' };
  if (now.share === null || !now.ci) return none;
  if (!before?.ci || before.share === null) return none;
  const estimate = now.share - before.share;
  const low = estimate - Math.hypot(now.share - now.ci.low, before.ci.high - before.share);
  const high = estimate + Math.hypot(now.ci.high - now.share, before.share - before.ci.low);
  const ci = { low, high, level: now.ci.level };
  if (n < enough || nBefore < enough) return { estimate, ci, verdict: 'too few answers' };
  if (low > 0) return { estimate, ci, verdict: 'higher' };
  return { estimate, ci, verdict: high < 0 ? 'lower' : 'not distinguishable' };
}
