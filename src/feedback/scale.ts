import { enumeration } from '#libs/validation';

/** The least and the greatest score of each scale that has scores. */
const scoreRanges = {
  thumb: { low: 0, high: 1 },
  csat: { low: 1, high: 5 },
  nps: { low: 0, high: 10 },
  ces: { low: 1, high: 7 },
  rating: { low: 1, high: 5 },
  rating3: { low: 1, high: 3 },
  rating4: { low: 1, high: 4 },
  rating6: { low: 1, high: 6 },
  rating7: { low: 1, high: 7 },
  rating10: { low: 1, high: 10 },
} as const;

/** The scales whose answers are whole numbers. */
export type ScoredScale = keyof typeof scoreRanges;
export const scoredScales = Object.keys(scoreRanges) as ScoredScale[];

/** What a score means. `choice` and `text` have none. */
export type Scale = ScoredScale | 'choice' | 'text';
export const scales: readonly Scale[] = enumeration('Scale', [...scoredScales, 'choice', 'text']);

export interface ScoreRange {
  low: number;
  high: number;
}

/** The least and the greatest score of a scale; undefined where it has no scores. */
export function scoreRangeOf(scale: ScoredScale): ScoreRange;
export function scoreRangeOf(scale: string): ScoreRange | undefined;
export function scoreRangeOf(scale: string): ScoreRange | undefined {
  return (scoreRanges as Record<string, ScoreRange>)[scale];
}
