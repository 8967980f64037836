import { describe, expect, it } from '@jest/globals';
import { rounded } from '../../test/harness/scores.arbitrary.js';
import { Share } from './share.js';

describe('Share', () => {
  it.each([
    [0, 10, '0.000000..0.277533'],
    [8, 10, '0.490162..0.943318'],
    [10, 10, '0.722467..1.000000'],
    [1, 1, '0.206549..1.000000'],
    [83, 100, '0.744520..0.891064'],
    [830, 1000, '0.805466..0.852008'],
  ])('%d of %d lies within %s', (k, n, bounds) => {
    expect(rounded(new Share(k, n).interval())).toBe(bounds);
    expect(new Share(k, n).interval()).toMatchObject({ level: 0.95, method: 'wilson-once' });
  });

  it.each([
    [0, 10, '0.000000..0.416880'],
    [8, 10, '0.353042..0.989517'],
    [10, 10, '0.583120..1.000000'],
    [1, 1, '0.025000..1.000000'],
    [83, 100, '0.686314..0.928146'],
    [830, 1000, '0.784377..0.869919'],
    [8300, 10_000, '0.814963..0.844363'],
  ])('%d of %d lies within %s at any time', (k, n, bounds) => {
    expect(rounded(new Share(k, n).intervalAlways())).toBe(bounds);
    expect(new Share(k, n).intervalAlways()).toMatchObject({ level: 0.95, method: 'mixture-always' });
  });

  it('of nothing has no estimate, no interval and no difference', () => {
    const none = new Share(0, 0);
    expect([none.estimate, none.interval(), none.intervalAlways()]).toEqual([null, null, null]);
    expect(none.minus(new Share(1, 2))).toMatchObject({ estimate: null, p: null, e: null });
    const difference = new Share(1, 2).minus(none);
    expect([difference.interval(), difference.intervalAlways()]).toEqual([null, null]);
  });
});

describe('the difference of two shares', () => {
  it.each([
    [56, 70, 48, 80, 0.2, '0.052431..0.333873'],
    [9, 10, 3, 10, 0.6, '0.170523..0.809018'],
  ])('%d of %d − %d of %d is %d, within %s', (k1, n1, k2, n2, estimate, bounds) => {
    const difference = new Share(k1, n1).minus(new Share(k2, n2));
    expect(difference.estimate).toBeCloseTo(estimate, 12);
    expect(rounded(difference.interval())).toBe(bounds);
    expect(difference.interval()).toMatchObject({ level: 0.95, method: 'newcombe-once' });
  });

  it.each([
    [56, 70, 48, 80, '-0.083939..0.461529', '5.8728e-1'],
    [560, 700, 480, 800, '0.098879..0.298232', '6.5389e+12'],
    [9, 10, 3, 10, '-0.104735..0.953570', '4.8277e+0'],
  ])('%d of %d − %d of %d is within %s at any time, e = %s', (k1, n1, k2, n2, bounds, e) => {
    const difference = new Share(k1, n1).minus(new Share(k2, n2));
    expect(rounded(difference.intervalAlways())).toBe(bounds);
    expect(difference.e!.toExponential(4)).toBe(e);
  });

  it('is widened to hold 0 where the test finds that it may be chance', () => {
    const difference = new Share(3, 20).minus(new Share(8, 200));
    expect(difference.p).toBeCloseTo(0.066284, 6);
    expect(rounded(difference.interval())).toBe('0.000000..0.321329');
    expect(difference.interval()).toMatchObject({ level: 0.95, method: 'newcombe-widened-once' });
    const turned = new Share(8, 200).minus(new Share(3, 20));
    expect(rounded(turned.interval())).toBe('-0.321329..0.000000');
    expect(turned.interval()).toMatchObject({ method: 'newcombe-widened-once' });
  });
});
