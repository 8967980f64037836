import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
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
});
