import { positiveRoot } from './root.js';

/** How many answers gave one score. */
export interface ScoreCount {
  score: number;
  count: number;
}

/** The likeliest distribution of one mean, as far as it is needed. */
interface Point {
  mean: number;
  /** 2(ℓ(c/n) − ℓ(θ)): how much less likely it makes the answers than their own distribution does, ≥ 0. */
  deviance: number;
}

/**
 * All that the answers say of a mean, or of a difference of two. A pull of 0 leads to the mean of the answers, a greater one farther
 * up, a smaller one farther down, and the deviance grows with the distance. So whatever is sought is sought along one number.
 */
export interface Profile {
  at(pull: number): Point;
  /** Of the smaller side. */
  readonly n: number;
  /** The squared standard error of the mean, in lengths of the scale; 0 where all answers agree. */
  readonly squaredError: number;
  readonly low: number;
  readonly high: number;
}

/** The step of Newton's method, relative, after which another one would change nothing. */
const enough = 1e-8;

/**
 * The answers in the cells of a scale: every score in ascending order, those without an answer included. `extra` is added to
 * each of the two end cells.
 *
 * Owen 1988, 1990 (empirical likelihood): of all distributions θ with mean m, ℓ(θ) = Σ cᵢ ln θᵢ is greatest where
 * θᵢ = cᵢ / (floor + pull·zᵢ), with zᵢ the distance from the end that the pull goes towards, and the floor such that the shares
 * add up to 1. An end cell without answers takes the share that is left over once the floor has fallen to 0.
 */
export class Cells implements Profile {
  readonly n: number;
  readonly squaredError: number;
  readonly low: number;
  readonly high: number;
  private readonly counts: number[];
  /** The distances of the filled cells from either end, in lengths of the scale. */
  private readonly fromLow: number[];
  private readonly fromHigh: number[];

  constructor(distribution: readonly ScoreCount[], extra = 0) {
    this.low = distribution[0]!.score;
    this.high = distribution.at(-1)!.score;
    const isEnd = (score: number) => score === this.low || score === this.high;
    const weighted = distribution.map(({ score, count }) => ({ score, count: isEnd(score) ? count + extra : count }));
    const filled = weighted.filter(({ count }) => count > 0);
    this.counts = filled.map(({ count }) => count);
    this.n = this.counts.reduce((n, count) => n + count, 0);
    this.fromLow = filled.map(({ score }) => (score - this.low) / (this.high - this.low));
    this.fromHigh = filled.map(({ score }) => (this.high - score) / (this.high - this.low));
    const mean = this.average(this.fromLow);
    this.squaredError = this.average(this.fromLow.map((distance) => (distance - mean) ** 2)) / this.n;
  }

  at(pull: number): Point {
    const distances = pull > 0 ? this.fromHigh : this.fromLow;
    const slope = Math.abs(pull) / this.n;
    const base = baseAt(slope);
    const floor = this.floorAt(slope, distances);
    let [mean, deviance] = [0, 0];
    for (let i = 0; i < distances.length; i++) {
      const [count, distance] = [this.counts[i]!, distances[i]!];
      const ratio = floor + slope * distance;
      mean += (count * distance) / (this.n * (base + ratio));
      deviance += 2 * count * (base === 1 ? Math.log1p(ratio) : Math.log(ratio));
    }
    const moved = (this.high - this.low) * mean;
    return { mean: pull > 0 ? this.high - moved : this.low + moved, deviance: Math.max(deviance, 0) };
  }

  /**
   * The floor ≥ 0, less its base, where f = Σ cᵢ/n / (floor + slope·zᵢ) falls to 1, or 0. Newton's method on 1/f, which is
   * concave in the floor, so that it rises to the root from any floor below it.
   */
  private floorAt(slope: number, distances: number[]): number {
    const base = baseAt(slope);
    const inTheEnd = distances.indexOf(0) === -1 ? 0 : this.counts[distances.indexOf(0)]! / this.n;
    let floor = Math.max(1 - base - slope * this.average(distances), inTheEnd - base);
    for (let round = 0; round < 100; round++) {
      let [excess, steepness] = [base - 1, 0];
      for (let i = 0; i < distances.length; i++) {
        const share = this.counts[i]! / this.n;
        const ratio = floor + slope * distances[i]!;
        excess += base === 1 ? (-share * ratio) / (1 + ratio) : share / ratio;
        steepness += share / (base + ratio) ** 2;
      }
      if (excess <= 0) break;
      const step = (excess * (1 + excess)) / steepness;
      floor += step;
      if (step < enough * (base === 1 ? slope : floor)) break;
    }
    return floor;
  }

  private average(values: number[]): number {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += this.counts[i]! * values[i]!;
    return sum / this.n;
  }
}

/** While the slope is small the floor is near 1, and what it differs by is computed, which many answers multiply. */
function baseAt(slope: number): 0 | 1 {
  return slope < 1 / 2 ? 1 : 0;
}

/** Two sides with what their means differ by: the first is pulled up while the second is pulled down by as much. */
export class CellsDifference implements Profile {
  readonly n: number;
  readonly squaredError: number;
  readonly low: number;
  readonly high: number;

  constructor(
    private readonly first: Cells,
    private readonly second: Cells,
  ) {
    this.n = Math.min(first.n, second.n);
    this.squaredError = first.squaredError + second.squaredError;
    this.low = first.low - second.high;
    this.high = first.high - second.low;
  }

  at(pull: number): Point {
    const [up, down] = [this.first.at(pull), this.second.at(-pull)];
    return { mean: up.mean - down.mean, deviance: up.deviance + down.deviance };
  }

  /** The least deviance at which the sides have one mean. */
  devianceOfEquality(): number {
    const { mean } = this.at(0);
    if (mean === 0) return 0;
    const direction = -Math.sign(mean);
    const lengths = (2 * Math.abs(mean)) / (this.high - this.low);
    const start = Math.min(lengths / this.squaredError, this.n);
    const pull = positiveRoot((size) => -this.at(direction * size).mean / mean, start);
    return this.at(direction * pull).deviance;
  }
}

/** The least and the greatest mean with a deviance of at most `limit`, and `estimate` if that lies beyond. */
export function within(profile: Profile, limit: number, estimate: number): { low: number; high: number } {
  // The deviance of many answers is near squaredError·pull². Where they nearly agree it begins to grow beside n.
  const start = Math.min(Math.sqrt(limit / profile.squaredError), profile.n);
  const farthest = (direction: 1 | -1) => {
    const pull = positiveRoot((size) => profile.at(direction * size).deviance / limit - 1, start);
    return pull === Infinity ? null : profile.at(direction * pull).mean;
  };
  return {
    low: Math.min(farthest(-1) ?? profile.low, estimate),
    high: Math.max(farthest(1) ?? profile.high, estimate),
  };
}
