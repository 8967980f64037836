import { describe, expect, it } from '@jest/globals';
import { kinds } from '../../test/harness/scores.arbitrary.js';
import { compareAll } from './comparison.js';
import type { Score } from './score.js';

type AnyScore = Score<AnyScore>;

const rounds = 800;
const few = [20, 20, 20, 20, 20, 20, 20, 20];
const unequal = [500, 200, 100, 50, 20, 10];
const two = [30, 300];

/** How likely each score is, the same in every group, and how many answers the groups have. */
const cases: [string, (typeof kinds)[number]['kind'], number[], number[]][] = [
  ['of which nearly all agree', 'mean of five', [0.01, 0.01, 0.01, 0.02, 0.95], few],
  ['skewed, in unequal groups', 'mean of five', [0.1, 0, 0, 0, 0.9], unequal],
  ['two-point, in two groups', 'mean of five', [0.02, 0, 0, 0, 0.98], two],
  ['spread evenly', 'mean of eleven', Array(11).fill(1 / 11), few],
  ['rare, in unequal groups', 'share', [0.98, 0.02], unequal],
  ['common', 'share', [0.4, 0.6], few],
  ['rare, in two groups', 'share', [0.03, 0.97], two],
  ['of many promoters', 'net promoter score', [0.9, 0.05, 0.05], unequal],
  ['split in the middle', 'net promoter score', [0.4, 0.2, 0.4], few],
];

/** Mulberry32: a seeded generator of numbers 0–1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function drawn(random: () => number, likely: number[], n: number): number[] {
  const counts = likely.map(() => 0);
  for (let i = 0; i < n; i++) {
    let left = random();
    const cell = likely.findIndex((part) => (left -= part) < 0);
    counts[cell === -1 ? likely.length - 1 : cell]!++;
  }
  return counts;
}

describe('a breakdown by groups that do not differ', () => {
  it.each(cases)('%s, has a verdict in at most 6 %% of cases: a %s', (_, kind, likely, sizes) => {
    const { make } = kinds.find((one) => one.kind === kind)!;
    const score = (counts: number[]) => make(counts) as unknown as AnyScore;
    const random = seeded(17);
    let misled = 0;
    for (let round = 0; round < rounds; round++) {
      const groups = sizes.map((n) => drawn(random, likely, n));
      const all = likely.map((__, cell) => groups.reduce((sum, counts) => sum + counts[cell]!, 0));
      const pairs = groups.map(
        (counts) => [score(counts), score(all.map((sum, cell) => sum - counts[cell]!))] as const,
      );
      const verdicts = compareAll(pairs, 10).map(({ verdict }) => verdict);
      if (verdicts.includes('higher') || verdicts.includes('lower')) misled++;
    }
    expect(misled / rounds).toBeLessThanOrEqual(0.06);
  });
});
