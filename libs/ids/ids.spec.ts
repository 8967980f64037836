import { describe, expect, it, jest } from '@jest/globals';
import { validate, version } from 'uuid';
import { newUuid, randomBase62 } from './index.js';

const many = 5_000;

describe('newUuid', () => {
  it('makes UUIDs of version 7 that tell the time', () => {
    const id = newUuid();
    expect([validate(id), version(id)]).toEqual([true, 7]);
    expect(Math.abs(Number.parseInt(id.replace('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(60_000);
  });

  it('makes each greater than the one before, also where the clock goes back', () => {
    const ids = Array.from({ length: many }, newUuid);
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now - 3_600_000);
    ids.push(...Array.from({ length: many }, newUuid));
    clock.mockRestore();
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(2 * many);
  });

  it('takes its random part from bytes that are not used again', () => {
    expect(new Set(Array.from({ length: many }, () => newUuid().slice(24))).size).toBe(many);
  });
});

describe('randomBase62', () => {
  it('makes texts of the length asked for, no two the same', () => {
    const texts = Array.from({ length: many }, () => randomBase62(22));
    for (const text of texts) expect(text).toMatch(/^[0-9A-Za-z]{22}$/);
    expect(new Set(texts).size).toBe(many);
  });
});
