import { ScoreCount } from '#libs/statistics';
import { enumeration } from '#libs/validation';
import { type ScoredScale, scoreRangeOf } from './scale.js';

/** `kore` draws the line between detractors and passives as Kore.ai does. */
export const bandSetNames = enumeration('Bands', ['standard', 'kore']);
export type BandSet = (typeof bandSetNames)[number];

/** A named range of scores, both ends included. */
export interface Band {
  name: string;
  low: number;
  high: number;
}

/** Satisfied from one score on, dissatisfied up to another; what lies between, if anything does, is neutral. */
function satisfaction(scale: ScoredScale, satisfiedFrom: number, dissatisfiedUpTo: number): Band[] {
  const { low, high } = scoreRangeOf(scale);
  const neutral = { name: 'neutral', low: dissatisfiedUpTo + 1, high: satisfiedFrom - 1 };
  return [
    { name: 'satisfied', low: satisfiedFrom, high },
    ...(neutral.low <= neutral.high ? [neutral] : []),
    { name: 'dissatisfied', low, high: dissatisfiedUpTo },
  ];
}

const netPromoter = (detractorsUpTo: number): Band[] => [
  { name: 'promoter', low: 9, high: 10 },
  { name: 'passive', low: detractorsUpTo + 1, high: 8 },
  { name: 'detractor', low: 0, high: detractorsUpTo },
];

const thumb: Band[] = [
  { name: 'positive', low: 1, high: 1 },
  { name: 'negative', low: 0, high: 0 },
];

const standard: Record<ScoredScale, Band[]> = {
  thumb,
  csat: satisfaction('csat', 4, 2),
  nps: netPromoter(6),
  // No standard fixes these.
  ces: satisfaction('ces', 6, 2),
  rating: satisfaction('rating', 4, 2),
  rating3: satisfaction('rating3', 3, 1),
  rating4: satisfaction('rating4', 3, 2),
  rating6: satisfaction('rating6', 5, 2),
  rating7: satisfaction('rating7', 6, 2),
  rating10: satisfaction('rating10', 8, 3),
};

const bandSets: Record<BandSet, Record<ScoredScale, Band[]>> = {
  standard,
  kore: { ...standard, nps: netPromoter(5) },
};

/** The bands of a scale, best first. Every score of the scale is in exactly one; the metric `share` is the share of the first. */
export function bandsOf(scale: ScoredScale, set: BandSet = 'standard'): readonly Band[] {
  return bandSets[set][scale];
}

/** Every name that a band has: of scores on some scale, or of what was resolved. */
export const bandNames = enumeration('BandName', [
  ...new Set(Object.values(standard).flatMap((bands) => bands.map(({ name }) => name))),
  'resolved',
  'unresolved',
]);

/** Where on which scales a band of that name lies. */
export function placesOf(name: string, set: BandSet): { scale: ScoredScale; low: number; high: number }[] {
  return (Object.keys(standard) as ScoredScale[]).flatMap((scale) =>
    bandsOf(scale, set).flatMap(({ name: own, low, high }) => (own === name ? [{ scale, low, high }] : [])),
  );
}

/** How many answers fall into a band. */
export function countIn(band: Band, distribution: readonly ScoreCount[]): number {
  const within = distribution.filter(({ score }) => score >= band.low && score <= band.high);
  return within.reduce((total, { count }) => total + count, 0);
}
