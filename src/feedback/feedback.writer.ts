import { databaseProblem, failureKind, type Transaction, Transactions } from '#libs/persistence';
import { ServiceUnavailable } from '#libs/problem-details';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DuplicateMarks } from './duplicate.marks.js';
import { FeedbackEntry } from './feedback-entry.entity.js';
import { FeedbackMetrics } from './feedback.metrics.js';
import { windowKeyOf } from './feedback-window.batch.js';
import { hasContentOf, keyOf, prepare, type Prepared, writeBatch } from './feedback.batch.js';
import { GroupCommit, type GroupCommitLimits, Overloaded, type Settled, TooLate } from '#libs/group-commit';
import { ScoreJournal } from '../counting/journal.js';
import type { Entry, NewEntry, Outcome, StoredOutcome, Submission, WindowRule } from './submission.js';

const MiB = 1_048_576;

const limits: GroupCommitLimits = {
  lanes: 2,
  batchItems: 256,
  batchBytes: 4 * MiB,
  queueItems: 4_096,
  queueBytes: 32 * MiB,
  deadline: 1_500,
};

/** Milliseconds after which the database is asked again what time it is: either clock may have been set. */
const clockGoodFor = 60_000;

/**
 * Stores what doors hand over, so that concurrent submissions share a commit. Whatever it returns is committed (or a part
 * of the transaction that encloses the caller); each caller gets its own outcome. Where it throws ServiceUnavailable (the queue is full, the database is away, or 1.5 s
 * have passed) the entry may be sent again: it is never stored twice if it names itself.
 */
@Injectable()
export class FeedbackWriter implements OnApplicationShutdown {
  private readonly group = new GroupCommit<Prepared, Outcome>(
    (batch, deadline) => this.measured(batch, this.commit(batch, deadline)),
    limits,
    asFollower,
  );
  /** How far the database's clock is ahead of `performance.now()`, which nobody sets, and when that was read. */
  private clock: { offset: number; readAt: number } | undefined;
  private readonly enclosed = new WeakMap<Transaction, Entry>();

  constructor(
    private readonly transactions: Transactions,
    @Inject(DuplicateMarks) private readonly marks: DuplicateMarks,
    private readonly journal: ScoreJournal,
    private readonly metrics: FeedbackMetrics,
  ) {}

  /**
   * Stores an entry. With `mayExist`, the entry that already has its external id becomes like it; with `externalIdAt`,
   * the entry gets its external id when it is recorded.
   */
  async record(
    entry: NewEntry,
    { mayExist = false, externalIdAt }: Pick<Submission, 'mayExist' | 'externalIdAt'> = {},
  ): Promise<StoredOutcome> {
    const outcome = this.write({ entry, mayExist, externalIdAt }, mayExist ? keyOf(entry) : null);
    return (await this.counted(entry, outcome)) as StoredOutcome;
  }

  /**
   * Stores the entry of a known person in an active conversation, unless that person's window with that business is
   * open. The entry needs a respondent and a channel, which is the business; its conversation and the person's language
   * are filled in.
   */
  recordOnce(entry: NewEntry, window: WindowRule): Promise<Outcome> {
    return this.counted(entry, this.claim(entry, window));
  }

  private async claim(entry: NewEntry, window: WindowRule): Promise<Outcome> {
    const key = windowKeyOf(entry);
    const mark = this.knowsTheTime() ? await this.marks.recall(key, this.databaseNow()) : null;
    if (mark) return { kind: 'duplicate', closesAt: mark.closesAt };
    const outcome = await this.write({ entry, window }, key);
    // Within an enclosing transaction it is not committed yet; without a mark the database is asked.
    if (outcome.kind === 'recorded' && !this.transactions.current) {
      void this.marks.mark(key, outcome.entry.id, outcome.closesAt!, this.databaseNow());
    }
    return outcome;
  }

  /** The entry that was stored as a part of this enclosing transaction. */
  entryOf(transaction: Transaction): Entry | undefined {
    return this.enclosed.get(transaction);
  }

  /** How many entries wait for a batch. */
  get queued(): number {
    return this.group.waiting;
  }

  /** Our estimate of the database's clock, which is late by the duration of one statement. */
  databaseNow(): Date {
    return this.clock ? new Date(performance.now() + this.clock.offset) : new Date();
  }

