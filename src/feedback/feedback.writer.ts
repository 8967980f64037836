import { databaseProblem, failureKind, type Transaction, Transactions } from '#libs/persistence';
import { ServiceUnavailable } from '#libs/problem-details';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { FeedbackEntry } from './feedback-entry.entity.js';
import { keyOf, prepare, type Prepared, writeBatch } from './feedback.batch.js';
import { GroupCommit, type GroupCommitLimits, Overloaded, type Settled, TooLate } from './group-commit.js';
import type { Outcome, Submission } from './submission.js';

const MiB = 1_048_576;

const limits: GroupCommitLimits = {
  lanes: 2,
  batchItems: 256,
  batchBytes: 4 * MiB,
  queueItems: 4_096,
  queueBytes: 32 * MiB,
  deadline: 1_500,
};

/** Stores submissions so that concurrent ones share a commit. Resolves after COMMIT, each with its own outcome. */
@Injectable()
export class FeedbackWriter implements BeforeApplicationShutdown {
  private readonly group = new GroupCommit<Prepared, Outcome>(
    (batch, deadline) => this.commit(batch, deadline),
    limits,
  );

  constructor(private readonly transactions: Transactions) {}

  /** @throws ServiceUnavailable where the queue is full, the database is away or the deadline of 1.5 s has passed */
  async write(submission: Submission): Promise<Outcome> {
    const prepared = prepare(submission);
    const key = submission.mayExist ? keyOf(submission.entry) : null;
    try {
      return await this.group.submit({ value: prepared, bytes: 1_024 + 2 * prepared.row.length, key });
    } catch (error) {
      if (error instanceof Overloaded) throw new ServiceUnavailable('too many submissions at once', { cause: error });
      if (error instanceof TooLate)
        throw new ServiceUnavailable('the database did not answer in time', { cause: error });
      throw databaseProblem(error) ?? error;
    }
  }

  /** Stops taking, and waits until everything taken is settled. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.group.stop();
  }

  /** A row that the database refuses must not take the others of its batch with it: halve until it stands alone. */
  private async commit(batch: Prepared[], deadline: number): Promise<Settled<Outcome>[]> {
    try {
      return await this.transactions.run((transaction) => writeBatch(transaction, batch), {
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
}

/** One entry stands for its batch: they were written together. */
async function isStored(em: Transaction['em'], settled: Settled<Outcome>[]): Promise<boolean> {
  const written = settled
    .flatMap((one) => (one !== 'again' && 'result' in one ? [one.result] : []))
    .find(({ kind }) => kind !== 'unchanged');
  if (!written) return true;
  const { workspaceId, id, updatedAt } = written.entry;
  return (await em.count(FeedbackEntry, { workspaceId, id, updatedAt: { $gte: updatedAt } })) > 0;
}
