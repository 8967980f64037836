import { Cells, CellsDifference, type Profile, type ScoreCount, within } from './likelihood.js';
import { mixtureEvidence, mixtureInterval } from './mixture.js';
import { defaultLevel, type Difference, type Interval, noDifference, type Score } from './score.js';
import { criticalValue, tailProbability } from './student-t.js';

/**
 * The mean of a distribution: every score of its scale in ascending order, those without an answer included.
 *
 * The interval for one look is the empirical likelihood's (Owen 1988, 1990), held against Student's t with n − 1 degrees of freedom, after
 * ¼ answer was added to each end of the scale: without the quarters it claims too much where nearly all answers agree. One
 * answer has none. It is not symmetric about the estimate.
 */
export class Mean implements Score<Mean> {
  readonly n: number;
  readonly estimate: number | null;

  constructor(private readonly distribution: readonly ScoreCount[]) {
    const total = (value: (score: number) => number) => distribution.reduce((t, d) => t + d.count * value(d.score), 0);
    this.n = total(() => 1);
    this.estimate = this.n === 0 ? null : total((score) => score) / this.n;
  }

  interval(level = defaultLevel): Interval | null {
    if (this.estimate === null || this.n < 2) return null;
    return likelihoodInterval(this.quartered(), this.n - 1, this.estimate, level);
  }

  intervalAlways(level = defaultLevel): Interval | null {
    if (this.estimate === null) return null;
    return mixtureInterval(this.cells(), [this.counts()], this.estimate, level);
  }

  minus(other: Mean): Difference {
    return this.estimate === null || other.estimate === null ? noDifference : new MeanDifference(this, other);
  }

  cells(): Cells {
    return new Cells(this.distribution);
  }

  quartered(): Cells {
    return new Cells(this.distribution, 1 / 4);
  }

  counts(): number[] {
    return this.distribution.map(({ count }) => count);
  }
}

/** 100·(promoters − detractors)/n, −100..100: the mean of answers that are worth 100, 0 or −100. */
export class NetPromoterScore extends Mean {
  constructor(promoters: number, detractors: number, n: number) {
    super([
      { score: -100, count: detractors },
      { score: 0, count: n - promoters - detractors },
      { score: 100, count: promoters },
    ]);
  }
}

/** The same likelihood over both sides, t with one degree of freedom less than the smaller side has answers. */
class MeanDifference implements Difference {
  readonly estimate: number;
  private readonly degrees: number;
  private oncePath: CellsDifference | undefined;
  private alwaysPath: CellsDifference | undefined;

  constructor(
    private readonly first: Mean,
    private readonly second: Mean,
  ) {
    this.estimate = first.estimate! - second.estimate!;
    this.degrees = Math.min(first.n, second.n) - 1;
  }

  get p(): number | null {
    if (this.degrees < 1) return null;
    return tailProbability(Math.sqrt(this.once().devianceOfEquality()), this.degrees);
  }

  interval(level = defaultLevel): Interval | null {
    return this.degrees < 1 ? null : likelihoodInterval(this.once(), this.degrees, this.estimate, level);
  }

  get e(): number {
    return mixtureEvidence(this.always(), this.sides());
  }

  intervalAlways(level = defaultLevel): Interval {
    return mixtureInterval(this.always(), this.sides(), this.estimate, level);
  }

  private once(): CellsDifference {
    return (this.oncePath ??= new CellsDifference(this.first.quartered(), this.second.quartered()));
  }

  private always(): CellsDifference {
    return (this.alwaysPath ??= new CellsDifference(this.first.cells(), this.second.cells()));
  }

  private sides(): number[][] {
    return [this.first.counts(), this.second.counts()];
  }
}

function likelihoodInterval(profile: Profile, degrees: number, estimate: number, level: number): Interval {
  const limit = criticalValue(1 - level, degrees) ** 2;
  return { ...within(profile, limit, estimate), level, method: 'likelihood-once' };
}
