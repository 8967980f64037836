import { criticalValue, tailProbability } from './student-t.js';

/** Where the true value lies with the confidence `level` (0–1), in the units of the estimate. */
export interface Interval {
  low: number;
  high: number;
  level: number;
  method: 'wilson' | 'adjusted-wald' | 't' | 'newcombe' | 'welch';
}

/** A score from `n` answers: what they say and how sure that is. `estimate` is null without answers. */
export interface Score<Self> {
  readonly n: number;
  readonly estimate: number | null;
  /** Null where there is none. Never leaves the scale; holds the estimate (the net promoter score's: the adjusted one). */
  interval(level?: number): Interval | null;
  minus(other: Self): Difference;
}

/** How two scores differ. The interval at `level` leaves out 0 exactly when `p` < 1 − level: one test, said in two ways. */
export interface Difference {
  readonly estimate: number | null;
  /** Two-sided; 1 where there is no interval. */
  readonly p: number;
  interval(level?: number): Interval | null;
}

const noDifference: Difference = { estimate: null, p: 1, interval: () => null };

/** `count` of `n` answers, as a share 0–1. Interval: Wilson 1927, the score interval. */
export class Share implements Score<Share> {
  readonly estimate: number | null;

  constructor(
    readonly count: number,
    readonly n: number,
  ) {
    this.estimate = n === 0 ? null : count / n;
  }

  interval(level = 0.95): Interval | null {
    return this.n === 0 ? null : { ...this.bounds(critical(level)), level, method: 'wilson' };
  }

  /** Newcombe 1998, method 10: from the two Wilson intervals. −1..1. */
  minus(other: Share): Difference {
    if (this.estimate === null || other.estimate === null) return noDifference;
    const interval = (level = 0.95): Interval => ({
      ...newcombe(this, other, critical(level)),
      level,
      method: 'newcombe',
    });
    return { estimate: this.estimate - other.estimate, p: newcombeP(this, other), interval };
  }

  /** The Wilson bounds for the critical value `z`. */
  bounds(z: number): { low: number; high: number } {
    const { count, n } = this;
    const centre = (count + (z * z) / 2) / (n + z * z);
    const half = (z / (n + z * z)) * Math.sqrt((count * (n - count)) / n + (z * z) / 4);
    const low = count === 0 ? 0 : centre - half;
    return { low, high: count === n ? 1 : centre + half };
  }
}

/**
 * 100·(promoters − detractors)/n, −100..100. Interval: the adjusted Wald of Rocks 2016, "Interval estimation for the Net
 * Promoter Score", which adds ¾ promoter, 1½ passives and ¾ detractor. It centres on the score so adjusted, so that
 * it is not symmetric about the estimate.
 */
export class NetPromoterScore implements Score<NetPromoterScore> {
  readonly estimate: number | null;

  constructor(
    readonly promoters: number,
    readonly detractors: number,
    readonly n: number,
  ) {
    this.estimate = n === 0 ? null : (100 * (promoters - detractors)) / n;
  }

  interval(level = 0.95): Interval | null {
    if (this.n === 0) return null;
    const { centre, variance } = this.adjusted();
    return { ...around(centre, critical(level) * Math.sqrt(variance), -100, 100), level, method: 'adjusted-wald' };
  }

  /**
   * The adjusted scores' difference, their variances added; −200..200. Centred on the raw scores' difference it would hold the
   * truth in 88 % instead of 95 % with ten answers.
   */
  minus(other: NetPromoterScore): Difference {
    if (this.estimate === null || other.estimate === null) return noDifference;
    const [a, b] = [this.adjusted(), other.adjusted()];
    const centre = a.centre - b.centre;
    const error = Math.sqrt(a.variance + b.variance);
    const interval = (level = 0.95): Interval => ({
      ...around(centre, critical(level) * error, -200, 200),
      level,
      method: 'adjusted-wald',
    });
    return { estimate: this.estimate - other.estimate, p: tailProbability(Math.abs(centre) / error), interval };
  }

