import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PeriodicTask } from './periodic-task.js';

describe('PeriodicTask', () => {
  let rounds: { signal: AbortSignal; end: () => void }[];
  let task: PeriodicTask;
  beforeEach(() => {
    jest.useFakeTimers();
    rounds = [];
    task = new PeriodicTask(1_000, (signal) => new Promise((resolve) => rounds.push({ signal, end: resolve })));
  });
  afterEach(() => void jest.useRealTimers());

  it('begins a round a pause after the last one has ended', async () => {
    task.start();
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
    task.start(0);
    await jest.advanceTimersByTimeAsync(0);
    let stopped = false;
    const stopping = task.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(5_000);
    expect([stopped, rounds[0]!.signal.aborted]).toEqual([false, true]);
    rounds[0]!.end();
    await stopping;
    task.start(0);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(rounds).toHaveLength(1);
  });

  it('begins nothing that was stopped before its time', async () => {
    task.start();
    await task.stop();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(rounds).toHaveLength(0);
  });
});
