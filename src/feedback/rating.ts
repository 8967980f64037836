import type { ExactNumber } from '#libs/json-body';
import { type Scale, scoredScales, scoreRangeOf, type ScoredScale } from './scale.js';
import type { Entry } from './submission.js';

/** Something that a question offers to choose. */
export type Value = string | number | ExactNumber;

/** The scales of ratings, each told by its values; `csat` and `ces` have as many as two of them. */
export const ratingScales = scoredScales.filter((scale) => /^(thumb|nps|rating\d*)$/.test(scale));

const scoresOf = (scale: ScoredScale): string[] => {
  const { low, high } = scoreRangeOf(scale);
  return Array.from({ length: high - low + 1 }, (_, step) => String(low + step));
};

/** What a rating that offers these values means, whatever its buttons look like: nothing is guessed. */
function scaleOf(values: string[]): Scale {
  const areExactly = (wanted: string[]): boolean =>
    values.length === wanted.length && wanted.every((value) => values.includes(value));
  if (areExactly(['-1', '1'])) return 'thumb';
  const scale = ratingScales.find((one) => areExactly(scoresOf(one)));
  if (scale) return scale;
  // A part of the stars that has the best one is still a part of five.
  const stars = scoresOf('rating');
  return values.includes(stars.at(-1)!) && values.every((value) => stars.includes(value)) ? 'rating' : 'choice';
}

/** What choosing `chosen` out of `offered` says. A thumb down may be −1. */
export function ratingOf(offered: Value[], chosen: Value): Pick<Entry, 'scale' | 'score' | 'options'> {
  const scale = scaleOf(offered.map(String));
  if (scale === 'choice') return { scale, score: null, options: [chosen] };
  return { scale, score: Math.max(Number(chosen), 0), options: null };
}
