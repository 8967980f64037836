import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cells, kinds, levels, meanOf, shareOf, twoOf, width } from '../../test/harness/scores.arbitrary.js';
import type { Difference, Interval, Score } from './score.js';

/** Bounds are found to less than this part of the scale. */
const rounding = 1e-9;

type AnyScore = Score<AnyScore>;
type Bounded = Pick<Difference, 'interval' | 'intervalAlways'>;

const looks = [
  { look: 'one look', of: (it: Bounded, level?: number): Interval | null => it.interval(level) },
  { look: 'looks at any time', of: (it: Bounded, level?: number): Interval | null => it.intervalAlways(level) },
];

describe.each(looks)('an interval for $look', ({ of }) => {
  describe.each(kinds)('of a $kind', ({ size, make, low, high }) => {
    const score = (counts: number[]) => make(counts) as unknown as AnyScore;
    const answers = cells(size).filter((counts) => counts.reduce((n, count) => n + count) > 1);
    const more = fc.integer({ min: 2, max: 20 });
    const slack = rounding * (high - low);

    it('holds the estimate and stays within the scale', () => {
      fc.assert(
        fc.property(answers, levels, (counts, level) => {
          const { estimate } = score(counts);
          const ci = of(score(counts), level)!;
          expect([low <= ci.low, ci.low <= estimate!, estimate! <= ci.high, ci.high <= high]).not.toContain(false);
        }),
      );
    });

    it('lies within that of a higher level', () => {
      fc.assert(
        fc.property(answers, twoOf(levels), (counts, some) => {
          const [lower, higher] = some.toSorted().map((level) => of(score(counts), level)!);
          expect(higher!.low).toBeLessThanOrEqual(lower!.low + slack);
          expect(higher!.high).toBeGreaterThanOrEqual(lower!.high - slack);
        }),
      );
    });

    it('is mirrored with its scale', () => {
      fc.assert(
        fc.property(answers, (counts) => {
          const [there, back] = [of(score(counts))!, of(score(counts.toReversed()))!];
          expect(Math.abs(there.low + back.high - low - high)).toBeLessThan(slack);
          expect(Math.abs(there.high + back.low - low - high)).toBeLessThan(slack);
        }),
      );
    });

    it('is never wider with more answers of the same proportions', () => {
      fc.assert(
        fc.property(answers, more, levels, (counts, times, level) => {
          const manyMore = counts.map((count) => times * count);
          expect(width(of(score(manyMore), level))).toBeLessThanOrEqual(width(of(score(counts), level)) + slack);
        }),
      );
    });

    describe('that differs', () => {
      const pairs = twoOf(answers);

      it('holds the estimate and stays within what the scale allows', () => {
        fc.assert(
          fc.property(pairs, levels, ([a, b], level) => {
            const difference = score(a).minus(score(b));
            const ci = of(difference, level)!;
            const within = [low - high <= ci.low, ci.low <= difference.estimate!, difference.estimate! <= ci.high];
            expect([...within, ci.high <= high - low]).not.toContain(false);
          }),
        );
      });

      it('lies within that of a higher level', () => {
        fc.assert(
          fc.property(pairs, twoOf(levels), ([a, b], some) => {
            const [lower, higher] = some.toSorted().map((level) => of(score(a).minus(score(b)), level)!);
            expect(higher!.low).toBeLessThanOrEqual(lower!.low + slack);
            expect(higher!.high).toBeGreaterThanOrEqual(lower!.high - slack);
          }),
        );
      });

      it('is turned round with its sides', () => {
        fc.assert(
          fc.property(pairs, ([a, b]) => {
            const [there, back] = [score(a).minus(score(b)), score(b).minus(score(a))];
            expect(there.estimate).toBe(0 - back.estimate!);
            expect(Math.abs(of(there)!.low + of(back)!.high)).toBeLessThan(slack);
            expect(there.p! / back.p! || 1).toBeCloseTo(1, 6);
            expect(there.e! / back.e! || 1).toBeCloseTo(1, 6);
          }),
        );
      });

      it('is never wider with more answers of the same proportions', () => {
        fc.assert(
          fc.property(pairs, more, levels, ([a, b], times, level) => {
            const [c, d] = [a, b].map((counts) => score(counts.map((count) => times * count)));
            const after = width(of(c!.minus(d!), level));
            expect(after).toBeLessThanOrEqual(width(of(score(a).minus(score(b)), level)) + slack);
          }),
        );
      });
    });
  });
});

describe.each(kinds)('the interval of the difference of a $kind', ({ size, make }) => {
  const score = (counts: number[]) => make(counts) as unknown as AnyScore;
  const pairs = twoOf(cells(size).filter((counts) => counts.reduce((n, count) => n + count) > 1));
  const leavesOut = ({ low, high }: Interval) => low > 0 || high < 0;
  const near = (value: number, alpha: number) => Math.abs(value / alpha - 1) < 1e-6;

  it('for one look leaves out 0 only if p is at most one minus its level, and of means then unless the estimate forbids it', () => {
    fc.assert(
      fc.property(pairs, levels, ([a, b], level) => {
        const difference = score(a).minus(score(b));
        fc.pre(!near(difference.p!, 1 - level));
        const ci = difference.interval(level)!;
        if (leavesOut(ci)) expect(difference.p).toBeLessThan(1 - level);
        else if (difference.p! < 1 - level && ci.method === 'likelihood-once')
          expect([ci.low, ci.high]).toContain(difference.estimate);
      }),
    );
  });

  it('for looks at any time leaves out 0 exactly if e is at least one by one minus its level', () => {
    fc.assert(
      fc.property(pairs, levels, ([a, b], level) => {
        const difference = score(a).minus(score(b));
        fc.pre(!near(1 / difference.e!, 1 - level));
        expect(leavesOut(difference.intervalAlways(level)!)).toBe(difference.e! > 1 / (1 - level));
      }),
    );
  });
});

describe('of a thousand million answers', () => {
  const perScore = [2e7, 3e7, 1e8, 4e8, 4.5e8];

  it('an interval is as exact as of a few', () => {
    expect(meanOf(perScore).interval()).toMatchObject({
      low: expect.closeTo(4.22994466, 8),
      high: expect.closeTo(4.23005533, 8),
    });
    expect(meanOf(perScore).intervalAlways()).toMatchObject({
      low: expect.closeTo(4.22973721, 8),
      high: expect.closeTo(4.23026272, 8),
    });
  });

  it('that agree, little remains', () => {
    expect(width(meanOf([0, 0, 0, 0, 1e9]).interval())).toBeCloseTo(1.1e-8, 9);
    // (1 − p)^n = 0.05 / (n + 1)
    expect(shareOf([1e9, 0]).intervalAlways()!.high).toBeCloseTo(2.3719e-8, 12);
  });

  it('that barely differ are found to', () => {
    const [first, ...others] = perScore;
    // One more of ones: 3.23/n, of a standard error of √(2·0.797/n).
    expect(meanOf(perScore).minus(meanOf([first! + 1, ...others])).p).toBeCloseTo(0.99993545, 8);
  });

  it('of equal shares a difference holds 0, and of unequal ones does not', () => {
    const [half, more] = [shareOf([5e8, 5e8]), shareOf([4.9e8, 5.1e8])];
    expect(half.minus(half).p).toBe(1);
    expect(half.minus(half).intervalAlways()!.low).toBeLessThan(0);
    expect(more.minus(half).p).toBeLessThan(1e-300);
    expect(more.minus(half).e).toBe(Infinity);
    expect(more.minus(half).intervalAlways()!.low).toBeCloseTo(0.01, 3);
  });
});
