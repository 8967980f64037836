import { failureKind, type Transaction, Transactions, Turns } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { FeedbackEntry } from './feedback-entry.entity.js';
import { FeedbackListeners } from './feedback.listeners.js';
import { FeedbackMetrics } from './feedback.metrics.js';
import { type Settled, writeBulk } from './feedback.bulk.js';
import { FeedbackWriter } from './feedback.writer.js';
import { keyOf } from './feedback.batch.js';
import { ScoreJournal } from '../counting/journal.js';
import { withTag } from './stored-entry.js';
import type { NewEntry, StoredOutcome } from './submission.js';

/** What became of one of many. */
export type Fate = { kind: StoredOutcome['kind']; id: string } | { error: unknown };

/** Entries that are written at a time. More would hardly be faster, and single submissions would wait. */
const chunkSize = 1_000;
/** Chunks that are written at once, each on a connection. */
const chunksAtOnce = 3;
/** Milliseconds that a chunk may take. */
const timeout = 1_500;

/**
 * Stores entries by the thousand past the queue of single submissions, in chunks that commit one after the other, so that
 * a single submission waits for one chunk at most. Most entries of a chunk are new or there already, and one statement
 * stores these; the writer of single submissions is left with those that change another entry, and with a chunk in which
 * something is bad.
 */
@Injectable()
export class BulkWriter {
  private readonly turns = new Turns(chunksAtOnce, 'too many batches are being stored at once');

  constructor(
    private readonly transactions: Transactions,
    private readonly journal: ScoreJournal,
    private readonly writer: FeedbackWriter,
    private readonly metrics: FeedbackMetrics,
    private readonly listeners: FeedbackListeners,
  ) {}

  /**
   * An entry that already has one of the external ids becomes like the one that is given. What is bad is refused alone.
   * Where the database is away, what is not stored yet is not tried.
   * @param entries some thousands, and some megabytes together: they are in memory with their rows
   * @returns what became of each, in order: those with the same external id one after the other
   */
  async record(entries: NewEntry[]): Promise<Fate[]> {
    const fates: Fate[] = [];
    let waiting = [...entries.keys()];
    while (waiting.length > 0) {
      const chunk = chunkOf(waiting, entries);
      const stored = await this.inTurn(chunk.map((index) => entries[index]!));
      stored.forEach((fate, at) => (fates[chunk[at]!] = fate));
      waiting = waiting.filter((index) => fates[index] === undefined);
      const outage = stored.find((fate) => 'error' in fate && failureKind(fate.error) !== 'data');
      if (outage) for (const index of waiting.splice(0)) fates[index] = outage;
    }
    return fates;
  }

  /** The enclosing transaction has a connection already. */
  private inTurn(entries: NewEntry[]): Promise<Fate[]> {
    const store = (): Promise<Fate[]> => this.store(entries);
    return this.transactions.current ? store() : this.turns.await(entries[0]!.workspaceId, store);
  }

  private async store(entries: NewEntry[]): Promise<Fate[]> {
    const fates: (Fate | undefined)[] = await this.commit(entries);
    this.observe(entries, fates);
    const left = [...entries.keys()].filter((index) => fates[index] === undefined);
    if (left.length === 0) return fates as Fate[];
    const others = await this.writer.recordTogether(left.map((index) => entries[index]!));
    others.forEach((one, at) => {
      fates[left[at]!] = 'error' in one ? one : { kind: one.result.kind, id: one.result.entry.id };
    });
    return fates as Fate[];
  }

  private async commit(entries: NewEntry[]): Promise<(Fate | undefined)[]> {
    this.metrics.batchSize.observe(entries.length);
    const end = this.metrics.batchDuration.startTimer();
    try {
      await this.journal.prepare(entries);
      const tagged = entries.map(withTag);
      return await this.transactions.run(
        (transaction) => writeBulk(transaction, tagged, this.journal, this.listeners),
        {
          deadline: performance.now() + timeout,
          proof: (em, settled) => areStored(em, entries, settled),
        },
      );
    } catch (error) {
      // The transaction that encloses the caller is repeated as a whole.
      if (this.transactions.current && failureKind(error) === 'conflict') throw error;
      return entries.map(() => (failureKind(error) === 'data' ? undefined : { error }));
    } finally {
      end();
    }
  }

  private observe(entries: NewEntry[], fates: (Fate | undefined)[]): void {
    const settled = entries.flatMap(({ source }, index) => {
      const fate = fates[index];
      return fate ? [{ source, outcome: 'error' in fate ? 'failed' : fate.kind }] : [];
    });
    for (const [, same] of Map.groupBy(settled, ({ source, outcome }) => `${source} ${outcome}`))
      this.metrics.submissions.inc(same[0]!, same.length);
  }
}

/** The first of those that wait, as many as go into a chunk, and of each external id one. */
function chunkOf(waiting: number[], entries: NewEntry[]): number[] {
  const names = new Set<string>();
  const chunk: number[] = [];
  for (const index of waiting) {
    if (chunk.length === chunkSize) break;
    const entry = entries[index]!;
    const name = entry.externalId === null ? entry.id : keyOf(entry);
    if (names.has(name)) continue;
    names.add(name);
    chunk.push(index);
  }
  return chunk;
}

/** Whether the chunk is stored. One of its new entries is looked up, since all were written in one transaction. */
async function areStored(
  em: Transaction['em'],
  entries: NewEntry[],
  settled: (Settled | undefined)[],
): Promise<boolean> {
  const written = entries.find((_, index) => settled[index]?.kind === 'recorded');
  if (!written) return true;
  const { workspaceId, id } = written;
  return (await em.count(FeedbackEntry, { workspaceId, id })) > 0;
}
