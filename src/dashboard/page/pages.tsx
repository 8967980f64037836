import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answers, Api, Failure, Query } from './api.js';
import { asFailure } from './asked.js';
import { count } from './words.js';
import './pages.css';

export interface Pages<T> {
  /** Null until the first page is there. */
  rows: T[] | null;
  nextCursor: string | null;
  isLoading: boolean;
  failure: Failure | null;
  /** Reads the next page, or the one that failed. */
  more: () => void;
}

type Path = 'feedback' | 'analytics/text';
type Row<P extends Path> = Answers[P]['data'][number];

/**
 * A list, read page by page as it is asked for; anew from the first page when anything else is asked for, or at another
 * time. Without a query nothing is asked.
 */
export function usePages<P extends Path>(api: Api, path: P, query: Query | null, now: number): Pages<Row<P>> {
  const what = JSON.stringify([path, query, now]);
  const [state, setState] = useState<Omit<Pages<Row<P>>, 'more'> & { of: string }>({
    of: what,
    rows: null,
    nextCursor: null,
    isLoading: query !== null,
    failure: null,
  });
  const running = useRef(new AbortController());
  const read = async (rows: Row<P>[], cursor: string | null) => {
    const { signal } = running.current;
    setState((before) => ({ ...before, of: what, isLoading: true, failure: null }));
    try {
      const { data, nextCursor } = await api.get(path, { ...query, cursor }, signal);
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
    if (query) void read([], null);
    return () => running.current.abort();
  }, [what]);
  return {
    ...state,
    isLoading: query !== null && (state.isLoading || state.of !== what),
    more: () => void read(state.rows ?? [], state.nextCursor),
  };
}

export function More<T>({ list, what }: { list: Pages<T>; what: string }) {
  if (!list.rows || list.rows.length === 0) return null;
  return (
    <p class="more">
      <span class="hint" role="status">
        {list.nextCursor !== null
          ? `The newest ${count(list.rows.length)} ${what}.`
          : list.rows.length === 1
            ? `The only ${what.replace(/s$/, '')}.`
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
