import { setImmediate } from 'node:timers/promises';

/** How many milliseconds the event loop is held at most, and the length of one step. */
const turn = 10;

/** Carries out work that comes in small steps, and lets others have their turn between them. */
export async function atLeisure<T>(steps: Generator<unknown, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < turn) continue;
    await setImmediate();
    began = performance.now();
  }
}

/** Maps each element, and lets others have their turn between them. */
export function mapAtLeisure<T, R>(all: readonly T[], map: (one: T, index: number) => R): Promise<R[]> {
  return atLeisure(mapping(all, map));
}

function* mapping<T, R>(all: readonly T[], map: (one: T, index: number) => R): Generator<void, R[]> {
  const mapped: R[] = [];
  for (const [index, one] of all.entries()) {
    mapped.push(map(one, index));
    yield;
  }
  return mapped;
}
