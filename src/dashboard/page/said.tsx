import type { Entry } from './api.js';
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

interface ReasonsProps extends Pick<Entry, 'reasons'> {
  choose: (label: string) => void;
}

/** Why, each reason with what was said of it. Its label leads to all answers that give it. */
export function Reasons({ reasons, choose }: ReasonsProps) {
  if (!reasons || reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {reasons.map(({ label, details }, index) => (
        <li key={index}>
          <button type="button" class="chip" title="Show the answers with this reason" onClick={() => choose(label)}>
            <bdi>{label}</bdi>
          </button>
          {details !== '' && (
            <>
              {' '}
              <Words text={details} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
