import type { Instrument } from './api.js';
import { format } from './clock.js';
import { Notice } from './notice.js';
import type { View } from './view.js';
import { instrumentText } from './words.js';

export function EmptyWorkspace() {
  return (
    <main>
      <Notice title="Nothing has been said yet.">
        <p>As soon as the first answer comes in through any of the doors, it is here.</p>
        <p>
          To look around first, fill the workspace with an example: <code>npm run -s cli -- demo load</code>. To take it
          away again: <code>npm run -s cli -- demo clear</code>.
        </p>
        <p>
          How answers are sent is said in the <a href="../docs/">documentation of the API</a>.
        </p>
      </Notice>
    </main>
  );
}

interface EmptyPeriodProps {
  view: View;
  asked: Instrument | undefined;
  change: (view: View) => void;
}

/** Where the reader has gone too far: what was asked, and when it was answered last. */
export function EmptyPeriod({ view, asked, change }: EmptyPeriodProps) {
  const isFiltered = view.channel !== null || view.language !== null || view.bot !== null;
  return (
    <Notice title={isFiltered ? 'No answers fit these filters in this period.' : 'No answers in this period.'}>
      {asked && (
        <p>
          <bdi>{instrumentText(asked)}</bdi> was answered from {format('date', asked.first, view.tz)} to{' '}
          {format('date', asked.last, view.tz)}.
        </p>
      )}
      {isFiltered && (
        <button type="button" onClick={() => change({ ...view, channel: null, language: null, bot: null })}>
          Clear filters
        </button>
      )}
    </Notice>
  );
}
