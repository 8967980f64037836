import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MemoryThrottleStore } from './throttle.store.js';

const minute = 60_000;
const pair = [
  { limit: 3, windowMs: 10 },
  { limit: 5, windowMs: 50 },
];

/** A store whose clock stands still until it is set. */
function storeAtZero(maxWindows?: number, maxRolling?: number) {
  const clock = { now: 0 };
  return { clock, store: new MemoryThrottleStore(maxWindows, maxRolling, () => clock.now) };
}

describe('MemoryThrottleStore', () => {
  it('allows the limit and refuses what is over it', async () => {
    const { store } = storeAtZero();
    expect(await store.hit('a', 2, minute)).toEqual({ allowed: true, remaining: 1, resetsIn: minute });
    expect(await store.hit('a', 2, minute)).toEqual({ allowed: true, remaining: 0, resetsIn: minute });
    expect(await store.hit('a', 2, minute)).toEqual({ allowed: false, remaining: 0, resetsIn: minute });
  });

  it('keeps keys apart', async () => {
    const { store } = storeAtZero();
    await store.hit('a', 1, minute);
    expect(await store.hit('b', 1, minute)).toMatchObject({ allowed: true });
  });

  it('gives the whole limit back at the end of the window and not a millisecond before', async () => {
    const { clock, store } = storeAtZero();
    await store.hit('a', 1, minute);
    clock.now = minute - 1;
    expect(await store.hit('a', 1, minute)).toEqual({ allowed: false, remaining: 0, resetsIn: 1 });
    clock.now = minute;
    expect(await store.hit('a', 1, minute)).toEqual({ allowed: true, remaining: 0, resetsIn: minute });
  });

  it('never says that a window is longer than it is, whatever fraction of a millisecond it begins at', async () => {
    const { clock, store } = storeAtZero();
    for (let i = 0; i < 10_000; i++) {
      clock.now += 100.1;
      expect((await store.hit(`key ${i}`, 1, minute)).resetsIn).toBe(minute);
    }
  });

  it('holds a million keys in bounded memory', async () => {
    const store = new MemoryThrottleStore();
    let most = 0;
    for (let i = 0; i < 1_000_000; i++) {
      void store.hit(`key ${i}`, 60, minute);
      most = Math.max(most, keysOf(store));
    }
    expect(most).toBe(100_000);
  });

  it('keeps counting whoever hits often, however many others come by', async () => {
    const { store } = storeAtZero(10);
    for (let i = 0; i < 100; i++) {
      const state = await store.hit('often', 50, minute);
      expect(state.allowed).toBe(i < 50);
      for (let j = 0; j < 4; j++) await store.hit(`other ${i} ${j}`, 1, minute);
    }
  });

  it('allows whoever it has forgotten', async () => {
    const { store } = storeAtZero(10);
    for (let i = 0; i < 11; i++) await store.hit(`key ${i}`, 1, minute);
    expect(await store.hit('key 10', 1, minute)).toMatchObject({ allowed: false });
    expect(await store.hit('key 0', 1, minute)).toMatchObject({ allowed: true });
  });

  it('never lets more than the limit into any span of a rolling window, and refuses for no other reason', async () => {
    const gaps = fc.array(fc.nat({ max: 15 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(gaps, async (steps) => {
        const { clock, store } = storeAtZero();
        const allowed: number[] = [];
        for (const step of steps) {
          clock.now += step;
          const refusal = await store.hitRolling('bot', pair);
          const waits = pair.map(({ limit, windowMs }) => {
            const inside = allowed.filter((hit) => hit > clock.now - windowMs);
            return inside.length < limit ? 0 : inside.at(-limit)! + windowMs - clock.now;
          });
          expect(refusal?.wait ?? 0).toBe(Math.max(...waits));
          if (!refusal) allowed.push(clock.now);
        }
      }),
    );
  });

  it('names the rolling limit that asks for the longest wait', async () => {
    const { clock, store } = storeAtZero();
    for (const now of [0, 11, 22, 33, 44]) {
      clock.now = now;
      expect(await store.hitRolling('bot', pair)).toBeNull();
    }
    expect(await store.hitRolling('bot', pair)).toEqual({ exceeded: pair[1], wait: 6 });
  });

  it('remembers the rolling hits of a bounded number of keys', async () => {
    const { store } = storeAtZero(10, 4);
    for (let i = 0; i < 15; i++) await store.hitRolling(`bot ${Math.floor(i / 3)}`, pair);
    expect(await store.hitRolling('bot 4', pair)).not.toBeNull();
    expect(await store.hitRolling('bot 0', pair)).toBeNull();
  });
});

function keysOf(store: MemoryThrottleStore): number {
  return (store as unknown as { windows: { size: number } }).windows.size;
}
