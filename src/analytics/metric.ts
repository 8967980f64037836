import { enumeration } from '#libs/validation';
import type { Scale } from '../feedback/scale.js';

export const metrics = enumeration('Metric', ['share', 'nps', 'mean', 'resolved', 'options']);

/** What is made of the answers: the share of the best band, the net promoter score, the mean, the share of those resolved, or a share for each option. */
export type Metric = (typeof metrics)[number];

const defaults: Partial<Record<Scale, Metric>> = {
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

/** The metrics of a scale, the usual one first; `text` has none. */
export function metricsOf(scale: Scale, hasResolved: boolean): Metric[] {
  const usual = defaults[scale];
  if (usual === undefined) return [];
  const further: Metric[] =
    usual === 'options' ? [] : ['share', 'mean', ...(hasResolved ? (['resolved'] as const) : [])];
  return [usual, ...further.filter((metric) => metric !== usual)];
}
