import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Difference, Interval, Mean, NetPromoterScore, ScoreCount, Share } from './statistics.js';

const stars = { low: 1, high: 5 };
const counts = fc.nat(100_000);
const levels = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
const shares = fc
  .tuple(counts, counts)
  .filter(([k, rest]) => k + rest > 0)
  .map(([k, rest]) => new Share(k, k + rest));
const promoterScores = fc
  .tuple(counts, counts, counts)
  .filter(([p, passives, d]) => p + passives + d > 0)
  .map(([p, passives, d]) => new NetPromoterScore(p, d, p + passives + d));
const perScale = { minLength: 5, maxLength: 5 };
const distributions = fc
  .oneof(fc.array(fc.nat(2), perScale), fc.array(fc.nat(10_000), perScale))
  .filter((perScore) => perScore.reduce((a, b) => a + b) > 1)
  .map((perScore) => perScore.map((count, i): ScoreCount => ({ score: i + 1, count })));
const means = distributions.map((distribution) => new Mean(distribution, stars));

function counted(...pairs: [score: number, count: number][]): ScoreCount[] {
  return pairs.map(([score, count]) => ({ score, count }));
}

function bounds(interval: Interval | null): [string, string] | null {
  return interval && [interval.low.toFixed(6), interval.high.toFixed(6)];
}

function existing(interval: Interval | null): Interval {
  if (!interval) throw new Error('no interval');
  return interval;
}

function width(interval: Interval | null): number {
  const { low, high } = existing(interval);
  return high - low;
}

describe('Share', () => {
  it.each([
    [0, 10, '0.000000', '0.277533'],
    [8, 10, '0.490162', '0.943318'],
    [10, 10, '0.722467', '1.000000'],
    [1, 1, '0.206549', '1.000000'],
    [83, 100, '0.744520', '0.891064'],
    [830, 1000, '0.805466', '0.852008'],
  ])('%d of %d lies between %s and %s', (k, n, low, high) => {
    expect(bounds(new Share(k, n).interval())).toEqual([low, high]);
  });

  it('of nothing has no estimate, no interval and no difference', () => {
    const none = new Share(0, 0);
    expect([none.estimate, none.interval()]).toEqual([null, null]);
    expect(none.minus(new Share(1, 2))).toMatchObject({ estimate: null, p: 1 });
    expect(new Share(1, 2).minus(none).interval()).toBeNull();
  });

  it('says its level and method', () => {
    expect(new Share(1, 2).interval()).toMatchObject({ level: 0.95, method: 'wilson' });
    expect(new Share(1, 2).interval(0.9)).toMatchObject({ level: 0.9 });
  });

  it('has an interval that holds the estimate and stays within 0–1', () => {
    fc.assert(
      fc.property(shares, levels, (share, level) => {
        const { low, high } = existing(share.interval(level));
        expect([low >= 0, low <= share.estimate!, share.estimate! <= high, high <= 1]).not.toContain(false);
      }),
    );
  });

  it('of none or all ends exactly at 0 or 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), levels, (n, level) => {
        expect(new Share(0, n).interval(level)?.low).toBe(0);
        expect(new Share(n, n).interval(level)?.high).toBe(1);
      }),
    );
  });

  it('is surer with four times the answers', () => {
    fc.assert(
      fc.property(shares, (share) => {
        expect(width(new Share(4 * share.count, 4 * share.n).interval())).toBeLessThan(width(share.interval()));
      }),
    );
  });
});

describe('the difference of two shares', () => {
  it.each([
    [new Share(56, 70), new Share(48, 80), 0.2, '0.052431', '0.333873'],
    [new Share(9, 10), new Share(3, 10), 0.6, '0.170523', '0.809018'],
  ])('%j − %j is %d, between %s and %s', (a, b, estimate, low, high) => {
    const difference = a.minus(b);
    expect(difference.estimate).toBeCloseTo(estimate, 12);
    expect(bounds(difference.interval())).toEqual([low, high]);
    expect(difference.interval()).toMatchObject({ level: 0.95, method: 'newcombe' });
  });

  it('is antisymmetric', () => {
    fc.assert(
      fc.property(shares, shares, (a, b) => {
        const [there, back] = [a.minus(b), b.minus(a)];
        expect(there.estimate).toBe(0 - back.estimate!);
        expect(there.interval()!.low).toBeCloseTo(-back.interval()!.high, 12);
        expect(there.p).toBeCloseTo(back.p, 9);
      }),
    );
  });

  it('lies within its interval, and that within −1..1', () => {
    fc.assert(
      fc.property(shares, shares, levels, (a, b, level) => {
        const difference = a.minus(b);
        const { low, high } = existing(difference.interval(level));
        expect([low >= -1, low <= difference.estimate!, difference.estimate! <= high, high <= 1]).not.toContain(false);
      }),
    );
  });
});

