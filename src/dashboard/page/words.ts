import type {
  Bands,
  Comparison,
  ConfidenceInterval,
  Group,
  Instrument,
  Metric,
  Range,
  Scale,
  Source,
  State,
} from './api.js';

const number = (digits: number, signed = false) => {
  const format = new Intl.NumberFormat('en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: signed ? 'exceptZero' : 'negative',
  });
  return (value: number) => format.format(value).replace('-', '−');
};
const whole = number(0);
const [one, two] = [number(1), number(2)];
const [signedOne, signedTwo] = [number(1, true), number(2, true)];

/** A number of answers. */
export function count(n: number): string {
  return whole(n);
}

export function answers(n: number): string {
  return n === 1 ? '1 answer' : `${count(n)} answers`;
}

export function percent(share: number): string {
  return `${one(100 * share)}%`;
}

const isShare = (metric: Metric) => metric !== 'nps' && metric !== 'mean';

/** A score in its own units. */
export function scoreText(metric: Metric, value: number): string {
  if (isShare(metric)) return percent(value);
  return metric === 'nps' ? one(value) : two(value);
}

/** The same without digits that say nothing, for the lines of a scale. */
export function tickText(metric: Metric, value: number): string {
  if (metric === 'mean') return two(value).replace(/\.?0+$/, '');
  if (metric === 'nps') return String(Math.round(value * 10) / 10).replace('-', '−');
  return `${Math.round(1_000 * value) / 10}%`;
}

/** An interval in the units of its score: `38.1 to 46.0`. */
export function boundsText(metric: Metric, { low, high }: ConfidenceInterval): string {
  return `${scoreText(metric, low)} to ${scoreText(metric, high)}`;
}

function difference(metric: Metric, value: number): string {
  if (metric === 'mean') return signedTwo(value);
  return signedOne(isShare(metric) ? 100 * value : value);
}

/** The unit that differences are in: those of percentages are points, lest they be taken for percentages of one. */
function unit(metric: Metric): string {
  return metric === 'mean' ? '' : ' points';
}

export function differenceText(metric: Metric, { estimate }: Comparison): string {
  return estimate === null ? '' : `${difference(metric, estimate)}${unit(metric)}`;
}

/** `95% interval +1.1 to +7.3`; the level is a higher one where several were compared at once. */
export function differenceBounds(metric: Metric, { ci }: Comparison): string {
  if (!ci) return '';
  const level = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }).format(100 * ci.level);
  return `${level}% interval ${difference(metric, ci.low)} to ${difference(metric, ci.high)}`;
}

/** What can be said of a difference to `other`, and nothing beyond. */
export function verdictText({ verdict }: Comparison, other: string): string {
  if (verdict === 'too few answers') return 'Too few answers to compare';
  return `${{ higher: 'Higher than', lower: 'Lower than', 'not distinguishable': 'Cannot be told from' }[verdict]} ${other}`;
}

export const verdictSigns = { higher: '▲', lower: '▼', 'not distinguishable': '≈', 'too few answers': '–' };

const bandNames: Record<string, string> = {
  promoter: 'Promoters',
  passive: 'Passives',
  detractor: 'Detractors',
  satisfied: 'Satisfied',
  neutral: 'Neutral',
  dissatisfied: 'Dissatisfied',
  positive: 'Positive',
  negative: 'Negative',
  resolved: 'Resolved',
  unresolved: 'Unresolved',
};

export function bandText(name: string): string {
  return bandNames[name] ?? name;
}

export const stateNames: Record<State, string> = { new: 'New', seen: 'Seen', done: 'Done' };

export const bandSetNames: Record<Bands, string> = { standard: 'Standard', kore: 'Kore.ai' };

/** The best band of a scale; of all others it is that of the satisfied. */
const best: Partial<Record<Scale, string>> = { thumb: 'positive', nps: 'promoters' };

export const metricNames: Record<Metric, string> = {
  share: 'Share of',
  nps: 'Net promoter score',
  mean: 'Mean score',
  resolved: 'Share resolved',
  options: 'Share of each option',
};

export function metricText(metric: Metric, scale: Scale): string {
  return metric === 'share' ? `${metricNames.share} ${best[scale] ?? 'satisfied'}` : metricNames[metric];
}

export const sourceNames: Record<Source, string> = {
  survey: 'Surveys',
  question: 'Questions',
  conversation: 'Conversations',
  message: 'Messages',
  native: 'Native API',
};

export const scaleNames: Record<Scale, string> = {
  thumb: 'thumb up or down',
  csat: 'CSAT',
  nps: 'NPS',
  ces: 'effort',
  rating: 'rating',
  rating3: 'rating',
  rating4: 'rating',
  rating6: 'rating',
  rating7: 'rating',
  rating10: 'rating',
  choice: 'choice',
  text: 'words',
};

export function scaleText({ scale, range }: Pick<Instrument, 'scale' | 'range'>): string {
  return range && scale !== 'thumb' ? `${scaleNames[scale]} ${rangeText(range)}` : scaleNames[scale];
}

/** Scores from one to another: `9–10`. */
export function rangeText({ low, high }: Range): string {
  return low === high ? String(low) : `${low}–${high}`;
}

export function instrumentText({
  source,
  instrument,
  label,
  rest,
}: Pick<Instrument, 'source' | 'instrument' | 'label'> & { rest?: boolean }): string {
  if (rest) return restText;
  if (label !== null) return shortened(label);
  if (source === 'message' && instrument === 'message') return 'Thumb on a message';
  if (source === 'conversation' && instrument === 'conversation') return 'Rating of a conversation';
  return source === 'question' ? `Question ${instrument}` : instrument;
}

const longLabel = 80;

/** Questions may be long; a list of them has one line each. */
function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= longLabel ? text : `${characters.slice(0, longLabel).join('').trimEnd()}…`;
}

/** All answers together that are not counted by name. */
export const restText = 'All others';

type Named = Pick<Group, 'group' | 'label'>;

/** By its name for people, where it has one, else by the one that callers gave; '' is none. Where several of `all` are called alike, both. */
export function groupText({ group, label }: Named, all: readonly Named[]): string {
  if (group === '') return 'Not given';
  if (label === null) return group;
  return all.some((other) => other.label === label && other.group !== group) ? `${label} (${group})` : label;
}

const languages = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'none' });

export function languageText(tag: string): string {
  if (tag === '') return 'Not given';
  try {
    const name = languages.of(tag.replaceAll('_', '-'));
    return name ? `${name} (${tag})` : tag;
  } catch {
    return tag;
  }
}

/** The score of one answer, on a scale from one number to another. */
export function answerScore(scale: Scale, score: number | null, range: Range | null): string {
  if (score === null) return '';
  if (scale === 'thumb') return score === 1 ? 'Up' : 'Down';
  return range ? `${score} of ${range.high}` : String(score);
}

const units = ['bytes', 'kB', 'MB', 'GB'];

export function sizeText(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${step === 0 ? whole(bytes) : one(bytes / 1_000 ** step)} ${units[step]}`;
}
