import { independenceP } from './fisher.js';
import { Cells, CellsDifference } from './likelihood.js';
import { mixtureEvidence, mixtureInterval } from './mixture.js';
import { defaultLevel, type Difference, type Interval, noDifference, type Score } from './score.js';
import { criticalValue } from './student-t.js';

/** `count` of `n` answers, as a share 0–1. The interval for one look: Wilson 1927, the score interval. */
export class Share implements Score<Share> {
  readonly estimate: number | null;

  constructor(
    readonly count: number,
    readonly n: number,
  ) {
    this.estimate = n === 0 ? null : count / n;
  }

  interval(level = defaultLevel): Interval | null {
    return this.n === 0 ? null : { ...this.bounds(level), level, method: 'wilson-once' };
  }

  intervalAlways(level = defaultLevel): Interval | null {
    return this.estimate === null ? null : mixtureInterval(this.cells(), [this.counts()], this.estimate, level);
  }

  minus(other: Share): Difference {
    return this.estimate === null || other.estimate === null ? noDifference : new ShareDifference(this, other);
  }

  /** The Wilson bounds. */
  bounds(level: number): { low: number; high: number } {
    const { count, n } = this;
    const z = criticalValue(1 - level);
    const centre = (count + (z * z) / 2) / (n + z * z);
    const half = (z / (n + z * z)) * Math.sqrt((count * (n - count)) / n + (z * z) / 4);
    return { low: count === 0 ? 0 : centre - half, high: count === n ? 1 : centre + half };
  }

  cells(): Cells {
    const [without, withIt] = this.counts();
    return new Cells([
      { score: 0, count: without },
      { score: 1, count: withIt },
    ]);
  }

  counts(): [number, number] {
    return [this.n - this.count, this.count];
  }
}

/**
 * The interval for one look: Newcombe 1998, method 10, from the two Wilson intervals; −1..1. The test: Fisher's. Where the
 * test cannot tell the shares apart and the interval would, the interval is widened to hold 0.
 */
class ShareDifference implements Difference {
  readonly estimate: number;
  private known: number | undefined;

  constructor(
    private readonly first: Share,
    private readonly second: Share,
  ) {
    this.estimate = first.estimate! - second.estimate!;
  }

  get p(): number {
    return (this.known ??= independenceP(this.first.count, this.first.n, this.second.count, this.second.n));
  }

  interval(level = defaultLevel): Interval {
    const { low, high } = this.newcombe(level);
    const tellsApart = low > 0 || high < 0;
    if (!tellsApart || this.p <= 1 - level) return { low, high, level, method: 'newcombe-once' };
    return { low: Math.min(low, 0), high: Math.max(high, 0), level, method: 'newcombe-widened-once' };
  }

  get e(): number {
    return mixtureEvidence(this.path(), this.sides());
  }

  intervalAlways(level = defaultLevel): Interval {
    return mixtureInterval(this.path(), this.sides(), this.estimate, level);
  }

  private newcombe(level: number): { low: number; high: number } {
    const [first, second] = [this.first.bounds(level), this.second.bounds(level)];
    const [p1, p2] = [this.first.estimate!, this.second.estimate!];
    return {
      low: this.estimate - Math.hypot(p1 - first.low, second.high - p2),
      high: this.estimate + Math.hypot(first.high - p1, p2 - second.low),
    };
  }

  private path(): CellsDifference {
    return new CellsDifference(this.first.cells(), this.second.cells());
  }

  private sides(): number[][] {
    return [this.first.counts(), this.second.counts()];
  }
}
