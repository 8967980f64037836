import { databaseProblem, failureKind, type Transaction, Transactions } from '#libs/persistence';
import { ServiceUnavailable } from '#libs/problem-details';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { FeedbackEntry } from './feedback-entry.entity.js';
import { FeedbackListeners } from './feedback.listeners.js';
import { FeedbackMetrics } from './feedback.metrics.js';
import { windowKeyOf } from './feedback-window.batch.js';
import { hasContentOf, keyOf, withRow, type WithRow, writeBatch } from './feedback.batch.js';
import { GroupCommit, type GroupCommitLimits, Overloaded, type Settled, TooLate } from '#libs/group-commit';
import { ScoreJournal } from '../counting/journal.js';
import { OpenWindows } from './open-windows.js';
import { isPlain, PlainBatches } from './plain.batch.js';
import { recordedNow, withSecond } from './stored-entry.js';
import type { NewEntry, Outcome, StoredOutcome, Submission, WindowRule } from './submission.js';

const MiB = 1_048_576;

const limits: GroupCommitLimits = {
  lanes: 2,
  patience: 50,
  batchItems: 256,
  batchBytes: 4 * MiB,
  queueItems: 4_096,
  queueBytes: 32 * MiB,
  deadline: 1_500,
};

/** What became of one of several. */
type Fate = { result: StoredOutcome } | { error: unknown };

/**
 * Stores the entries that doors hand over. Concurrent submissions share a commit, and each gets its own outcome. What it
 * returns is committed, or is a part of the transaction that encloses the caller. It throws ServiceUnavailable when the
 * queue is full, the database is away, or 1.5 s have passed. The entry may be sent again then: with an external id it is
 * never stored twice.
 */
@Injectable()
export class FeedbackWriter implements OnApplicationShutdown {
  private readonly group = new GroupCommit<WithRow, Outcome>(
    (batch, deadline) => this.measured(batch, this.commit(batch, deadline)),
    limits,
    asFollower,
  );

  constructor(
    private readonly transactions: Transactions,
    private readonly plain: PlainBatches,
    private readonly windows: OpenWindows,
    private readonly journal: ScoreJournal,
    private readonly metrics: FeedbackMetrics,
    private readonly listeners: FeedbackListeners,
  ) {}

  /** Stores an entry. With `mayExist`, the entry that already has its external id becomes like it. */
  async record(entry: NewEntry, { mayExist = false }: Pick<Submission, 'mayExist'> = {}): Promise<StoredOutcome> {
    const outcome = this.write({ entry, mayExist }, mayExist ? keyOf(entry) : null);
    return (await this.observed(entry, outcome)) as StoredOutcome;
  }

  /**
   * Stores the entry of a known person in an active conversation, unless that person's window with that business is
   * open. The entry needs a respondent and a channel, which is the business; its conversation and the person's language
   * are filled in.
   */
  recordOnce(entry: NewEntry, window: WindowRule): Promise<Outcome> {
    return this.observed(entry, this.writeOnce(entry, window));
  }

  private async writeOnce(entry: NewEntry, window: WindowRule): Promise<Outcome> {
    const closesAt = await this.windows.closing(entry);
    if (closesAt) return { kind: 'duplicate', closesAt };
    const outcome = await this.write({ entry, window }, windowKeyOf(entry));
    if (outcome.kind === 'recorded') this.windows.mark(entry, outcome.closesAt!);
    return outcome;
  }

  /**
   * Stores some entries past the queue, in one commit where nothing is bad. What is bad is refused alone.
   * @param entries of each external id one at most
   * @returns what became of each, in order
   */
  async recordTogether(entries: NewEntry[]): Promise<Fate[]> {
    const fates: Fate[] = [];
    const rows = entries.map((entry) => withRow({ entry, mayExist: entry.externalId !== null }));
    for (let waiting = [...rows.keys()]; waiting.length > 0;) {
      const batch = waiting.map((index) => rows[index]!);
      const settled = await this.measured(batch, this.commit(batch, performance.now() + limits.deadline));
      settled.forEach((one, at) => {
        if (one !== 'again') fates[waiting[at]!] = one as Fate;
      });
      waiting = waiting.filter((index) => fates[index] === undefined);
    }
    fates.forEach((fate, index) => this.observe(entries[index]!, 'error' in fate ? 'failed' : fate.result.kind));
    return fates;
  }

  /** How many entries wait for a batch. */
  get queued(): number {
    return this.group.waiting;
  }

  /** Stops taking, and waits until everything taken is settled. */
  async onApplicationShutdown(): Promise<void> {
    await this.group.stop();
  }

  private async write(submission: Submission, key: string | null): Promise<Outcome> {
    const value = withRow(submission);
    if (this.transactions.current) return this.writeEnclosed(this.transactions.current, value);
    try {
      return await this.group.submit({ value, bytes: sizeOf(value), key, holder: submission.entry.workspaceId });
    } catch (error) {
      if (error instanceof Overloaded) throw new ServiceUnavailable('too many submissions at once', { cause: error });
      if (error instanceof TooLate) {
        throw new ServiceUnavailable('the database did not answer in time', { cause: error });
      }
      throw databaseProblem(error) ?? error;
    }
  }

