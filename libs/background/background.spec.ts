import { describe, expect, it } from '@jest/globals';
import { Background, type BackgroundWork } from './background.js';

describe('Background', () => {
  it('starts in the order of its list and stops in the opposite one, each when the one before has ended', async () => {
    const said: string[] = [];
    const work = (name: string): BackgroundWork => ({
      start: () => void said.push(`${name} starts`),
      stop: async () => {
        said.push(`${name} stops`);
        await Promise.resolve();
        said.push(`${name} ended`);
      },
    });
    const background = new Background([work('first'), work('second')]);
    expect(said).toEqual([]);
    background.start();
    await background.onApplicationShutdown();
    const stopped = ['second stops', 'second ended', 'first stops', 'first ended'];
    expect(said).toEqual(['first starts', 'second starts', ...stopped]);
  });
});
