import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';

/** Resolves as soon as `condition` holds; after `limit` milliseconds without that, rejects. */
export async function until(condition: () => boolean | Promise<boolean>, limit = 5000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${limit} ms: ${condition.toString()}`);
    await delay(5);
  }
}

/**
 * What `work` resolves to, if it does so within `limit` milliseconds. By timers and not by the clock: a machine that is
 * busy elsewhere delays both sides of the race.
 */
export function inTime<T>(work: Promise<T>, limit: number): Promise<T> {
  return Promise.race([work, late(limit)]);
}

async function late(limit: number): Promise<never> {
  await delay(limit);
  await immediate();
  await immediate();
  throw new Error(`not within ${limit} ms`);
}
