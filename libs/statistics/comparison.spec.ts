import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { benjaminiHochberg, compare, compareAll } from './comparison.js';
import { meanOf, scoreOf } from '../../test/harness/scores.arbitrary.js';
import { Share } from './share.js';

const probabilities = fc.array(
  fc.double({ min: 0, max: 1, noNaN: true }).map((p) => p ** 3),
  { minLength: 1 },
);
const answers = fc.tuple(fc.nat(300), fc.nat(300)).map(([k, rest]) => new Share(k, k + rest));
const groups = fc.array(fc.tuple(answers, answers), { maxLength: 30 });

describe('compare', () => {
  it.each([
    [90, 60, 'higher'],
    [60, 90, 'lower'],
    [80, 78, 'not distinguishable'],
  ])('%d%% of 100 against %d%% of 100: %s', (a, b, verdict) => {
    expect(compare(new Share(a, 100), new Share(b, 100), 10).verdict).toBe(verdict);
  });

  it('gives no verdict when either side has fewer than minN answers', () => {
    const [few, many] = [new Share(9, 9), new Share(10, 1000)];
    expect(compare(few, many, 10).verdict).toBe('too few answers');
    expect(compare(many, few, 10).verdict).toBe('too few answers');
    expect(compare(few, many, 9).verdict).toBe('higher');
  });

  it('gives no verdict where there is no interval, whatever minN', () => {
    const one = meanOf([0, 0, 0, 0, 1]);
    expect(compare(one, one, 1)).toEqual({ estimate: 0, ci: null, verdict: 'too few answers' });
    expect(compare(new Share(0, 0), new Share(5, 9), 0)).toEqual({
      estimate: null,
      ci: null,
      verdict: 'too few answers',
    });
  });

  it('is not misled by answers that nearly agree', () => {
    expect(compare(meanOf([0, 0, 0, 0, 20]), meanOf([0, 0, 0, 10, 190]), 10).verdict).toBe('not distinguishable');
    expect(compare(meanOf([0, 0, 0, 0, 11]), meanOf([0, 0, 0, 11, 0]), 10).verdict).toBe('not distinguishable');
    expect(compare(meanOf([0, 0, 0, 0, 20]), meanOf([0, 0, 0, 20, 0]), 10).verdict).toBe('higher');
  });

  it('of net promoter scores follows the interval', () => {
    const [few, many] = [scoreOf([10, 0, 0]), scoreOf([600, 300, 100])];
    expect(compare(few, many, 10)).toMatchObject({ estimate: 50, verdict: 'not distinguishable' });
    expect(compare(many, scoreOf([400, 300, 300]), 10).verdict).toBe('higher');
  });

  it('for looks at any time asks for more', () => {
    const [now, before] = [new Share(56, 70), new Share(48, 80)];
    expect(compare(now, before, 10).verdict).toBe('higher');
    expect(compare(now, before, 10, 'always')).toMatchObject({
      ci: { method: 'mixture-always' },
      verdict: 'not distinguishable',
    });
    expect(compare(new Share(560, 700), new Share(480, 800), 10, 'always').verdict).toBe('higher');
  });
});

describe('compareAll', () => {
  it('is compare for one pair', () => {
    const pair = [new Share(90, 100), new Share(60, 100)] as const;
    expect(compareAll([pair], 10)).toEqual([compare(...pair, 10)]);
  });

  it('asks more of a difference that is one of many', () => {
    const striking = [new Share(58, 100), new Share(42, 100)] as const;
    const plain = [new Share(50, 100), new Share(50, 100)] as const;
    expect(compare(...striking, 10).verdict).toBe('higher');
    const [corrected] = compareAll([striking, plain, plain, plain], 10);
    expect(corrected).toMatchObject({ verdict: 'not distinguishable', ci: { level: 0.9875 } });
  });

  it('does not count pairs with too few answers among the many', () => {
    const striking = [new Share(58, 100), new Share(42, 100)] as const;
    const few = [new Share(2, 3), new Share(1, 3)] as const;
    const compared = compareAll([striking, few, few, few], 10);
    expect(compared.map(({ verdict }) => verdict)).toEqual(['higher', ...Array(3).fill('too few answers')]);
  });

  it.each(['once', 'always'] as const)('tells apart (%s) none that the p-values would not', (looks) => {
    fc.assert(
      fc.property(groups, (pairs) => {
        const tested = pairs.filter((pair) => pair.every(({ n }) => n >= 10));
        const p = tested.map(([a, b]) => (looks === 'once' ? a.minus(b).p! : 1 / a.minus(b).e!));
        const expected = benjaminiHochberg(p);
        const compared = compareAll(pairs, 10, looks).filter(({ verdict }) => verdict !== 'too few answers');
        const told = compared.map(({ verdict }) => verdict !== 'not distinguishable');
        expect(compared.map(({ ci }) => ci!.low > 0 || ci!.high < 0)).toEqual(told);
        expect(told.filter((isTold, i) => isTold && !expected[i])).toEqual([]);
        if (looks === 'always') expect(told).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('of means tells apart exactly the groups of Benjamini and Hochberg', () => {
    const ratings = fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(ratings, ratings), { minLength: 1, maxLength: 10 }), (pairs) => {
        const means = pairs.map(([a, b]) => [meanOf(a), meanOf(b)] as const);
        const expected = benjaminiHochberg(means.map(([a, b]) => a.minus(b).p!));
        expect(compareAll(means, 10).map(({ verdict }) => verdict !== 'not distinguishable')).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('of no pairs is empty', () => {
    expect(compareAll([], 10)).toEqual([]);
  });
});

describe('benjaminiHochberg', () => {
  it('rejects what the worked example of its authors rejects', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    expect(benjaminiHochberg(p)).toEqual(p.map((_, i) => i < 4));
  });

  it('never rejects a p-value and keeps a smaller one', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        const rejected = benjaminiHochberg(p);
        const kept = Math.min(...p.filter((_, i) => !rejected[i]));
        expect(p.filter((_, i) => rejected[i]).every((value) => value < kept)).toBe(true);
      }),
    );
  });

  it('keeps its rejections when one p-value falls', () => {
    fc.assert(
      fc.property(probabilities, fc.nat(), (p, index) => {
        const fallen = p.map((value, i) => (i === index % p.length ? value / 2 : value));
        const after = benjaminiHochberg(fallen);
        expect(benjaminiHochberg(p).every((rejected, i) => !rejected || after[i])).toBe(true);
      }),
    );
  });

  it('lies between Bonferroni and no correction', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        const rejected = benjaminiHochberg(p);
        expect(p.every((value, i) => rejected[i] || value > 0.05 / p.length)).toBe(true);
        expect(p.every((value, i) => !rejected[i] || value <= 0.05)).toBe(true);
      }),
    );
  });
});
