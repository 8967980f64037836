import { useState } from 'preact/hooks';
import type { ChangedBand, ChangedOption, Summary } from './api.js';
import { lookOf, ShareBar, Swatch } from './marks.js';
import { Table } from './table.js';
import { Verdict } from './verdict.js';
import { bandText, boundsText, count, percent, rangeText, restText } from './words.js';
import './bands.css';

/** More options than these are shown when they are asked for. */
const shownAtFirst = 12;

type Part = (ChangedOption | ChangedBand) & Partial<ChangedOption & ChangedBand>;

interface BandsProps {
  summary: Summary;
  before: string;
  pick: (band: string) => void;
}

/** Who answered how: of each band or option the share, the count and the change. */
export function BandsCard({ summary, before, pick }: BandsProps) {
  const [isWhole, setWhole] = useState(false);
  const hasOptions = summary.metric === 'options';
  const parts: Part[] = hasOptions ? summary.options : summary.bands;
  const look = (part: Part) => (hasOptions ? 'plain' : lookOf(parts.indexOf(part), parts.length));
  return (
    <section class="card bands" aria-labelledby="bands-title">
      <h2 id="bands-title">{hasOptions ? 'Options' : 'Respondents'}</h2>
      <Table
        label={hasOptions ? 'Share of the answers that ticked each option' : 'Share of the respondents in each band'}
        rows={isWhole ? parts : parts.slice(0, shownAtFirst)}
        keyOf={({ name, rest }) => (rest ? 'rest' : `=${name}`)}
        columns={[
          {
            label: hasOptions ? 'Option' : 'Band',
            isHead: true,
            cell: (part) => (
              <span class="band-name">
                <Swatch look={look(part)} />
                {hasOptions ? (
                  <bdi>{part.rest ? restText : part.name}</bdi>
                ) : (
                  <button type="button" class="link" onClick={() => pick(part.name)}>
                    {bandText(part.name)}
                  </button>
                )}
                {part.scores && summary.scale !== 'thumb' && <span class="hint">{rangeText(part.scores)}</span>}
              </span>
            ),
          },
          { label: 'Answers', isNumber: true, cell: (part) => <data value={part.count}>{count(part.count)}</data> },
          {
            label: 'Share',
            cell: (part) => (
              <div class="share">
                <data value={part.share ?? ''} class="share-text">
                  {part.share === null ? '–' : percent(part.share)}
                </data>
                <ShareBar part={part} look={look(part)} />
                {part.ci && <span class="hint">95% interval {boundsText('share', part.ci)}</span>}
              </div>
            ),
          },
          {
            label: 'Change',
            cell: (part) => (
              <Verdict metric="share" comparison={part.change} other="before" title={`Against ${before}`} />
            ),
          },
        ]}
      />
      {parts.length > shownAtFirst && (
        <button type="button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? `Show the first ${shownAtFirst}` : `Show all ${parts.length}`}
        </button>
      )}
    </section>
  );
}
