import { describe, expect, it } from '@jest/globals';
import { atLeisure, mapAtLeisure } from './at-leisure.js';

/** Holds the event loop. */
function hold(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('atLeisure', () => {
  it('gives others their turn while it goes on, and answers what came last', async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 0);
    const work = function* () {
      for (let step = 0; step < 30; step++) yield hold(4);
      return 'done';
    };
    expect(await atLeisure(work())).toBe('done');
    clearInterval(others);
    expect(turns).toBeGreaterThan(5);
  });

  it('fails as the work fails', async () => {
    const work = function* () {
      yield;
      throw new Error('no');
    };
    await expect(atLeisure(work())).rejects.toThrow('no');
  });
});

describe('mapAtLeisure', () => {
  it('is map', async () => {
    expect(await mapAtLeisure(['a', 'b', 'c'], (letter, index) => `${index}${letter}`)).toEqual(['0a', '1b', '2c']);
    expect(await mapAtLeisure([], () => 1)).toEqual([]);
  });
});
