import type { Comparison, Metric } from './api.js';
import { differenceBounds, differenceText, verdictSigns, verdictText } from './words.js';
import './verdict.css';

interface VerdictProps {
  metric: Metric;
  comparison: Comparison;
  /** What it is compared with, after `Higher than`. */
  other: string;
  title?: string;
}

/** How a score differs from another one, in a cell of a table. */
export function Verdict({ metric, comparison, other, title }: VerdictProps) {
  const { estimate, verdict } = comparison;
  const isTold = verdict !== 'too few answers';
  return (
    <span class={`verdict verdict-${verdict.replaceAll(' ', '-')}`} title={title}>
      <span aria-hidden="true">{verdictSigns[verdict]} </span>
      {isTold ? <data value={estimate!}>{differenceText(metric, comparison)}</data> : verdictText(comparison, other)}
      {isTold && (
        <span class="hint">
          {verdictText(comparison, other)}; {differenceBounds(metric, comparison)}
        </span>
      )}
    </span>
  );
}
