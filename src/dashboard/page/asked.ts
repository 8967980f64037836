import { useCallback, useEffect, useState } from 'preact/hooks';
import { Failure } from './api.js';

/** An answer on its way, here, or failed. While another one is waited for, the last one stays. */
export interface Asked<T> {
  value: T | null;
  failure: Failure | null;
  isLoading: boolean;
  again: () => void;
}

/** `of`: what it is the state of. */
type State<T> = Omit<Asked<T>, 'again'> & { of: string | null };

/** Asks anew whenever `what` changes, and gives up what was asked before. Where `what` is null nothing is asked. */
export function useAsked<T>(what: string | null, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [{ of, ...state }, setState] = useState<State<T>>({ of: null, value: null, failure: null, isLoading: false });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (what === null) return setState({ of: null, value: null, failure: null, isLoading: false });
    const controller = new AbortController();
    setState(({ value }) => ({ of: what, value, failure: null, isLoading: true }));
    ask(controller.signal).then(
      (value) => controller.signal.aborted || setState({ of: what, value, failure: null, isLoading: false }),
      (error: unknown) =>
        controller.signal.aborted || setState({ of: what, value: null, failure: asFailure(error), isLoading: false }),
    );
    return () => controller.abort();
    // `what` identifies the question; `ask` is a new function at each rendering.
  }, [what, attempt]);
  // A new question counts as on its way even before the effect has run.
  return {
    ...state,
    isLoading: state.isLoading || of !== what,
    again: useCallback(() => setAttempt((n) => n + 1), []),
  };
}

export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('refused', `This page has a fault: ${String(error)}`);
}
