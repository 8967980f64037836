import { setTimeout as delay } from 'node:timers/promises';

/** Resolves as soon as `condition` holds; after `limit` milliseconds without that, rejects. */
export async function until(condition: () => boolean | Promise<boolean>, limit = 5000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${limit} ms: ${condition.toString()}`);
    await delay(5);
  }
}