  /** Writes it in the transaction of its caller, and so shares no commit with other callers. */
  private async writeEnclosed(transaction: Transaction, submission: WithRow): Promise<Outcome> {
    const settled = (await writeBatch(transaction, [submission], this.journal, this.listeners))[0]!;
    if (settled === 'again') throw new ServiceUnavailable();
    if ('error' in settled) throw settled.error;
    if ('entry' in settled.result) this.listeners.stored(settled.result.entry);
    return settled.result;
  }

  private async observed(entry: NewEntry, writing: Promise<Outcome>): Promise<Outcome> {
    try {
      const outcome = await writing;
      this.observe(entry, outcome.kind);
      return outcome;
    } catch (error) {
      this.observe(entry, 'failed');
      throw error;
    }
  }

  private observe({ source }: NewEntry, outcome: Outcome['kind'] | 'failed'): void {
    this.metrics.submissions.inc({ source, outcome: outcome.replace(' ', '_') });
  }

  private measured<T>(batch: WithRow[], committing: Promise<T>): Promise<T> {
    this.metrics.batchSize.observe(batch.length);
    return committing.finally(this.metrics.batchDuration.startTimer());
  }

  /** Commits a batch: what is plain in it in one statement, and the others in a transaction. */
  private async commit(batch: WithRow[], deadline: number): Promise<Settled<Outcome>[]> {
    // Whether somebody is to be told is asked once: the answer may change meanwhile.
    const areSimple = batch.map((one) => isPlain(one) && !this.listeners.want(one.entry.workspaceId));
    const plain = this.transactions.current ? [] : batch.filter((_, index) => areSimple[index]);
    if (plain.length === 0) return this.commitTogether(batch, deadline);
    if (plain.length === batch.length) return this.commitPlain(batch, deadline);
    const others = batch.filter((_, index) => !areSimple[index]);
    const settled = await Promise.all([this.commitPlain(plain, deadline), this.commitTogether(others, deadline)]);
    const [ofPlain, ofOthers] = settled.map((each) => each.values());
    return areSimple.map((isSimple) => (isSimple ? ofPlain! : ofOthers!).next().value!);
  }

  private async commitPlain(batch: WithRow[], deadline: number): Promise<Settled<Outcome>[]> {
    try {
      const now = await this.plain.write(batch, deadline);
      if (!now) return await this.commitTogether(batch, deadline);
      return batch.map(({ entry }) => ({
        result: { kind: 'recorded', entry: recordedNow(withSecond(entry, now), now) },
      }));
    } catch (error) {
      return batch.map(() => ({ error }));
    }
  }

  /** In one transaction. If the database refuses one of its rows, halves are tried until that row is alone. */
  private async commitTogether(batch: WithRow[], deadline: number): Promise<Settled<Outcome>[]> {
    try {
      // The language of an entry with a window is known only when the window was granted.
      await this.journal.prepare(batch.filter(({ window }) => !window).map(({ entry }) => entry));
      return await this.transactions.run(
        (transaction) => writeBatch(transaction, batch, this.journal, this.listeners),
        {
          deadline,
          proof: isStored,
        },
      );
    } catch (error) {
      // The transaction that encloses the caller is repeated as a whole.
      if (this.transactions.current && failureKind(error) === 'conflict') throw error;
      if (batch.length === 1 || failureKind(error) !== 'data') return batch.map(() => ({ error }));
      const half = Math.ceil(batch.length / 2);
      const first = await this.commitTogether(batch.slice(0, half), deadline);
      return [...first, ...(await this.commitTogether(batch.slice(half), deadline))];
    }
  }
}

/** Bytes in memory. */
function sizeOf({ row }: WithRow): number {
  return 1_024 + 2 * row.length;
}

/**
 * The outcome of a submission that waited for another one with the same key; undefined where it has to be written itself.
 * It is a duplicate if the first opened the window, or found it open after this one had come. It changes nothing if it has
 * the content that the first left after this one had come.
 */
export function asFollower(outcome: Outcome, follower: Submission, cameBefore: boolean): Outcome | undefined {
  if (outcome.kind === 'recorded' && outcome.closesAt) return { kind: 'duplicate', closesAt: outcome.closesAt };
  if (outcome.kind === 'duplicate') return cameBefore ? outcome : undefined;
  if (!cameBefore || !follower.mayExist || !('entry' in outcome)) return undefined;
  return hasContentOf(outcome.entry, follower.entry) ? { kind: 'unchanged', entry: outcome.entry } : undefined;
}

/** Whether the batch is stored. One of its entries is looked up, since all were written in one transaction. */
async function isStored(em: Transaction['em'], settled: Settled<Outcome>[]): Promise<boolean> {
  const written = settled
    .flatMap((one) => (one !== 'again' && 'result' in one && 'entry' in one.result ? [one.result] : []))
    .find(({ kind }) => kind !== 'unchanged');
  if (!written) return true;
  const { workspaceId, id, updatedAt } = written.entry;
  return (await em.count(FeedbackEntry, { workspaceId, id, updatedAt: { $gte: updatedAt } })) > 0;
}
