import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import './chart.css';

/** Pixels around the plot: left for the scale, below for the times. */
export const margin = { left: 52, right: 6, top: 8, bottom: 24 };

/** How wide an element is, in CSS pixels, as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Where each of `n` buckets begins, and how wide it is. */
export function columnsOf(width: number, n: number): { step: number; left: (i: number) => number } {
  const step = Math.max(width - margin.left - margin.right, 1) / n;
  return { step, left: (i) => margin.left + i * step };
}

/** Three to six round numbers that hold `low` and `high` between the first and the last. */
export function ticksOf(low: number, high: number, isWhole = false): number[] {
  const span = high - low || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 2.5, 5, 10].find((n) => n * power >= rough)! * power, isWhole ? 1 : 0);
  const round = isWhole ? Math.ceil(step) : step;
  const first = Math.floor(low / round + 1e-9);
  const last = Math.max(Math.ceil(high / round - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * round);
}

/** Which of `n` labels there is room for. */
export function labelled(n: number, step: number, width: number): (i: number) => boolean {
  const every = Math.max(1, Math.ceil(width / step));
  return (i) => i % every === 0 && (n - i) * step >= width / 2;
}
