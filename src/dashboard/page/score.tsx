import type { Comparison, Metric, Summary } from './api.js';
import { Meter } from './meter.js';
import {
  answers,
  boundsText,
  count,
  differenceBounds,
  differenceText,
  metricText,
  scoreText,
  tickText,
  verdictSigns,
  verdictText,
} from './words.js';
import './score.css';

interface ScoreProps {
  summary: Summary;
  /** The period before, in words. */
  before: string;
}

/** The score, how sure it is, and whether it has changed. */
export function ScoreCard({ summary, before }: ScoreProps) {
  if (summary.metric === 'options') return <ChoiceCard summary={summary} before={before} />;
  const { metric, scale, n, estimate, ci, range, sufficient, previous, change } = summary;
  return (
    <section class="card score" aria-labelledby="score-title">
      <h2 id="score-title">{metricText(metric, scale)}</h2>
      {estimate !== null && (
        <p class="big">
          <data value={estimate} class="estimate">
            {scoreText(metric, estimate)}
          </data>
        </p>
      )}
      <p class="how-sure">
        {ci ? `95% interval ${boundsText(metric, ci)}` : 'No interval yet'}
        <span class="separator"> · </span>
        <data value={n} class="n">
          {answers(n)}
        </data>
      </p>
      {!sufficient && <p class="warning">Too few answers to rely on.</p>}
      {estimate !== null && range && (
        <Meter
          value={estimate}
          ci={ci}
          previous={previous.estimate}
          range={range}
          text={(value) => tickText(metric, value)}
          label={`${metricText(metric, scale)}: ${scoreText(metric, estimate)}${ci ? `, 95% interval ${boundsText(metric, ci)}` : ''}, on a scale from ${tickText(metric, range.low)} to ${tickText(metric, range.high)}`}
        />
      )}
      {change && <Change metric={metric} change={change} before={before} />}
      <p class="hint before">
        {previous.estimate !== null && `${scoreText(metric, previous.estimate)} from `}
        {answers(previous.n)} in {before}
        {previous.estimate !== null && <span aria-hidden="true"> (▽ on the scale)</span>}
      </p>
    </section>
  );
}

/** A choice has no single score, but a share for each of its options. */
function ChoiceCard({ summary: { n, sufficient, previous }, before }: ScoreProps) {
  return (
    <section class="card score" aria-labelledby="score-title">
      <h2 id="score-title">Answers</h2>
      <p class="big">
        <data value={n} class="n">
          {count(n)}
        </data>
      </p>
      <p class="how-sure">Each may tick several options: the shares need not add up to 100%.</p>
      {!sufficient && <p class="warning">Too few answers to rely on.</p>}
      <p class="hint">
        {answers(previous.n)} in {before}
      </p>
    </section>
  );
}

function Change({ metric, change, before }: { metric: Metric; change: Comparison; before: string }) {
  return (
    <p class={`change verdict-${change.verdict.replaceAll(' ', '-')}`}>
      <span class="sign" aria-hidden="true">
        {verdictSigns[change.verdict]}
      </span>
      <span>
        <strong>{verdictText(change, before)}</strong>
        {change.verdict !== 'too few answers' && (
          <>
            {change.verdict === 'not distinguishable' && ': the difference may be chance'}:{' '}
            <data value={change.estimate!}>{differenceText(metric, change)}</data>, {differenceBounds(metric, change)}
          </>
        )}
        .
      </span>
    </p>
  );
}
