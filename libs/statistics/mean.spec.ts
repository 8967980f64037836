import { describe, expect, it } from '@jest/globals';
import { meanOf, rounded, scoreOf } from '../../test/harness/scores.arbitrary.js';

describe('NetPromoterScore', () => {
  it.each([
    [[50, 30, 20], 30, '13.843..44.686'],
    [[500, 300, 200], 30, '25.083..34.771'],
    [[3, 1, 1], 40, '-63.013..94.632'],
    [[5, 0, 0], 100, '-18.940..100.000'],
    [[0, 0, 10], -100, '-100.000..-43.183'],
    [[1, 0, 1], 0, '-100.000..100.000'],
  ])('of %j promoters, passives and detractors is %d, within %s', (counts, estimate, bounds) => {
    const score = scoreOf(counts);
    expect(score.estimate).toBe(estimate);
    expect(rounded(score.interval(), 3)).toBe(bounds);
    expect(score.interval()).toMatchObject({ level: 0.95, method: 'likelihood-once' });
  });

  it.each([
    [[50, 30, 20], '-0.472..56.433'],
    [[500, 300, 200], '19.194..40.257'],
    [[3, 1, 1], '-67.373..96.800'],
    [[5, 0, 0], '-40.244..100.000'],
  ])('of %j is within %s at any time', (counts, bounds) => {
    expect(rounded(scoreOf(counts).intervalAlways(), 3)).toBe(bounds);
    expect(scoreOf(counts).intervalAlways()).toMatchObject({ level: 0.95, method: 'mixture-always' });
  });

  it('differs by as much as 128 to 200 where all of ten praise and all of ten blame', () => {
    const difference = scoreOf([10, 0, 0]).minus(scoreOf([0, 0, 10]));
    expect([difference.estimate, rounded(difference.interval(), 3)]).toEqual([200, '128.074..200.000']);
  });

  it('differs with an interval and a p-value', () => {
    const difference = scoreOf([50, 30, 20]).minus(scoreOf([40, 30, 30]));
    expect([difference.estimate, rounded(difference.interval(), 3)]).toEqual([20, '-2.828..42.290']);
    expect(difference.p).toBeCloseTo(0.085286, 6);
  });
});

describe('Mean', () => {
  it.each([
    [[0, 0, 0, 0, 5], 5, '2.621210..5.000000'],
    [[1, 0, 0, 0, 1], 3, '1.000000..5.000000'],
    [[0, 0, 1, 2, 7], 4.6, '3.534616..4.897857'],
    [[2, 3, 10, 40, 45], 4.23, '4.024980..4.388556'],
    [[20, 30, 100, 400, 450], 4.23, '4.172230..4.283328'],
  ])('of %j ones to fives is %d, within %s', (counts, estimate, bounds) => {
    const mean = meanOf(counts);
    expect(mean.estimate).toBeCloseTo(estimate, 12);
    expect(rounded(mean.interval())).toBe(bounds);
    expect(mean.interval()).toMatchObject({ level: 0.95, method: 'likelihood-once' });
  });

  it.each([
    [[2, 3, 10, 40, 45], '3.680336..4.580128'],
    [[20, 30, 100, 400, 450], '4.056857..4.376642'],
    [[0, 0, 0, 0, 5], '1.835180..5.000000'],
    [[1, 0, 0, 0, 1], '1.006678..4.993322'],
  ])('of %j is within %s at any time', (counts, bounds) => {
    expect(rounded(meanOf(counts).intervalAlways())).toBe(bounds);
  });

  it.each([
    [[2, 3, 10, 40, 45], [20, 30, 100, 400, 450], 0, '-0.211325..0.169356', 0.953643],
    [[0, 0, 0, 0, 10], [0, 0, 1, 2, 7], 0.4, '-0.745379..1.405974', 0.340229],
    [[0, 0, 0, 0, 10], [0, 0, 0, 5, 95], 0.05, null, 0.835464],
  ])('of %j − that of %j is %d, within %s', (first, second, estimate, bounds, p) => {
    const difference = meanOf(first).minus(meanOf(second));
    expect(difference.estimate).toBeCloseTo(estimate, 12);
    if (bounds) expect(rounded(difference.interval())).toBe(bounds);
    expect(difference.p).toBeCloseTo(p, 6);
  });

  it('of one answer has an estimate, an interval at any time, and none for one look', () => {
    const one = meanOf([0, 0, 0, 1, 0]);
    expect([one.n, one.estimate, one.interval()]).toEqual([1, 4, null]);
    expect(one.intervalAlways()!.high - one.intervalAlways()!.low).toBeGreaterThan(2);
    const difference = one.minus(meanOf([1, 2, 3, 4, 5]));
    expect([difference.p, difference.interval()]).toEqual([null, null]);
  });

  it('of nothing has no estimate, no interval and no difference', () => {
    const none = meanOf([0, 0, 0, 0, 0]);
    expect([none.n, none.estimate, none.interval(), none.intervalAlways()]).toEqual([0, null, null, null]);
    expect(none.minus(meanOf([1, 0, 0, 0, 1]))).toMatchObject({ estimate: null, p: null, e: null });
  });

  it('of answers that all agree is no certainty', () => {
    const [fours, fives] = [meanOf([0, 0, 0, 11, 0]), meanOf([0, 0, 0, 0, 11])];
    expect(fours.interval()!.high).toBeGreaterThan(4.1);
    expect(fours.interval()!.low).toBeLessThan(3.9);
    expect(rounded(fives.minus(fours).interval())).toBe('-0.009191..1.705803');
    expect(fives.minus(fours).p).toBeCloseTo(0.051246, 6);
  });
});