  private adjusted(): { centre: number; variance: number } {
    const n = this.n + 3;
    const promoters = (this.promoters + 0.75) / n;
    const detractors = (this.detractors + 0.75) / n;
    const score = promoters - detractors;
    return { centre: 100 * score, variance: (100 ** 2 * (promoters + detractors - score ** 2)) / n };
  }
}

/** How many answers gave one score. */
export interface ScoreCount {
  score: number;
  count: number;
}

/**
 * The mean of a distribution of scores, in the scale's units. Interval: Student's t, clamped to the scale; none for one answer.
 * Answers that all agree have no spread, and the interval is that one point.
 */
export class Mean implements Score<Mean> {
  readonly n: number;
  readonly estimate: number | null;
  /** The squared standard error; NaN for fewer than two answers. */
  readonly variance: number;

  constructor(
    distribution: readonly ScoreCount[],
    readonly scale: { low: number; high: number },
  ) {
    const total = (value: (score: number) => number) => distribution.reduce((t, d) => t + d.count * value(d.score), 0);
    this.n = total(() => 1);
    const mean = total((score) => score) / this.n;
    this.estimate = this.n === 0 ? null : mean;
    this.variance = this.n < 2 ? NaN : total((score) => (score - mean) ** 2) / (this.n - 1) / this.n;
  }

  interval(level = 0.95): Interval | null {
    if (this.estimate === null || this.n < 2) return null;
    const half = criticalValue(1 - level, this.n - 1) * Math.sqrt(this.variance);
    return { ...around(this.estimate, half, this.scale.low, this.scale.high), level, method: 't' };
  }

  /** Welch 1947, with the degrees of freedom of Satterthwaite 1946; clamped to what the scale allows. */
  minus(other: Mean): Difference {
    if (this.estimate === null || other.estimate === null) return noDifference;
    const estimate = this.estimate - other.estimate;
    if (this.n < 2 || other.n < 2) return { ...noDifference, estimate };
    const error = Math.sqrt(this.variance + other.variance);
    const df = satterthwaite(this, other);
    const span = this.scale.high - this.scale.low;
    const interval = (level = 0.95): Interval => ({
      ...around(estimate, criticalValue(1 - level, df) * error, -span, span),
      level,
      method: 'welch',
    });
    return { estimate, p: estimate === 0 ? 1 : tailProbability(Math.abs(estimate) / error, df), interval };
  }
}

function critical(level: number): number {
  return level === 0.95 ? 1.959963984540054 : criticalValue(1 - level);
}

function around(centre: number, half: number, min: number, max: number): { low: number; high: number } {
  return { low: Math.max(centre - half, min), high: Math.min(centre + half, max) };
}

function newcombe(a: Share, b: Share, z: number): { low: number; high: number } {
  const [p1, p2] = [a.count / a.n, b.count / b.n];
  const [first, second] = [a.bounds(z), b.bounds(z)];
  return {
    low: p1 - p2 - Math.hypot(p1 - first.low, second.high - p2),
    high: p1 - p2 + Math.hypot(first.high - p1, p2 - second.low),
  };
}

/** Newcombe's interval has no test of its own: this is the level at which it would touch 0, found by halving in z. */
function newcombeP(a: Share, b: Share): number {
  let [inside, outside] = [0, 40];
  while (outside - inside > 1e-12) {
    const middle = (inside + outside) / 2;
    const { low, high } = newcombe(a, b, middle);
    if (low > 0 || high < 0) inside = middle;
    else outside = middle;
  }
  return tailProbability(inside);
}

function satterthwaite(a: Mean, b: Mean): number {
  const df = (a.variance + b.variance) ** 2 / (a.variance ** 2 / (a.n - 1) + b.variance ** 2 / (b.n - 1));
  return Number.isNaN(df) ? Infinity : df;
}
