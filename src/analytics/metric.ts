import { enumeration } from '#libs/validation';
import type { Source } from '../feedback/feedback-entry.entity.js';
import type { Scale } from '../feedback/scale.js';

export const metrics = enumeration('Metric', ['share', 'nps', 'mean', 'resolved', 'options']);

/** What is made of the answers: the share of the best band, the net promoter score, the mean, the share of those resolved, or a share for each option. */
export type Metric = (typeof metrics)[number];

const defaults: Record<Exclude<Scale, 'text'>, Metric> = {
  thumb: 'share',
  csat: 'share',
  nps: 'nps',
  ces: 'mean',
  rating: 'mean',
  rating3: 'mean',
  rating4: 'mean',
  rating6: 'mean',
  rating7: 'mean',
  rating10: 'mean',
  choice: 'options',
};

/** The metrics of a scale, the usual one first; `text` has none. Only of conversations it is asked whether they resolved anything. */
export function metricsOf(scale: Scale, source: Source | null): Metric[] {
  if (scale === 'text') return [];
  const usual = defaults[scale];
  const further: Metric[] =
    usual === 'options' ? [] : ['share', 'mean', ...(source === 'conversation' ? (['resolved'] as const) : [])];
  return [usual, ...further.filter((metric) => metric !== usual)];
}
