import { useEffect, useState } from 'preact/hooks';
import type { Asked } from './asked.js';
import './loading.css';

/** Milliseconds after which a wait is worth a word. */
const long = 4_000;

/** A line at the top while something loads, and the same in words for screen readers. */
export function Loading({ asked }: { asked: Asked<unknown>[] }) {
  const isLoading = asked.some((one) => one.isLoading);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!isLoading) return undefined;
    const timer = setTimeout(() => setLong(true), long);
    return () => clearTimeout(timer);
  }, [isLoading]);
  return (
    <div class="loading" role="status">
      {isLoading && <div class="loading-line" />}
      {isLoading && (
        <span class={isLong ? 'loading-text' : 'unseen'}>{isLong ? 'The server takes its time …' : 'Loading'}</span>
      )}
    </div>
  );
}
