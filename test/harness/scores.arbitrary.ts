import * as fc from 'fast-check';
import { type Interval, Mean, NetPromoterScore, Share } from '#libs/statistics';

/** Few and many answers, and often none in a cell. */
const counts = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(100), fc.nat(1e6));

/** Counts of so many cells, with an answer in at least one. */
export const cells = (size: number) =>
  fc.array(counts, { minLength: size, maxLength: size }).filter((all) => all.some((count) => count > 0));

/** Both sides of a difference have them. */
export const twoOf = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one);

export const levels = fc.double({ min: 0.8, max: 0.9999, noNaN: true });

export const shareOf = ([without, withIt]: number[]) => new Share(withIt!, without! + withIt!);
export const scoreOf = ([promoters, passives, detractors]: number[]) =>
  new NetPromoterScore(promoters!, detractors!, promoters! + passives! + detractors!);
export const meanOf = (perScore: number[]) => new Mean(perScore.map((count, i) => ({ score: i + 1, count })));

/** Every kind of score: its name, how many cells it has, how it is made of their counts, and the ends of its scale. */
export const kinds = [
  { kind: 'share', size: 2, make: shareOf, low: 0, high: 1 },
  { kind: 'net promoter score', size: 3, make: scoreOf, low: -100, high: 100 },
  { kind: 'mean of five', size: 5, make: meanOf, low: 1, high: 5 },
  { kind: 'mean of eleven', size: 11, make: meanOf, low: 1, high: 11 },
] as const;

export function rounded(interval: Interval | null, digits = 6): string | null {
  return interval && `${interval.low.toFixed(digits)}..${interval.high.toFixed(digits)}`;
}

export function width(interval: Interval | null): number {
  return interval ? interval.high - interval.low : NaN;
}
