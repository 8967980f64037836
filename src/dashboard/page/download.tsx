import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api, Query } from './api.js';
import { asFailure } from './asked.js';
import type { View } from './view.js';
import { sizeText } from './words.js';

/** Saves every answer that the table would show as CSV. The key goes in a header field, so that no link could do it. */
export function Download({ api, query, view }: { api: Api; query: Query; view: View }) {
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
