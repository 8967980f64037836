import type { ComponentChildren } from 'preact';
import type { Failure } from './api.js';
import './notice.css';

/** Why there is nothing to see, and what can be done. */
export function Notice({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="notice">
      <p class="notice-title">{title}</p>
      {children}
    </div>
  );
}

/** What went wrong. A missing scope does not come by trying again. */
export function FailureNotice({ failure, again }: { failure: Failure; again: () => void }) {
  return (
    <div class="notice failure" role="alert">
      <p class="notice-title">{failure.message}</p>
      {failure.kind !== 'scope' && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
