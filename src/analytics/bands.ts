import { ScoreCount } from '#libs/statistics';

/** The scales whose answers are numbers. */
export type ScoredScale = 'thumb' | 'csat' | 'nps' | 'rating';

/** `kore` draws the line between detractors and passives as Kore.ai does. */
export type BandSet = 'standard' | 'kore';

/** A named range of scores, both ends included. */
export interface Band {
  name: string;
  low: number;
  high: number;
}

const satisfaction: Band[] = [
  { name: 'satisfied', low: 4, high: 5 },
  { name: 'neutral', low: 3, high: 3 },
  { name: 'dissatisfied', low: 1, high: 2 },
];

const netPromoter = (detractorsUpTo: number): Band[] => [
  { name: 'promoter', low: 9, high: 10 },
  { name: 'passive', low: detractorsUpTo + 1, high: 8 },
  { name: 'detractor', low: 0, high: detractorsUpTo },
];

const thumb: Band[] = [
  { name: 'positive', low: 1, high: 1 },
  { name: 'negative', low: 0, high: 0 },
];

const bandSets: Record<BandSet, Record<ScoredScale, Band[]>> = {
  standard: { thumb, csat: satisfaction, rating: satisfaction, nps: netPromoter(6) },
  kore: { thumb, csat: satisfaction, rating: satisfaction, nps: netPromoter(5) },
};

/** The bands of a scale, best first. Every score of the scale is in exactly one; the metric `share` is the share of the first. */
export function bandsOf(scale: ScoredScale, set: BandSet = 'standard'): readonly Band[] {
  return bandSets[set][scale];
}

/** The least and greatest score of a scale. */
export function rangeOf(scale: ScoredScale): { low: number; high: number } {
  const bands = bandsOf(scale);
  return { low: Math.min(...bands.map((band) => band.low)), high: Math.max(...bands.map((band) => band.high)) };
}

/** How many answers fall into a band. */
export function countIn(band: Band, distribution: readonly ScoreCount[]): number {
  const within = distribution.filter(({ score }) => score >= band.low && score <= band.high);
  return within.reduce((total, { count }) => total + count, 0);
}
