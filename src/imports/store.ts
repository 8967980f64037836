import { setTimeout as sleep } from 'node:timers/promises';
import { databaseProblem, failureKind } from '#libs/persistence';
import type { BulkWriter } from '../feedback/bulk.writer.js';
import type { FeedbackReader } from '../feedback/feedback.reader.js';
import type { NewEntry, Submission } from '../feedback/submission.js';

/** What became of a submission. */
export type Fate = 'recorded' | 'updated' | 'unchanged' | { reason: string };

/** Tells what became of each submission. @throws where the database is away for long */
export type Store = (submissions: Submission[]) => Promise<Fate[]>;

/** Milliseconds for which a database that is away is waited for, and between two tries. */
const storeTimeout = 60_000;
const pause = 1_000;

/** What tells entries apart, of those that clients name. */
export function nameOf({ source, externalId }: Pick<NewEntry, 'source' | 'externalId'>): string {
  return `${source}/${externalId}`;
}

export function storing(writer: BulkWriter): Store {
  return async (submissions) => {
    const fates: Fate[] = [];
    const deadline = performance.now() + storeTimeout;
    for (let waiting = [...submissions.keys()]; waiting.length > 0;) {
      const results = await writer.record(waiting.map((index) => submissions[index]!.entry));
      let outage: unknown;
      waiting = waiting.filter((index, at) => {
        const result = results[at]!;
        if ('error' in result && failureKind(result.error) !== 'data') outage = result.error;
        else fates[index] = 'kind' in result ? result.kind : { reason: reasonOf(result.error) };
        return !(index in fates);
      });
      if (waiting.length === 0) break;
      // What may have been stored all the same is found to be there at the next try.
      if (!databaseProblem(outage) || performance.now() > deadline) throw outage;
      await sleep(pause);
    }
    return fates;
  };
}

function reasonOf(error: unknown): string {
  return (databaseProblem(error) ?? (error as Error)).message;
}

/** Stores nothing. Of those that are there already it is not asked whether they would change. */
export function rehearsing(reader: FeedbackReader, workspaceId: string): Store {
  return async (submissions) => {
    const entries = submissions.map(({ entry }) => entry);
    const texts = {
      source: [...new Set(entries.map(({ source }) => source))],
      externalId: entries.map(({ externalId }) => externalId!),
    };
    const wanted = {
      workspaceId,
      members: ['source', 'externalId'] as const,
      filter: { texts },
      limit: entries.length,
    };
    const there = new Set<string>();
    for (let part = await reader.forFile(wanted); part.entries.length > 0;) {
      for (const entry of part.entries) there.add(nameOf(entry));
      if (!part.hasNext) break;
      const { countedAt: at, id } = part.entries.at(-1)!;
      part = await reader.forFile({ ...wanted, after: { at, id } });
    }
    return entries.map((entry) => (there.has(nameOf(entry)) ? 'unchanged' : 'recorded'));
  };
}
