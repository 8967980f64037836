import type { Bounds, Part } from './api.js';

/**
 * How the bands of a scale look, best first. Each has a pattern besides its colour, so that neither is needed to tell them
 * apart; the patterns are in the page once, and every drawing refers to them.
 */
export function lookOf(index: number, bands: number): 'good' | 'middle' | 'bad' {
  if (index === 0) return 'good';
  return index === bands - 1 ? 'bad' : 'middle';
}

export function Patterns() {
  return (
    <svg class="patterns" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="pattern-middle" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="pattern-middle-ground" />
          <circle cx="2.5" cy="2.5" r="0.9" class="pattern-middle-mark" />
        </pattern>
        <pattern id="pattern-bad" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="5" height="5" class="pattern-bad-ground" />
          <rect width="1.6" height="5" class="pattern-bad-mark" />
        </pattern>
      </defs>
    </svg>
  );
}

export function Swatch({ look }: { look: string }) {
  return (
    <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      <rect width="12" height="12" rx="2" class={`look-${look}`} />
    </svg>
  );
}

const across = (value: number, [low, high]: readonly [number, number]) => `${(100 * (value - low)) / (high - low)}%`;

/** A share as a bar, with its interval as a line over its end. */
export function ShareBar({ part, look }: { part: Part; look: string }) {
  if (part.share === null) return null;
  return (
    <svg class="share-bar" aria-hidden="true" focusable="false">
      <rect width="100%" height="100%" class="track" />
      <rect width={across(part.share, [0, 1])} height="100%" class={`look-${look}`} />
      {part.ci && <Whisker ci={part.ci} range={[0, 1]} y="50%" />}
    </svg>
  );
}

/** A score as a dot with its interval, on its whole scale. */
export function Dot({ value, ci, range }: { value: number; ci: Bounds | null; range: readonly [number, number] }) {
  return (
    <svg class="dot" aria-hidden="true" focusable="false">
      <line x1="0" x2="100%" y1="50%" y2="50%" class="track-line" />
      {ci && <Whisker ci={ci} range={range} y="50%" />}
      <circle cx={across(value, range)} cy="50%" r="4.5" class="dot-mark" />
    </svg>
  );
}

function Whisker({ ci, range, y }: { ci: Bounds; range: readonly [number, number]; y: string }) {
  const [x1, x2] = [across(ci.low, range), across(ci.high, range)];
  return (
    <g>
      <line x1={x1} x2={x2} y1={y} y2={y} class="whisker-halo" />
      <line x1={x1} x2={x2} y1={y} y2={y} class="whisker" />
    </g>
  );
}

interface MeterProps {
  value: number;
  ci: Bounds | null;
  previous: number | null;
  range: readonly [number, number];
  text: (value: number) => string;
  label: string;
}

const ticks = [0, 0.25, 0.5, 0.75, 1];

/** The score on its whole scale: its interval as a band, itself as a needle, the one before as an open triangle. */
export function Meter({ value, ci, previous, range, text, label }: MeterProps) {
  const [low, high] = range;
  const at = ticks.map((tick) => low + tick * (high - low));
  return (
    <div class="meter" role="img" aria-label={label}>
      <svg aria-hidden="true" focusable="false">
        <rect y="18" width="100%" height="14" class="track" />
        {at.map((tick) => (
          <line key={tick} x1={across(tick, range)} x2={across(tick, range)} y1="32" y2="38" class="tick" />
        ))}
        {ci && (
          <rect
            x={across(ci.low, range)}
            width={across(low + ci.high - ci.low, range)}
            y="18"
            height="14"
            class="interval"
          />
        )}
        <line x1={across(value, range)} x2={across(value, range)} y1="11" y2="39" class="needle" />
        {previous !== null && (
          <svg x={across(previous, range)} y="4" class="previous-mark">
            <path d="M-5,1 L5,1 L0,10 Z" class="previous" />
          </svg>
        )}
      </svg>
      <div class="meter-scale" aria-hidden="true">
        {at.map((tick) => (
          <span key={tick}>{text(tick)}</span>
        ))}
      </div>
    </div>
  );
}
