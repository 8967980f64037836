import { afterEach, expect, it, jest } from '@jest/globals';
import { GroupCommit, type Settled, TooLate } from './group-commit.js';

const limits = { lanes: 1, batchItems: 9, batchBytes: 9, queueItems: 9, queueBytes: 9, deadline: 1_500 };

afterEach(() => void jest.useRealTimers());

it('tells nobody that it is too late because the clock of the machine was set', async () => {
  jest.useFakeTimers();
  let commit: (settled: Settled<string>[]) => void = () => undefined;
  const group = new GroupCommit<string, string>(() => new Promise((resolve) => (commit = resolve)), limits);
  const submitted = group.submit({ value: 'a', bytes: 1, key: null });
  jest.setSystemTime(Date.now() + 3_600_000);
  jest.advanceTimersByTime(limits.deadline - 1);
  commit([{ result: 'stored' }]);
  expect(await submitted).toBe('stored');
});

it('tells of the deadline, though the clock of the machine was set back', async () => {
  jest.useFakeTimers();
  const group = new GroupCommit<string, string>(() => new Promise(() => undefined), limits);
  const submitted = group.submit({ value: 'a', bytes: 1, key: null });
  jest.setSystemTime(Date.now() - 3_600_000);
  jest.advanceTimersByTime(limits.deadline + 100);
  await expect(submitted).rejects.toThrow(TooLate);
});
