import { v7 as uuidv7 } from 'uuid';
import type { NewEntry } from '../../src/feedback/submission.js';
import { WatchLooks } from '../../src/watches/watch.looks.js';
import { type Answer, call, type TestApp } from './app.js';
import { makeCredential } from './credential.js';
import { newSurveyed, type Surveyed } from './surveyed.js';

/** A workspace of its own in which watches are made. */
export interface KeepingWatch extends Surveyed {
  /** With the scope `admin`. */
  send(path: string, body?: object, method?: string): Promise<Answer>;
  /** A new watch of the thumbs on survey S. */
  watch(wanted?: object): Promise<Answer['body']>;
  /** Stores so many thumbs as if they had been recorded at `at`, each by somebody else; `up` of them are up. */
  thumbs(at: Date, up: number, n: number, members?: Partial<NewEntry>): Promise<void>;
  /** Looks at all steps that can be looked at. @returns how many those were */
  look(): Promise<number>;
  /** What a watch said, the first first. */
  historyOf(id: string): Promise<Answer['body'][]>;
}

export async function keepWatch(app: TestApp): Promise<KeepingWatch> {
  const place = await newSurveyed(app);
  const { key } = await makeCredential(app, { workspace: place.workspaceId, scopes: ['admin'] });
  const send: KeepingWatch['send'] = (path, body, method) =>
    call(app, path, { key, ...(body && { body }), ...(method && { method }) });
  const watch: KeepingWatch['watch'] = async (wanted = {}) => {
    const asked = { name: 'w', kind: 'change', source: 'survey', instrument: 'S', scale: 'thumb', ...wanted };
    const { status, body } = await send('/v1/watches', asked);
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    ...place,
    send,
    watch,
    thumbs: (at, up, n, members = {}) =>
      place.record(
        ...Array.from({ length: n }, (_, i) => ({
          id: uuidv7({ msecs: at.getTime() }),
          occurredAt: at,
          scale: 'thumb' as const,
          score: i < up ? 1 : 0,
          ...members,
        })),
      ),
    look: async () => {
      let steps = 0;
      while (await app.nest.get(WatchLooks).lookAtNext(place.workspaceId)) steps++;
      return steps;
    },
    historyOf: async (id) => (await send(`/v1/watches/${id}/history?limit=200`)).body.data.toReversed(),
  };
}