describe('NetPromoterScore', () => {
  it.each([
    [50, 30, 20, 30, '14.051', '44.201'],
    [3, 1, 1, 40, '-29.783', '79.783'],
    [5, 0, 0, 100, '17.491', '100.000'],
    [500, 300, 200, 30, '25.077', '34.744'],
  ])('of %d promoters, %d passives, %d detractors is %d, between %s and %s', (p, passives, d, estimate, low, high) => {
    const score = new NetPromoterScore(p, d, p + passives + d);
    const interval = existing(score.interval());
    expect(score.estimate).toBeCloseTo(estimate, 12);
    expect([interval.low.toFixed(3), interval.high.toFixed(3)]).toEqual([low, high]);
    expect(interval).toMatchObject({ level: 0.95, method: 'adjusted-wald' });
  });

  it('of nothing has no estimate, no interval and no difference', () => {
    const none = new NetPromoterScore(0, 0, 0);
    expect([none.estimate, none.interval(), none.minus(none).estimate]).toEqual([null, null, null]);
  });

  it('has an interval within ±100 that holds the adjusted score', () => {
    fc.assert(
      fc.property(promoterScores, levels, (score, level) => {
        const adjusted = (100 * (score.promoters - score.detractors)) / (score.n + 3);
        const { low, high } = existing(score.interval(level));
        expect([low >= -100, low <= adjusted, adjusted <= high, high <= 100]).not.toContain(false);
      }),
    );
  });

  it('is surer with four times the answers', () => {
    fc.assert(
      fc.property(promoterScores, ({ promoters, detractors, n }) => {
        const some = new NetPromoterScore(promoters, detractors, n).minus(new NetPromoterScore(1, 1, 1e9));
        const more = new NetPromoterScore(4 * promoters, 4 * detractors, 4 * n).minus(new NetPromoterScore(1, 1, 1e9));
        expect(width(more.interval())).toBeLessThan(width(some.interval()));
      }),
    );
  });

  it('differs by the raw difference, its interval around the adjusted one', () => {
    const difference = new NetPromoterScore(50, 20, 100).minus(new NetPromoterScore(20, 30, 80));
    expect(difference.estimate).toBeCloseTo(42.5, 12);
    expect(difference.interval()!.low).toBeCloseTo(18.641869986840387, 9);
    expect(difference.interval()!.high).toBeCloseTo(63.7069427397943, 9);
    expect(difference.p).toBeCloseTo(0.00034162281239256303, 14);
  });

  it('cannot differ by more than 200', () => {
    const difference = new NetPromoterScore(2, 0, 2).minus(new NetPromoterScore(0, 2, 2));
    expect(difference.interval(0.9999)!.high).toBe(200);
  });
});

describe('Mean', () => {
  const first = new Mean(counted([5, 30], [4, 10], [1, 5]), stars);
  const second = new Mean(counted([5, 10], [4, 20], [3, 10], [1, 10]), stars);

  it('has the t interval', () => {
    expect(first.estimate).toBeCloseTo(4.333333333333333, 12);
    expect(bounds(first.interval())).toEqual(['3.954393', '4.712274']);
    expect(first.interval()).toMatchObject({ level: 0.95, method: 't' });
  });

  it('of one answer has an estimate and no interval', () => {
    const one = new Mean([{ score: 4, count: 1 }], stars);
    expect([one.n, one.estimate, one.interval()]).toEqual([1, 4, null]);
    expect(one.minus(first)).toMatchObject({ p: 1 });
    expect(one.minus(first).interval()).toBeNull();
  });

  it('of nothing has no estimate, no interval and no difference', () => {
    const none = new Mean([], stars);
    expect([none.n, none.estimate, none.interval(), none.minus(first).estimate]).toEqual([0, null, null, null]);
  });

  it('has an interval that holds the estimate and stays within the scale', () => {
    fc.assert(
      fc.property(means, levels, (mean, level) => {
        const { low, high } = existing(mean.interval(level));
        expect([low >= 1, low <= mean.estimate!, mean.estimate! <= high, high <= 5]).not.toContain(false);
      }),
    );
  });

  it('is no less sure with four times the answers', () => {
    fc.assert(
      fc.property(distributions, (distribution) => {
        const more = distribution.map(({ score, count }) => ({ score, count: 4 * count }));
        expect(width(new Mean(more, stars).interval())).toBeLessThanOrEqual(
          width(new Mean(distribution, stars).interval()),
        );
      }),
    );
  });

  it('differs with the interval and the p-value of Welch', () => {
    const difference = first.minus(second);
    expect(difference.estimate).toBeCloseTo(0.9333333333333331, 12);
    expect(bounds(difference.interval())).toEqual(['0.397146', '1.469521']);
    expect(difference.p).toBeCloseTo(0.0008263886404404321, 13);
    expect(difference.interval()).toMatchObject({ level: 0.95, method: 'welch' });
  });

  it('of answers that all agree is a point, and two such points differ for certain or not at all', () => {
    const [four, five] = [new Mean(counted([4, 10]), stars), new Mean(counted([5, 10]), stars)];
    expect(bounds(five.interval())).toEqual(['5.000000', '5.000000']);
    expect(five.minus(four)).toMatchObject({ estimate: 1, p: 0 });
    expect(five.minus(five)).toMatchObject({ estimate: 0, p: 1 });
  });
});

describe('the interval of a difference', () => {
  const differences: [string, fc.Arbitrary<Difference>][] = [
    ['shares', fc.tuple(shares, shares).map(([a, b]) => a.minus(b))],
    ['net promoter scores', fc.tuple(promoterScores, promoterScores).map(([a, b]) => a.minus(b))],
    ['means', fc.tuple(means, means).map(([a, b]) => a.minus(b))],
  ];

  it.each(differences)('of two %s leaves out 0 exactly when p is below one minus its level', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, levels, (difference, level) => {
        fc.pre(Math.abs(difference.p - (1 - level)) > 1e-9);
        const { low, high } = existing(difference.interval(level));
        expect(low > 0 || high < 0).toBe(difference.p < 1 - level);
      }),
      { numRuns: 500 },
    );
  });
});
