import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { piecesOf } from './pieces.js';

const minute = 60_000;
const quarterHour = 15 * minute;

describe('piecesOf', () => {
  const bounds = fc
    .uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2, maxLength: 20 })
    .map((quarters) => quarters.toSorted((a, b) => a - b).map((n) => n * quarterHour));

  it('cover every bucket once, aligned, and no row lies in two buckets', () => {
    fc.assert(
      fc.property(bounds, fc.constantFrom([1_440, 60, 15], [1_440, 15]), (edges, widths) => {
        const pieces = piecesOf(edges, widths);
        let at = edges[0]!;
        for (const { minutes, low, high } of pieces) {
          const width = minutes * minute;
          expect([low, low % width === 0, high % width === 0, high > low]).toEqual([at, true, true, true]);
          const inside = edges.filter((edge) => edge > low && edge < high);
          expect(inside.filter((edge) => edge % width !== 0)).toEqual([]);
          at = high;
        }
        expect(at).toBe(edges.at(-1));
      }),
    );
  });

  it('a year of UTC days is one piece', () => {
    const days = Array.from({ length: 366 }, (_, day) => Date.parse('2026-01-01') + day * 1_440 * minute);
    expect(piecesOf(days, [1_440, 60, 15])).toEqual([{ minutes: 1_440, low: days[0], high: days[365] }]);
  });

  it('days that begin at 23:00 UTC are one piece of hours', () => {
    const days = Array.from({ length: 10 }, (_, day) => Date.parse('2026-01-01T23:00Z') + day * 1_440 * minute);
    expect(piecesOf(days, [1_440, 60, 15])).toEqual([{ minutes: 60, low: days[0], high: days[9] }]);
  });
});
