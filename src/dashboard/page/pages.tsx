import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api, Failure, Page, Query } from './api.js';
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

/** A list, read page by page as it is asked for; anew from the first page when anything else is asked for, or at another time. */
export function usePages<T>(api: Api, path: string, query: Query, now: number): Pages<T> {
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

export function More<T>({ list, what }: { list: Pages<T>; what: string }) {
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
