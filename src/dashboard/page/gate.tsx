import { useEffect, useRef, useState } from 'preact/hooks';
import './gate.css';

interface GateProps {
  complaint: string | null;
  enter: (key: string) => void;
}

/** The form that asks for a key. */
export function Gate({ complaint, enter }: GateProps) {
  const [key, setKey] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), [complaint]);
  // A key that no header field can hold would fail in the browser, as if the server were away.
  const trimmed = key.trim();
  const isPossible = /^[\x21-\x7e]+$/.test(trimmed);
  return (
    <main class="gate">
      <h1>Afterword</h1>
      <p class="lede">What people said afterwards, and how sure one can be of it.</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isPossible) enter(trimmed);
        }}
      >
        <label for="key">API key</label>
        <input
          id="key"
          ref={input}
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={key}
          aria-describedby="key-hint"
          aria-invalid={complaint !== null}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        {complaint && (
          <p class="complaint" role="alert">
            {complaint}
          </p>
        )}
        {trimmed !== '' && !isPossible && (
          <p class="complaint">A key has no spaces, and only letters, digits and signs of ASCII.</p>
        )}
        <p id="key-hint" class="hint">
          With the scope <code>analytics:read</code>, and <code>feedback:read</code> to see the answers themselves. It
          stays in this tab until the tab is closed, and is sent to this server only.
        </p>
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </main>
  );
}
