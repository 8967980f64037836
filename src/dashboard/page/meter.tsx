import type { ConfidenceInterval, Range } from './api.js';
import { across } from './marks.js';
import './meter.css';

interface MeterProps {
  value: number;
  ci: ConfidenceInterval | null;
  previous: number | null;
  range: Range;
  text: (value: number) => string;
  label: string;
}

const ticks = [0, 0.25, 0.5, 0.75, 1];

/** The score on its whole scale: its interval as a band, itself as a needle, the one before as an open triangle. */
export function Meter({ value, ci, previous, range, text, label }: MeterProps) {
  const { low, high } = range;
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
