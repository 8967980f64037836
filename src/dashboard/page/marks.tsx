import type { Band, ConfidenceInterval, Range } from './api.js';
import './marks.css';

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

/** Where a value of a scale lies on a line of its width. */
export const across = (value: number, { low, high }: Range) => `${(100 * (value - low)) / (high - low)}%`;

/** The range of shares. */
export const whole: Range = { low: 0, high: 1 };

/** A share as a bar, with its interval as a line over its end. */
export function ShareBar({ part, look }: { part: Pick<Band, 'share' | 'ci'>; look: string }) {
  if (part.share === null) return null;
  return (
    <svg class="share-bar" aria-hidden="true" focusable="false">
      <rect width="100%" height="100%" class="track" />
      <rect width={across(part.share, whole)} height="100%" class={`look-${look}`} />
      {part.ci && <Whisker ci={part.ci} range={whole} y="50%" />}
    </svg>
  );
}

/** A score as a dot with its interval, on its whole scale. */
export function Dot({ value, ci, range }: { value: number; ci: ConfidenceInterval | null; range: Range }) {
  return (
    <svg class="dot" aria-hidden="true" focusable="false">
      <line x1="0" x2="100%" y1="50%" y2="50%" class="track-line" />
      {ci && <Whisker ci={ci} range={range} y="50%" />}
      <circle cx={across(value, range)} cy="50%" r="4.5" class="dot-mark" />
    </svg>
  );
}

function Whisker({ ci, range, y }: { ci: ConfidenceInterval; range: Range; y: string }) {
  const [x1, x2] = [across(ci.low, range), across(ci.high, range)];
  return (
    <g>
      <line x1={x1} x2={x2} y1={y} y2={y} class="whisker-halo" />
      <line x1={x1} x2={x2} y1={y} y2={y} class="whisker" />
    </g>
  );
}
