/** How an interval is computed, and for how many looks it holds. */
export const methods = [
  'wilson-once',
  'newcombe-once',
  'newcombe-widened-once',
  'likelihood-once',
  'mixture-always',
] as const;
export type Method = (typeof methods)[number];

/** Where the true value lies with the confidence `level` (0–1), in the units of the estimate. */
export interface Interval {
  low: number;
  high: number;
  level: number;
  method: Method;
}

/** A score from `n` answers (whole, up to 10⁹): what they say and how sure that is. `estimate` is null without answers. */
export interface Score<Self> {
  readonly n: number;
  readonly estimate: number | null;
  /** For one look. Null where there is none. Never leaves the scale and always holds the estimate. */
  interval(level?: number): Interval | null;
  /** For looks at any time, all at once. Null without answers. Never leaves the scale and always holds the estimate. */
  intervalAlways(level?: number): Interval | null;
  minus(other: Self): Difference;
}

/** How two scores differ. */
export interface Difference {
  readonly estimate: number | null;
  /** How improbable a difference like this is by chance, two-sided, for one look. Null where there is no interval. */
  readonly p: number | null;
  /** For one look. Holds 0 wherever `p` > 1 − level. */
  interval(level?: number): Interval | null;
  /** The evidence against equality, valid at any time: by chance it ever reaches 1/α with a probability of α at most. */
  readonly e: number | null;
  /** For looks at any time, all at once. Leaves out 0 exactly where `e` ≥ 1/(1 − level). */
  intervalAlways(level?: number): Interval | null;
}

export const defaultLevel = 0.95;

/** The difference from a score without answers. */
export const noDifference: Difference = {
  estimate: null,
  p: null,
  interval: () => null,
  e: null,
  intervalAlways: () => null,
};
