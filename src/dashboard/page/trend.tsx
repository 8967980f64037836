import type { PeriodScore, Range } from './api.js';
import type { ChartProps } from './breakup.js';
import { columnsOf, labelled, margin, ticksOf } from './chart.js';
import { metricText, tickText } from './words.js';
import './trend.css';

const height = 220;

/** The score of each bucket as a line, its interval as a ribbon. The table beneath tells screen readers the same. */
export function TrendChart({ buckets, range, width, hovered, hover, shortName }: ChartProps & { range: Range }) {
  const { metric, scale } = buckets[0]!;
  const ticks = axisOf(buckets, range);
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const y = (value: number) =>
    height - margin.bottom - ((value - low) / (high - low)) * (height - margin.top - margin.bottom);
  const { step, left } = columnsOf(width, buckets.length);
  const x = (i: number) => left(i) + step / 2;
  const hasLabel = labelled(buckets.length, step, 68);
  const radius = Math.min(4, Math.max(1.5, step / 4));
  return (
    <svg
      class="chart"
      width={width}
      height={height}
      role="img"
      aria-label={`${metricText(metric, scale)} over time with its interval. The table below has the same figures.`}
    >
      <clipPath id="plot">
        <rect x={margin.left} y={0} width={Math.max(width - margin.left, 0)} height={height - margin.bottom} />
      </clipPath>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} class="grid" />
          <text x={margin.left - 8} y={y(tick)} class="tick-y">
            {tickText(metric, tick)}
          </text>
        </g>
      ))}
      <g clip-path="url(#plot)">
        {runsOf(buckets).map((run) =>
          run.length === 1 ? (
            <Lone key={run[0]} x={x(run[0]!)} y={y} bucket={buckets[run[0]!]!} />
          ) : (
            <g key={run[0]}>
              <path d={ribbon(run, buckets, x, y)} class="ribbon" />
              <path d={line(run.map((i) => [x(i), y(buckets[i]!.estimate!)]))} class="trend-line" />
            </g>
          ),
        )}
      </g>
      {buckets.map((bucket, i) => (
        <g key={bucket.from}>
          <rect
            x={left(i)}
            y={0}
            width={step}
            height={height - margin.bottom}
            class={i === hovered ? 'column hovered' : 'column'}
            onMouseEnter={() => hover(i)}
          />
          {bucket.estimate !== null && (
            <circle
              cx={x(i)}
              cy={y(bucket.estimate)}
              r={radius}
              class={bucket.sufficient ? 'trend-point' : 'trend-point few'}
            />
          )}
          {hasLabel(i) && (
            <text x={x(i)} y={height - 7} class="tick-x">
              {shortName(bucket)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

/** A bucket whose neighbours have no answers. */
function Lone({ bucket, x, y }: { bucket: PeriodScore; x: number; y: (value: number) => number }) {
  return bucket.ci && <line x1={x} x2={x} y1={y(bucket.ci.low)} y2={y(bucket.ci.high)} class="lone" />;
}

/** The scale that holds every estimate, and every interval of buckets with enough answers; the others may leave it. */
function axisOf(buckets: PeriodScore[], { low: least, high: greatest }: Range): number[] {
  const estimates = buckets.flatMap(({ estimate }) => (estimate === null ? [] : [estimate]));
  const bounds = buckets.flatMap(({ ci, sufficient }) => (ci && sufficient ? [ci.low, ci.high] : []));
  const values = [...estimates, ...bounds];
  if (values.length === 0) return ticksOf(least, greatest);
  const ticks = ticksOf(Math.min(...values), Math.max(...values));
  const within = ticks.filter((tick) => tick >= least - 1e-9 && tick <= greatest + 1e-9);
  return within.length > 1 ? within : ticksOf(least, greatest);
}

/** The buckets with a score, in runs without a gap. */
function runsOf(buckets: PeriodScore[]): number[][] {
  const runs: number[][] = [];
  buckets.forEach(({ estimate }, i) => {
    if (estimate === null) return;
    if (runs.at(-1)?.at(-1) === i - 1) runs.at(-1)!.push(i);
    else runs.push([i]);
  });
  return runs;
}

type Point = [number, number];

function ribbon(run: number[], buckets: PeriodScore[], x: (i: number) => number, y: (value: number) => number): string {
  const edge = (end: 'low' | 'high') =>
    run.map((i): Point => [x(i), y(buckets[i]!.ci?.[end] ?? buckets[i]!.estimate!)]);
  return `${line([...edge('high'), ...edge('low').toReversed()])}Z`;
}

function line(points: Point[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join('');
}
