import { format } from './clock.js';
import './said.css';

/** When an answer was given. */
export function Time({ entry: { occurredAt }, tz }: { entry: { occurredAt: string }; tz: string }) {
  return <time dateTime={occurredAt}>{format('time', occurredAt, tz)}</time>;
}

/** Characters of a text that are shown before it is asked for. */
const longText = 400;

/** What somebody said, shortened until the whole of it is asked for. */
export function Words({ text }: { text: string }) {
  if (text.length <= longText) return <bdi class="words">{text}</bdi>;
  return (
    <details>
      <summary>
        <bdi class="words">{text.slice(0, longText)}…</bdi>
        <span class="less">Show less</span>
      </summary>
      <bdi class="words">{text}</bdi>
    </details>
  );
}
