import { useRef, useState } from 'preact/hooks';
import type { Interval, PeriodScore, Timeline } from './api.js';
import { BreakupChart } from './breakup.js';
import { useWidth } from './chart.js';
import { beginsDay, format, formatDays } from './clock.js';
import { lookOf, Swatch } from './marks.js';
import { Select } from './select.js';
import { Table } from './table.js';
import { TrendChart } from './trend.js';
import { answers, bandText, boundsText, count, metricText, scoreText } from './words.js';
import './timeline.css';

const intervalNames: Record<Interval, string> = { hour: 'By hour', day: 'By day', week: 'By week', month: 'By month' };

interface TimelineProps {
  timeline: Timeline;
  intervals: Interval[];
  tz: string;
  change: (interval: Interval) => void;
  pick: (bucket: PeriodScore, band: string | null) => void;
}

/** How the answers and the score went over time, in two charts over one axis, and as a table. */
export function TimelineCard({ timeline, intervals, tz, change, pick }: TimelineProps) {
  const { buckets, interval, metric, scale, range } = timeline;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [hovered, hover] = useState<number | null>(null);
  const bands = buckets[0]?.bands.map(({ name }) => name) ?? [];
  const charts = {
    buckets,
    width,
    hovered,
    hover,
    shortName: (bucket: PeriodScore) => shortName(bucket, interval, tz),
    longName: (bucket: PeriodScore) => longName(bucket, interval, tz),
  };
  const shown = hovered === null ? null : buckets[hovered];
  return (
    <section class="card timeline" aria-labelledby="timeline-title">
      <div class="card-head">
        <h2 id="timeline-title">Over time</h2>
        <Select label="Interval" value={interval} change={(value) => change(value as Interval)}>
          {intervals.map((one) => (
            <option key={one} value={one}>
              {intervalNames[one]}
            </option>
          ))}
        </Select>
      </div>
      <p class="readout" aria-hidden="true">
        {shown ? (
          <Readout bucket={shown} name={charts.longName(shown)} />
        ) : (
          'Point at a bar to read it; click it to see the answers behind it.'
        )}
      </p>
      <div ref={box} class="charts" onMouseLeave={() => hover(null)}>
        <h3>
          Answers{bands.length > 0 && ' by band'}
          <span class="legend">
            {bands.map((band, i) => (
              <span key={band}>
                <Swatch look={lookOf(i, bands.length)} />
                {bandText(band)}
              </span>
            ))}
          </span>
        </h3>
        <BreakupChart {...charts} pick={pick} />
        {range && (
          <>
            <h3>
              {metricText(metric, scale)}
              <span class="legend">
                <span>
                  <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
                    <rect width="12" height="12" class="ribbon" />
                    <line x2="12" y1="6" y2="6" class="trend-line" />
                  </svg>
                  with its 95% interval
                </span>
                <span>
                  <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
                    <circle cx="6" cy="6" r="3.5" class="trend-point few" />
                  </svg>
                  too few answers to rely on
                </span>
              </span>
            </h3>
            <TrendChart {...charts} range={range} />
          </>
        )}
      </div>
      <details>
        <summary>As a table</summary>
        <BucketTable buckets={buckets} bands={bands} longName={charts.longName} pick={pick} />
      </details>
    </section>
  );
}

function Readout({ bucket, name }: { bucket: PeriodScore; name: string }) {
  const { metric, estimate, ci, n, bands } = bucket;
  return (
    <>
      <strong>{name}</strong>: {answers(n)}
      {bands.map((band) => ` · ${count(band.count)} ${bandText(band.name).toLowerCase()}`).join('')}
      {estimate !== null && ` · ${scoreText(metric, estimate)}`}
      {ci && ` (${boundsText(metric, ci)})`}
    </>
  );
}

interface BucketTableProps {
  buckets: PeriodScore[];
  bands: string[];
  longName: (bucket: PeriodScore) => string;
  pick: (bucket: PeriodScore, band: string | null) => void;
}

function BucketTable({ buckets, bands, longName, pick }: BucketTableProps) {
  const { metric } = buckets[0]!;
  return (
    <Table
      label="Answers and score over time"
      class="buckets"
      rows={buckets}
      keyOf={({ from }) => from}
      columns={[
        {
          label: 'Time',
          isHead: true,
          cell: (bucket) =>
            bucket.n === 0 ? (
              longName(bucket)
            ) : (
              <button type="button" class="link" onClick={() => pick(bucket, null)}>
                {longName(bucket)}
              </button>
            ),
        },
        { label: 'Answers', isNumber: true, cell: ({ n }) => <data value={n}>{count(n)}</data> },
        ...bands.map((band) => ({
          label: bandText(band),
          isNumber: true,
          cell: (bucket: PeriodScore) => {
            const part = bucket.bands.find(({ name }) => name === band)!;
            return <data value={part.count}>{count(part.count)}</data>;
          },
        })),
        ...(metric === 'options'
          ? []
          : [
              {
                label: 'Score',
                isNumber: true,
                cell: ({ estimate }: PeriodScore) =>
                  estimate === null ? '–' : <data value={estimate}>{scoreText(metric, estimate)}</data>,
              },
              {
                label: '95% interval',
                isNumber: true,
                cell: ({ ci }: PeriodScore) => (ci ? boundsText(metric, ci) : '–'),
              },
            ]),
      ]}
    />
  );
}

function shortName({ from }: PeriodScore, interval: Interval, tz: string): string {
  if (interval === 'month') return format('month', from, tz);
  if (interval !== 'hour') return format('day', from, tz);
  return format(beginsDay(from, tz) ? 'day' : 'hour', from, tz);
}

/** The first and the last are cut off where the period is: they say from when or until when they are. */
export function longName(
  { from, to }: Pick<PeriodScore, 'from' | 'to'>,
  interval: Interval | null,
  tz: string,
): string {
  const [begin, end] = [format('hour', from, tz), format('hour', to, tz)];
  if (interval === 'hour') return `${format('weekday', from, tz)}, ${begin}–${end}`;
  const days = interval === 'day' ? format('weekday', from, tz) : formatDays(from, to, tz);
  return `${days}${beginsDay(from, tz) ? '' : `, from ${begin}`}${beginsDay(to, tz) ? '' : `, until ${end}`}`;
}
