import { useRef, useState } from 'preact/hooks';
import type { PeriodScore } from './api.js';
import { columnsOf, labelled, margin, ticksOf } from './chart.js';
import { lookOf } from './marks.js';
import { answers, bandText, count, percent } from './words.js';
import './breakup.css';

export interface ChartProps {
  buckets: PeriodScore[];
  /** CSS pixels; 0 until it is known. */
  width: number;
  hovered: number | null;
  hover: (index: number | null) => void;
  shortName: (bucket: PeriodScore) => string;
  longName: (bucket: PeriodScore) => string;
}

interface BreakupProps extends ChartProps {
  pick: (bucket: PeriodScore, band: string | null) => void;
}

/** A piece of a bar that can be picked. `band` is null where a bar has no bands. */
interface Piece {
  index: number;
  band: string | null;
  look: string;
  /** Answers below it in the bar. */
  from: number;
  count: number;
  share: number | null;
}

const height = 220;

/**
 * Bars of answers, in pieces of their bands, the best at the bottom. The chart is one stop of the Tab key; the arrow keys go
 * from piece to piece, and Enter picks one.
 */
export function BreakupChart({ buckets, width, hovered, hover, shortName, longName, pick }: BreakupProps) {
  const svg = useRef<SVGSVGElement>(null);
  const [current, setCurrent] = useState<Pick<Piece, 'index' | 'band'> | null>(null);
  const pieces = piecesOf(buckets);
  const active = pieces.find((piece) => isSame(piece, current)) ?? pieces.at(-1);
  const ticks = ticksOf(0, Math.max(1, ...buckets.map(({ n }) => n)), true);
  const top = ticks.at(-1)!;
  const y = (value: number) => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const { step, left } = columnsOf(width, buckets.length);
  const gap = step > 6 ? Math.min(step * 0.22, 10) : Math.min(step * 0.15, 1);
  const hasLabel = labelled(buckets.length, step, 68);
  const choose = (piece: Piece) => pick(buckets[piece.index]!, piece.band);
  const move = (event: KeyboardEvent, piece: Piece) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return choose(piece);
    }
    const next = neighbour(pieces, piece, event.key);
    if (!next) return;
    event.preventDefault();
    setCurrent(next);
    svg.current!.querySelector<SVGElement>(`[data-piece="${pieces.indexOf(next)}"]`)!.focus();
  };
  return (
    <svg
      ref={svg}
      class="chart"
      width={width}
      height={height}
      role="group"
      aria-label="Answers over time. The arrow keys go from bar to bar, Enter shows the answers behind one."
    >
      {ticks.map((tick) => (
        <g key={tick} aria-hidden="true">
          <line
            x1={margin.left}
            x2={width - margin.right}
            y1={y(tick)}
            y2={y(tick)}
            class={tick === 0 ? 'axis' : 'grid'}
          />
          <text x={margin.left - 8} y={y(tick)} class="tick-y">
            {count(tick)}
          </text>
        </g>
      ))}
      {buckets.map((bucket, i) => (
        <g key={bucket.from} aria-hidden="true">
          <rect
            x={left(i)}
            y={0}
            width={step}
            height={height - margin.bottom}
            class={i === hovered ? 'column hovered' : 'column'}
            onMouseEnter={() => hover(i)}
            onClick={() => bucket.n > 0 && pick(bucket, null)}
          />
          {hasLabel(i) && (
            <text x={left(i) + step / 2} y={height - 7} class="tick-x">
              {shortName(bucket)}
            </text>
          )}
        </g>
      ))}
      {pieces.map((piece, at) => {
        const bucket = buckets[piece.index]!;
        return (
          <rect
            key={`${bucket.from} ${piece.band}`}
            data-piece={at}
            x={left(piece.index) + gap / 2}
            y={y(piece.from + piece.count)}
            width={Math.max(step - gap, 0.5)}
            height={Math.max(y(piece.from) - y(piece.from + piece.count), 0.5)}
            class={`piece look-${piece.look}`}
            role="button"
            tabindex={piece === active ? 0 : -1}
            aria-label={pieceText(piece, bucket, longName(bucket))}
            onMouseEnter={() => hover(piece.index)}
            onFocus={() => {
              setCurrent(piece);
              hover(piece.index);
            }}
            onBlur={() => hover(null)}
            onClick={() => choose(piece)}
            onKeyDown={(event) => move(event, piece)}
          />
        );
      })}
    </svg>
  );
}

function piecesOf(buckets: PeriodScore[]): Piece[] {
  return buckets.flatMap(({ n, bands }, index): Piece[] => {
    if (bands.length === 0) return n === 0 ? [] : [{ index, band: null, look: 'plain', from: 0, count: n, share: 1 }];
    let from = 0;
    const pieces = bands.map(({ name, count, share }, i) => {
      const piece = { index, band: name, look: lookOf(i, bands.length), from, count, share };
      from += count;
      return piece;
    });
    return pieces.filter(({ count }) => count > 0);
  });
}

function isSame(piece: Piece, other: Pick<Piece, 'index' | 'band'> | null): boolean {
  return piece.index === other?.index && piece.band === other.band;
}

/** Where an arrow key leads to: along the time in the same band if there is one, or up and down in a bar. */
function neighbour(pieces: Piece[], piece: Piece, key: string): Piece | undefined {
  const inBar = pieces.filter(({ index }) => index === piece.index);
  switch (key) {
    case 'ArrowUp':
      return inBar[inBar.indexOf(piece) + 1];
    case 'ArrowDown':
      return inBar[inBar.indexOf(piece) - 1];
    case 'ArrowRight':
      return ofBar(pieces, pieces.find(({ index }) => index > piece.index)?.index, piece.band);
    case 'ArrowLeft':
      return ofBar(pieces, pieces.findLast(({ index }) => index < piece.index)?.index, piece.band);
    case 'Home':
      return pieces[0];
    case 'End':
      return pieces.at(-1);
    default:
      return undefined;
  }
}

function ofBar(pieces: Piece[], bar: number | undefined, band: string | null): Piece | undefined {
  const inBar = pieces.filter(({ index }) => index === bar);
  return inBar.find((piece) => piece.band === band) ?? inBar[0];
}

function pieceText({ band, count: size, share }: Piece, { n }: PeriodScore, name: string): string {
  if (band === null || share === null) return `${name}: ${answers(n)}`;
  return `${name}: ${count(size)} ${bandText(band).toLowerCase()} of ${answers(n)}, ${percent(share)}`;
}
