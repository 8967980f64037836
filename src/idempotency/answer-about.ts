import { AsyncLocalStorage } from 'node:async_hooks';

/** What the answer to a request tells of. */
export interface About {
  entryId: string | null;
  respondent: string | null;
}

const running = new AsyncLocalStorage<About>();

/** Runs `work` and collects what it says by {@link answerAbout}. */
export async function collectingAbout<T>(work: () => Promise<T>): Promise<{ answer: T; about: About }> {
  const about: About = { entryId: null, respondent: null };
  return { answer: await running.run(about, work), about };
}

/**
 * Says what the answer to the running request tells of. Where the answer is kept for a repetition, it is erased with that
 * entry and with that person.
 */
export function answerAbout(about: Partial<About>): void {
  Object.assign(running.getStore() ?? {}, about);
}
