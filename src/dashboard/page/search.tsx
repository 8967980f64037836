import { useEffect, useState } from 'preact/hooks';
import type { State } from './api.js';
import { Select } from './select.js';
import type { View } from './view.js';
import { groupText, stateNames } from './words.js';
import './search.css';

interface SearchProps {
  view: View;
  change: (change: Partial<View>) => void;
}

/** What the answers, and what they say in words, are searched for. It leaves the figures as they are. */
export function Search({ view, change }: SearchProps) {
  const [words, setWords] = useState(view.q ?? '');
  useEffect(() => setWords(view.q ?? ''), [view.q]);
  const search = () => change({ q: words.trim() === '' ? null : words.trim() });
  const isSearching = view.q !== null || view.reason !== null || view.state !== null;
  return (
    <form
      class="card search"
      role="search"
      aria-label="Search the answers"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <label class="field">
        <span>Words</span>
        <input type="search" maxLength={255} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      </label>
      <button type="submit">Search</button>
      <Select label="State" value={view.state ?? ''} change={(state) => change({ state: (state as State) || null })}>
        <option value="">All</option>
        {Object.entries(stateNames).map(([state, name]) => (
          <option key={state} value={state}>
            {name}
          </option>
        ))}
      </Select>
      {view.reason !== null && (
        <span class="reason">
          Reason: <bdi class="chip">{groupText({ group: view.reason, label: null }, [])}</bdi>
        </span>
      )}
      {isSearching && (
        <button type="button" onClick={() => change({ q: null, reason: null, state: null })}>
          Clear the search
        </button>
      )}
    </form>
  );
}
