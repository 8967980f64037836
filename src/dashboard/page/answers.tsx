import { useEffect, useRef } from 'preact/hooks';
import type { Api, Entry, Instrument, Range } from './api.js';
import { Download } from './download.js';
import { FailureNotice, Notice } from './notice.js';
import { More, usePages } from './pages.js';
import { Reasons, Time, Words } from './said.js';
import { Table } from './table.js';
import { longName } from './timeline.js';
import { answersQuery, type Period, type View } from './view.js';
import { answerScore, bandText, instrumentText, languageText } from './words.js';
import './answers.css';

export interface AnswersProps {
  api: Api;
  view: View;
  period: Period;
  /** When it is looked at. */
  now: number;
  asked: Instrument | undefined;
  /** Shows all answers again. */
  widen: () => void;
  /** Shows those with this reason. */
  chooseReason: (label: string) => void;
}

/** The answers behind the figures, or behind the bar that was picked, newest first. */
export function AnswersCard({ api, view, period, now, asked, widen, chooseReason }: AnswersProps) {
  const query = answersQuery(view, period);
  const list = usePages(api, 'feedback', { ...query, limit: '25' }, now);
  const heading = useRef<HTMLHeadingElement>(null);
  const picked = JSON.stringify([view.since, view.until, view.band]);
  const before = useRef(picked);
  useEffect(() => {
    // Picking a bar leads to the answers behind it, on the screen and for screen readers.
    if (before.current !== picked && pickedText(view)) {
      heading.current!.focus({ preventScroll: true });
      heading.current!.scrollIntoView({ block: 'start' });
    }
    before.current = picked;
  }, [picked]);
  return (
    <section class="card answers" aria-labelledby="answers-title" aria-busy={list.isLoading}>
      <div class="card-head">
        <h2 id="answers-title" ref={heading} tabIndex={-1}>
          Answers
          {pickedText(view) && <span class="picked">: {pickedText(view)}</span>}
        </h2>
        <div class="actions">
          {pickedText(view) && (
            <button type="button" onClick={widen}>
              Show all answers
            </button>
          )}
          <Download api={api} query={query} view={view} />
        </div>
      </div>
      {list.failure && <FailureNotice failure={list.failure} again={list.more} />}
      {list.rows?.length === 0 && <Notice title="No answers fit." />}
      {list.rows && list.rows.length > 0 && (
        <EntryTable
          entries={list.rows}
          tz={view.tz}
          range={asked?.range ?? null}
          label={asked?.label ?? null}
          chooseReason={chooseReason}
        />
      )}
      <More list={list} what="answers" />
    </section>
  );
}

interface EntryTableProps {
  entries: Entry[];
  tz: string;
  range: Range | null;
  /** What people call the instrument. */
  label: string | null;
  chooseReason: (label: string) => void;
}

function EntryTable({ entries, tz, range, label, chooseReason }: EntryTableProps) {
  return (
    <Table
      label="Answers, newest first"
      rows={entries}
      keyOf={({ id }) => id}
      columns={[
        { label: 'Time', isHead: true, cell: (entry) => <Time entry={entry} tz={tz} /> },
        {
          label: 'Asked',
          cell: ({ source, instrument, prompt }) => (
            <bdi>{prompt ?? instrumentText({ source, instrument, label })}</bdi>
          ),
        },
        { label: 'Respondent', cell: ({ respondent }) => (respondent === null ? '–' : <bdi>{respondent}</bdi>) },
        { label: 'Channel', cell: ({ channel }) => (channel === null ? '–' : <bdi>{channel}</bdi>) },
        { label: 'Language', cell: ({ language }) => (language === null ? '–' : <bdi>{languageText(language)}</bdi>) },
        { label: 'Score', cell: (entry) => <Said entry={entry} range={range} /> },
        {
          label: 'Words',
          cell: ({ comment, reasons }) =>
            comment || reasons?.length ? (
              <>
                {comment && <Words text={comment} />}
                <Reasons reasons={reasons} choose={chooseReason} />
              </>
            ) : (
              '–'
            ),
        },
      ]}
    />
  );
}

/** What was answered: a score, whether the matter was settled, what was ticked. */
function Said({ entry, range }: { entry: Entry; range: Range | null }) {
  const { scale, score, resolved, options, choices } = entry;
  const labels = options?.map((option) => choices?.find(({ value }) => value === option)?.label ?? String(option));
  const settled = resolved === null ? '' : resolved ? 'resolved' : 'not resolved';
  const said = [answerScore(scale, score, range), settled, labels?.join(', ') ?? '']
    .filter((text) => text !== '')
    .join(', ');
  return said === '' ? '–' : <bdi>{said}</bdi>;
}

/** What was picked: a bar, a band, or both. */
function pickedText({ since, until, band, tz }: View): string {
  const time = since && until ? longName({ from: since, to: until }, timeStyle(since, until), tz) : '';
  return [time, band === null ? '' : bandText(band).toLowerCase()].filter((text) => text !== '').join(', ');
}

function timeStyle(since: string, until: string): 'hour' | 'day' | null {
  const hours = (Date.parse(until) - Date.parse(since)) / 3_600_000;
  if (hours <= 1) return 'hour';
  return hours <= 25 ? 'day' : null;
}
