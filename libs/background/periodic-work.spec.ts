import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { PeriodicWork } from './periodic-work.js';

describe('PeriodicWork', () => {
  let rounds: { signal: AbortSignal; end: () => void }[];
  class Rounds extends PeriodicWork {
    protected round(signal: AbortSignal): Promise<void> {
      return new Promise((resolve) => rounds.push({ signal, end: resolve }));
    }
  }
  beforeEach(() => {
    jest.useFakeTimers();
    rounds = [];
  });
  afterEach(() => void jest.useRealTimers());

  it('begins a round a pause after the last one has ended', async () => {
    const work = new Rounds(1_000);
    work.start();
    await jest.advanceTimersByTimeAsync(999);
    expect(rounds).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(rounds).toHaveLength(1);
    rounds[0]!.end();
    await jest.advanceTimersByTimeAsync(999);
    expect(rounds).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(rounds).toHaveLength(2);
  });

  it('stops when the round under way has ended, which is told to be short, and begins no other', async () => {
    const work = new Rounds(1_000, 0);
    work.start();
    await jest.advanceTimersByTimeAsync(0);
    let stopped = false;
    const stopping = work.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(5_000);
    expect([stopped, rounds[0]!.signal.aborted]).toEqual([false, true]);
    rounds[0]!.end();
    await stopping;
    work.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(rounds).toHaveLength(1);
  });

  it('begins nothing that was stopped before its time', async () => {
    const work = new Rounds(1_000);
    work.start();
    await work.stop();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(rounds).toHaveLength(0);
  });

  it('leaves what fails to the next round, keeps none of the others waiting, and logs an outage once', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const done: string[] = [];
    const away = new Set(['b']);
    class Errands extends PeriodicWork {
      protected round(signal: AbortSignal): Promise<void> {
        return this.forEach(['a', 'b', 'c'], signal, async (one) => {
          if (away.has(one)) throw new Error(`${one} is away`);
          done.push(one);
        });
      }
    }
    const work = new Errands(1_000, 0);
    work.start();
    await jest.advanceTimersByTimeAsync(1_000);
    away.clear();
    await jest.advanceTimersByTimeAsync(1_000);
    away.add('a');
    await jest.advanceTimersByTimeAsync(1_000);
    await work.stop();
    expect(done.join('')).toBe('acacabcbc');
    const failures = warned.mock.calls.map(([{ err }]) => (err as Error).message);
    expect(failures).toEqual(['b is away', 'a is away']);
    warned.mockRestore();
  });
});
