import { describe, expect, it } from '@jest/globals';
import { Mean } from './mean.js';
import { Share } from './share.js';
import { beyond, countsBefore, follow, newVigil, parting, type ScoreOf, type Vigil } from './vigil.js';

const share: ScoreOf = ([no, yes]) => new Share(yes!, no! + yes!);
const mean: ScoreOf = (counts) => new Mean(counts.map((count, index) => ({ score: index + 1, count })));
const level = 1 - 1 / 7_300;

function seen(steps: number[][], scoreOf = share, from: Vigil = newVigil): Vigil {
  let vigil = from;
  for (const counts of steps) {
    const steps = follow(vigil, counts, scoreOf, level);
    for (let step = steps.next(); ; step = steps.next())
      if (step.done) {
        vigil = step.value;
        break;
      }
  }
  return vigil;
}
const days = (count: number, counts: number[]): number[][] => Array.from({ length: count }, () => counts);

describe('a vigil', () => {
  it('sees nothing in a score that stays, and tells where it moved', () => {
    const before = seen(days(90, [4, 16]));
    expect(parting(before)).toBeNull();
    const after = seen(days(20, [8, 12]), share, before);
    const moved = parting(after)!;
    expect(Math.abs(moved.step - 90)).toBeLessThanOrEqual(1);
    expect(moved.counts).toEqual([8 * (110 - moved.step), 12 * (110 - moved.step)]);
    expect(countsBefore(after, moved).reduce((sum, count) => sum + count, 0)).toBe(20 * moved.step);
  });

  it('sees a mean that moves without its best answers', () => {
    const before = seen(days(60, [0, 0, 2, 8, 10]), mean);
    expect(parting(before)).toBeNull();
    expect(parting(seen(days(30, [5, 3, 2, 0, 10]), mean, before))).not.toBeNull();
  });

  it('does not need the old intervals to see it: what they left out stays out', () => {
    // After a year of the new score the interval of all answers holds a mixture of both.
    const after = seen([...days(90, [4, 16]), ...days(365, [6, 14])]);
    expect(parting(after)).not.toBeNull();
  });

  it('follows at most 200, the last 60 steps among them', () => {
    const { followed, steps } = seen(days(3_000, [0, 0]));
    expect(steps).toBe(3_000);
    expect(followed).toHaveLength(200);
    expect(followed.slice(-60).map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => 2_940 + i));
    expect(followed.every(({ known }) => known === null)).toBe(true);
  });

  it('is the same when it was stored between two steps', () => {
    const stored = JSON.parse(JSON.stringify(seen(days(30, [3, 17])))) as Vigil;
    expect(seen(days(5, [9, 11]), share, stored)).toEqual(seen([...days(30, [3, 17]), ...days(5, [9, 11])]));
  });
});

describe('a target', () => {
  it.each([
    ['below', 0.8, [8, 12], true],
    ['below', 0.8, [3, 17], false],
    ['above', 0.3, [8, 12], true],
    ['above', 0.8, [8, 12], false],
  ] as const)('is known to lie %s %d: %j, %s', (direction, target, counts, expected) => {
    const found = beyond(seen(days(40, [...counts])), target, direction);
    expect(found !== null).toBe(expected);
    if (found) expect(found.step).toBe(0);
  });

  it('is not told by a handful of answers', () => expect(beyond(seen([[3, 0]]), 0.8, 'below')).toBeNull());
});
