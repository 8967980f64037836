import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api, Comment, Entry, Failure, Page, Query } from './api.js';
import { asFailure } from './asked.js';
import { format } from './clock.js';
import { FailureNotice, Notice } from './notice.js';
import { Table } from './table.js';
import { longName } from './timeline.js';
import { answersQuery, filterOf, type Period, type View } from './view.js';
import { answerScore, bandText, count, instrumentText, languageText, sizeText } from './words.js';

interface AnswersProps {
  api: Api;
  view: View;
  period: Period;
  /** When it is looked at. */
  now: number;
  /** Shows all answers again. */
  widen: () => void;
}

/** The answers behind the figures, or behind the bar that was picked, newest first. */
export function AnswersCard({ api, view, period, now, widen }: AnswersProps) {
  const query = answersQuery(view, period);
  const list = usePages<Entry>(api, 'feedback', { ...query, limit: '25' }, now);
  const heading = useRef<HTMLHeadingElement>(null);
  const picked = JSON.stringify([view.since, view.until, view.band]);
  const before = useRef(picked);
  useEffect(() => {
    // Whoever picks a bar wants to see what is behind it, with eyes or without.
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
      {list.rows && list.rows.length > 0 && <EntryTable entries={list.rows} tz={view.tz} source={view.source} />}
      <More list={list} what="answers" />
    </section>
  );
}

function EntryTable({ entries, tz, source }: { entries: Entry[]; tz: string; source: View['source'] }) {
  return (
    <Table
      label="Answers, newest first"
      rows={entries}
      keyOf={({ id }) => id}
      columns={[
        { label: 'Time', isHead: true, cell: (entry) => <Time entry={entry} tz={tz} /> },
        {
          label: 'Asked',
          cell: ({ instrument, prompt }) => (
            <bdi>{prompt ?? instrumentText({ source: source ?? 'survey', instrument })}</bdi>
          ),
        },
        { label: 'Respondent', cell: ({ respondent }) => (respondent === null ? '–' : <bdi>{respondent}</bdi>) },
        { label: 'Channel', cell: ({ channel }) => (channel === null ? '–' : <bdi>{channel}</bdi>) },
        { label: 'Language', cell: ({ language }) => (language === null ? '–' : <bdi>{languageText(language)}</bdi>) },
        { label: 'Score', cell: (entry) => <Said entry={entry} /> },
        { label: 'Words', cell: ({ comment }) => (comment ? <Words text={comment} /> : '–') },
      ]}
    />
  );
}

function Time({ entry: { occurredAt }, tz }: { entry: { occurredAt: string }; tz: string }) {
  return <time dateTime={occurredAt}>{format('time', occurredAt, tz)}</time>;
}

/** What was answered: a score, whether the matter was settled, what was ticked. */
function Said({ entry: { scale, score, resolved, options, choices } }: { entry: Entry }) {
  const labels = options?.map((option) => choices?.find(({ value }) => value === option)?.label ?? String(option));
  const settled = resolved === null ? '' : resolved ? 'resolved' : 'not resolved';
  const said = [answerScore(scale, score), settled, labels?.join(', ') ?? ''].filter((text) => text !== '').join(', ');
  return said === '' ? '–' : <bdi>{said}</bdi>;
}

/** Characters of a text that are shown before it is asked for. */
const longText = 400;

function Words({ text }: { text: string }) {
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

/** The newest comments. They need no right to read the answers. */
export function CommentsCard({ api, view, period, now }: Omit<AnswersProps, 'widen'>) {
  const list = usePages<Comment>(api, 'analytics/text', { ...filterOf(view, period), limit: '10' }, now);
  return (
    <section class="card comments" aria-labelledby="comments-title" aria-busy={list.isLoading}>
      <h2 id="comments-title">In their words</h2>
      {list.failure && <FailureNotice failure={list.failure} again={list.more} />}
      {list.rows?.length === 0 && <Notice title="Nobody has added words." />}
      <ul>
        {list.rows?.map((entry) => (
          <li key={entry.id}>
            <blockquote>
              <Words text={entry.comment} />
            </blockquote>
            <p class="hint">
              {[
                answerScore(entry.scale, entry.score),
                entry.channel ?? '',
                entry.language === null ? '' : languageText(entry.language),
              ]
                .filter((text) => text !== '')
                .map((text) => (
                  <span key={text}>
                    <bdi>{text}</bdi> ·{' '}
                  </span>
                ))}
              <Time entry={entry} tz={view.tz} />
            </p>
          </li>
        ))}
      </ul>
      <More list={list} what="comments" />
    </section>
  );
}

interface Pages<T> {
  /** Null until the first page is there. */
  rows: T[] | null;
  nextCursor: string | null;
  isLoading: boolean;
  failure: Failure | null;
  /** Reads the next page, or the one that failed. */
  more: () => void;
}

/** A list, read page by page as it is asked for; anew from the first page when anything else is asked for, or at another time. */
function usePages<T>(api: Api, path: string, query: Query, now: number): Pages<T> {
  const what = JSON.stringify([path, query, now]);
  const [state, setState] = useState<Omit<Pages<T>, 'more'> & { of: string }>({
    of: what,
    rows: null,
    nextCursor: null,
    isLoading: true,
    failure: null,
  });
  const running = useRef(new AbortController());
  const read = async (rows: T[], cursor: string | null) => {
    const { signal } = running.current;
    setState((before) => ({ ...before, of: what, isLoading: true, failure: null }));
    try {
      const { data, nextCursor } = await api.get<Page<T>>(path, { ...query, cursor }, signal);
      if (!signal.aborted)
        setState({ of: what, rows: [...rows, ...data], nextCursor, isLoading: false, failure: null });
    } catch (error) {
      const kept = rows.length > 0 ? rows : null;
      if (!signal.aborted)
        setState({ of: what, rows: kept, nextCursor: cursor, isLoading: false, failure: asFailure(error) });
    }
  };
  useEffect(() => {
    running.current = new AbortController();
    void read([], null);
    return () => running.current.abort();
  }, [what]);
  return {
    ...state,
    isLoading: state.isLoading || state.of !== what,
    more: () => void read(state.rows ?? [], state.nextCursor),
  };
}

function More<T>({ list, what }: { list: Pages<T>; what: string }) {
  if (!list.rows || list.rows.length === 0) return null;
  return (
    <p class="more">
      <span class="hint" role="status">
        {list.nextCursor !== null
          ? `The newest ${count(list.rows.length)} ${what}.`
          : `All ${count(list.rows.length)} ${what}.`}
      </span>
      {list.nextCursor !== null && !list.failure && (
        <button type="button" disabled={list.isLoading} onClick={list.more}>
          Show more {what}
        </button>
      )}
    </p>
  );
}

/** Saves every answer that the table would show as CSV. The key goes in a header field, so that no link could do it. */
function Download({ api, query, view }: { api: Api; query: Query; view: View }) {
  const [bytes, setBytes] = useState<number | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const controller = new AbortController();
    running.current = controller;
    setOutcome(null);
    setBytes(0);
    try {
      const file = await api.download('feedback/export', { ...query, format: 'csv' }, controller.signal, setBytes);
      save(file, `${[view.instrument, query.from, query.to].map((part) => fileName(part ?? '')).join('_')}.csv`);
      setOutcome(`Saved ${sizeText(file.size)}.`);
    } catch (error) {
      setOutcome(controller.signal.aborted ? 'Cancelled. Nothing was saved.' : asFailure(error).message);
    }
    setBytes(null);
  };
  return (
    <>
      <span class="hint" role="status">
        {bytes === null ? outcome : `${sizeText(bytes)} so far`}
      </span>
      {bytes === null ? (
        <button type="button" onClick={() => void start()}>
          Download CSV
        </button>
      ) : (
        <button type="button" onClick={() => running.current?.abort()}>
          Cancel the download
        </button>
      )}
    </>
  );
}

function fileName(text: string): string {
  return text.replace(/:\d\d\.000Z$/, 'Z').replaceAll(/[^\p{L}\p{N}.-]+/gu, '-');
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
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