  private knowsTheTime(): boolean {
    return this.clock !== undefined && performance.now() - this.clock.readAt < clockGoodFor;
  }

  /** Stops taking, and waits until everything taken is settled. */
  async onApplicationShutdown(): Promise<void> {
    await this.group.stop();
  }

  private async write(submission: Submission, key: string | null): Promise<Outcome> {
    const prepared = prepare(submission);
    if (this.transactions.current) return this.writeEnclosed(this.transactions.current, prepared);
    try {
      return await this.group.submit({ value: prepared, bytes: 1_024 + 2 * prepared.row.length, key });
    } catch (error) {
      if (error instanceof Overloaded) throw new ServiceUnavailable('too many submissions at once', { cause: error });
      if (error instanceof TooLate) {
        throw new ServiceUnavailable('the database did not answer in time', { cause: error });
      }
      throw databaseProblem(error) ?? error;
    }
  }

  /** Shares no commit with others, but that of its caller. */
  private async writeEnclosed(transaction: Transaction, prepared: Prepared): Promise<Outcome> {
    const settled = (await writeBatch(transaction, [prepared], this.journal))[0]!;
    if (settled === 'again') throw new ServiceUnavailable();
    if ('error' in settled) throw settled.error;
    if ('entry' in settled.result) this.enclosed.set(transaction, settled.result.entry);
    return settled.result;
  }

  private async counted({ source }: NewEntry, writing: Promise<Outcome>): Promise<Outcome> {
    try {
      const outcome = await writing;
      this.metrics.submissions.inc({ source, outcome: outcome.kind.replace(' ', '_') });
      return outcome;
    } catch (error) {
      this.metrics.submissions.inc({ source, outcome: 'failed' });
      throw error;
    }
  }

  private measured<T>(batch: Prepared[], committing: Promise<T>): Promise<T> {
    this.metrics.batchSize.observe(batch.length);
    return committing.finally(this.metrics.batchDuration.startTimer());
  }

  /** A row that the database refuses must not take the others of its batch with it: halve until it stands alone. */
  private async commit(batch: Prepared[], deadline: number): Promise<Settled<Outcome>[]> {
    try {
      // What a window admits gets its language only then.
      await this.journal.prepare(batch.filter(({ window }) => !window).map(({ entry }) => entry));
      return await this.transactions.run((transaction) => this.writeBatch(transaction, batch), {
        deadline,
        proof: isStored,
      });
    } catch (error) {
      if (batch.length === 1 || failureKind(error) !== 'data') return batch.map(() => ({ error }));
      const half = Math.ceil(batch.length / 2);
      const first = await this.commit(batch.slice(0, half), deadline);
      return [...first, ...(await this.commit(batch.slice(half), deadline))];
    }
  }

  private writeBatch(transaction: Transaction, batch: Prepared[]): Promise<Settled<Outcome>[]> {
    const readAt = performance.now();
    this.clock = { offset: transaction.now.getTime() - readAt, readAt };
    return writeBatch(transaction, batch, this.journal);
  }
}

/**
 * What the first's outcome tells of one that waited for it: that the window is open, unless one found open may have
 * closed before this one came; or that the same content is there, unless another replica may have changed it before.
 */
export function asFollower(outcome: Outcome, follower: Submission, cameBefore: boolean): Outcome | undefined {
  if (outcome.kind === 'recorded' && outcome.closesAt) return { kind: 'duplicate', closesAt: outcome.closesAt };
  if (outcome.kind === 'duplicate') return cameBefore ? outcome : undefined;
  if (!cameBefore || !follower.mayExist || !('entry' in outcome)) return undefined;
  return hasContentOf(outcome.entry, follower.entry) ? { kind: 'unchanged', entry: outcome.entry } : undefined;
}

/** One entry stands for its batch: they were written together. */
async function isStored(em: Transaction['em'], settled: Settled<Outcome>[]): Promise<boolean> {
  const written = settled
    .flatMap((one) => (one !== 'again' && 'result' in one && 'entry' in one.result ? [one.result] : []))
    .find(({ kind }) => kind !== 'unchanged');
  if (!written) return true;
  const { workspaceId, id, updatedAt } = written.entry;
  return (await em.count(FeedbackEntry, { workspaceId, id, updatedAt: { $gte: updatedAt } })) > 0;
}
