import { describe, expect, it } from '@jest/globals';
import { CredentialCache, type Found } from './credential.cache.js';

interface Value {
  scopes: Set<string>;
}

function setUp(capacity?: number) {
  const clock = { now: 0 };
  const cache = new CredentialCache<Value>(capacity, () => clock.now);
  const asked: string[] = [];
  const stored = new Map<string, Found<Value>>();
  const get = (key: string) =>
    cache.get(key, async () => {
      asked.push(key);
      return stored.get(key) ?? null;
    });
  const store = (key: string, more: Partial<Found<Value>> = {}) =>
    stored.set(key, { value: { scopes: new Set(['a']) }, credentialId: `id of ${key}`, changesAt: null, ...more });
  return { clock, cache, asked, stored, get, store };
}

describe('a credential that was found', () => {
  it('is answered from memory for less than 30 seconds', async () => {
    const { clock, asked, get, store, stored } = setUp();
    store('k');
    const first = await get('k');
    stored.delete('k');
    clock.now = 24_999;
    expect(await get('k')).toBe(first);
    expect(asked).toEqual(['k']);
    clock.now = 29_999;
    expect(await get('k')).toBeNull();
  });

  it('is the same object as long as nothing about it changes', async () => {
    const { clock, get, store } = setUp();
    store('k');
    const first = await get('k');
    clock.now = 30_000;
    store('k');
    expect(await get('k')).toBe(first);
    clock.now = 60_000;
    store('k', { value: { scopes: new Set(['b']) } });
    expect(await get('k')).toEqual({ scopes: new Set(['b']) });
  });

  it('is asked for again when it changes by itself', async () => {
    const { clock, asked, get, store } = setUp();
    store('k', { changesAt: new Date(Date.now() + 1_000) });
    await get('k');
    clock.now = 1_001;
    await get('k');
    expect(asked).toEqual(['k', 'k']);
  });

  it('is asked for each time while nobody would tell of a change, and then once', async () => {
    const { cache, asked, get, store } = setUp();
    store('k');
    await get('k');
    cache.distrust();
    await get('k');
    await get('k');
    cache.trustFromNow();
    await get('k');
    await get('k');
    expect(asked).toEqual(['k', 'k', 'k', 'k']);
  });

  it('is asked for again once it was forgotten, and no other is', async () => {
    const { cache, asked, get, store } = setUp();
    store('k');
    store('l');
    await get('k');
    await get('l');
    cache.forget('id of k');
    await get('k');
    await get('l');
    expect(asked).toEqual(['k', 'l', 'k']);
  });
});

describe('what was not found', () => {
  it('is refused from memory for two seconds', async () => {
    const { clock, asked, get } = setUp();
    await get('k');
    clock.now = 1_999;
    await get('k');
    expect(asked).toEqual(['k']);
    clock.now = 2_000;
    await get('k');
    expect(asked).toEqual(['k', 'k']);
  });

  it('is found as soon as anything changed', async () => {
    const { cache, get, store } = setUp();
    await get('k');
    store('k');
    cache.forget('id of k');
    expect(await get('k')).not.toBeNull();
  });

  it('pushes nothing out that is in use, however much it is', async () => {
    const { cache, asked, get, store } = setUp(10);
    store('k');
    await get('k');
    for (let i = 0; i < 1_000; i++) await get(`guess ${i}`);
    expect(cache.size).toBeLessThanOrEqual(20);
    asked.length = 0;
    await get('k');
    expect(asked).toEqual([]);
  });
});

describe('a look-up', () => {
  it('is shared by those who ask at the same time', async () => {
    const { asked, get, store } = setUp();
    store('k');
    await Promise.all([get('k'), get('k'), get('k')]);
    expect(asked).toEqual(['k']);
  });

  it('that began before a revocation is not remembered after it, nor shared with who asks then', async () => {
    const { cache, get, stored } = setUp();
    let answer!: (found: Found<Value>) => void;
    const begun = cache.get('k', () => new Promise((resolve) => (answer = resolve)));
    cache.forget('id of k');
    const later = get('k');
    answer({ value: { scopes: new Set(['a']) }, credentialId: 'id of k', changesAt: null });
    await begun;
    expect(await later).toBeNull();
    expect(stored.size).toBe(0);
    expect(await get('k')).toBeNull();
  });

  it('that fails is not remembered', async () => {
    const { cache, get, store } = setUp();
    await expect(cache.get('k', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    store('k');
    expect(await get('k')).not.toBeNull();
  });
});
