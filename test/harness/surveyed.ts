import { v7 as uuidv7 } from 'uuid';
import { FeedbackWriter } from '../../src/feedback/feedback.writer.js';
import { blankEntry, type NewEntry } from '../../src/feedback/submission.js';
import { type Answer, call, type TestApp } from './app.js';
import { newKey, newWorkspace } from './clients.js';

/** A workspace of its own for a test, where people answer a survey. */
export interface Surveyed {
  workspaceId: string;
  /** May read analytics. */
  key: string;
  /** Stores such entries at once: answers of 5 to the CSAT survey S, now, but for what each says. They count when they were said. */
  record(...entries: Partial<NewEntry>[]): Promise<void>;
  /** Asks for analytics. */
  ask(path: string, query?: Record<string, string>): Promise<Answer>;
}

export async function newSurveyed(app: TestApp): Promise<Surveyed> {
  const workspaceId = await newWorkspace(app);
  const key = await newKey(app, { workspaceId, scopes: ['analytics:read'] });
  const asked = { source: 'survey', instrument: 'S', scale: 'csat', score: 5 } as const;
  const survey = { ...blankEntry, ...asked, workspaceId, backdating: Infinity };
  const writer = app.nest.get(FeedbackWriter);
  return {
    workspaceId,
    key,
    record: async (...entries) => {
      await Promise.all(entries.map((entry) => writer.record({ ...survey, id: uuidv7(), ...entry })));
    },
    ask: (path, query = {}) => call(app, `/v1/analytics/${path}?${new URLSearchParams(query).toString()}`, { key }),
  };
}

/** So many of the same. */
export function times(count: number, entry: Partial<NewEntry>): Partial<NewEntry>[] {
  return Array.from({ length: count }, () => entry);
}
