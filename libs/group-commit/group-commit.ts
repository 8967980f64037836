/** Bounds of a {@link GroupCommit}. */
export interface GroupCommitLimits {
  /** Batches committing at the same time, at most. */
  lanes: number;
  /** Milliseconds after which a batch that is committing is late, and the next does not wait for it. */
  patience: number;
  /** Items in one batch. */
  batchItems: number;
  /** Bytes in one batch. */
  batchBytes: number;
  /** Items waiting for a batch. */
  queueItems: number;
  /** Bytes waiting for a batch. */
  queueBytes: number;
  /** Milliseconds after which a caller is told that nothing was heard of its item. */
  deadline: number;
}

export interface Item<T> {
  value: T;
  /** Size in memory, in bytes. */
  bytes: number;
  /** Of the items with the same key at most one is in flight; the others follow in the order of their arrival. */
  key: string | null;
}

/** What became of one item: its result, or why it was refused. `again` puts it into a later batch. */
export type Settled<R> = { result: R } | { error: unknown } | 'again';

/** The queue is full, or the writer is stopping: nothing was taken. */
export class Overloaded extends Error {}

/** The deadline passed while the item was waiting or being written. If it was being written, it may yet be stored. */
export class TooLate extends Error {}

interface Waiting<T, R> extends Item<T> {
  deadline: number;
  /** How many batches had begun when it came. */
  batchesBefore: number;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Lets concurrent callers share a commit. The first item goes at once; what arrives while it is committing waits together
 * and goes in the next batch. There is no timer when idle, so at low load the latency is that of one commit.
 *
 * One lane at a time carries the most items in a commit. Another opens only while a full batch waits, or the last one to
 * begin is late.
 */
export class GroupCommit<T, R> {
  private queue: Waiting<T, R>[] = [];
  private queuedBytes = 0;
  private readonly inFlight = new Set<Waiting<T, R>[]>();
  private readonly keysInFlight = new Set<string>();
  private sweeper: NodeJS.Timeout | undefined;
  private readonly drained = Promise.withResolvers<void>();
  private stopping = false;
  private batchesBegun = 0;
  private lastBegun = -Infinity;

  /**
   * @param commit writes a batch and says of each item, in order, what became of it. Where it throws, all have failed.
   * @param answerFollower what the result of an item means for one that waits with the same key: its own result, or
   * undefined where it and those behind it have to be written themselves. `cameBefore` the batch of the first began
   */
  constructor(
    private readonly commit: (batch: T[], deadline: number) => Promise<Settled<R>[]>,
    private readonly limits: GroupCommitLimits,
    private readonly answerFollower: (result: R, follower: T, cameBefore: boolean) => R | undefined = () => undefined,
  ) {}

  /**
   * Resolves when `item` is committed.
   * @throws Overloaded at once, TooLate at the deadline, or what `commit` said of this item
   */
  submit(item: Item<T>): Promise<R> {
    const { queueItems, queueBytes, deadline } = this.limits;
    if (this.stopping) return Promise.reject(new Overloaded('stopping'));
    if (this.queue.length >= queueItems || this.queuedBytes + item.bytes > queueBytes) {
      return Promise.reject(new Overloaded('the queue is full'));
    }
    return new Promise((resolve, reject) => {
      const { batchesBegun: batchesBefore } = this;
      this.enqueue({ ...item, deadline: performance.now() + deadline, batchesBefore, resolve, reject });
      this.fill();
    });
  }

  /** How many items wait for a batch. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Takes nothing more and resolves when everything taken is settled. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.inFlight.size === 0 && this.queue.length === 0) this.becomeIdle();
    await this.drained.promise;
  }

  private enqueue(waiting: Waiting<T, R>): void {
    this.queue.push(waiting);
    this.queuedBytes += waiting.bytes;
    this.sweeper ??= setInterval(() => this.expire(), 50).unref();
  }

  private fill(): void {
    while (this.opensLane()) {
      const batch = this.takeBatch();
      if (batch.length === 0) break;
      void this.write(batch);
    }
    if (this.inFlight.size === 0 && this.queue.length === 0) this.becomeIdle();
  }

  private opensLane(): boolean {
    const { lanes, patience, batchItems, batchBytes } = this.limits;
    if (this.inFlight.size === 0 || this.inFlight.size >= lanes) return this.inFlight.size === 0;
    if (this.queue.length >= batchItems || this.queuedBytes >= batchBytes) return true;
    return performance.now() - this.lastBegun >= patience;
  }

  private takeBatch(): Waiting<T, R>[] {
    const batch: Waiting<T, R>[] = [];
    const heldBack: Waiting<T, R>[] = [];
    let bytes = 0;
    let index = 0;
    for (; index < this.queue.length && batch.length < this.limits.batchItems; index++) {
      const waiting = this.queue[index]!;
      if (batch.length > 0 && bytes + waiting.bytes > this.limits.batchBytes) break;
      if (waiting.key !== null && this.keysInFlight.has(waiting.key)) {
        heldBack.push(waiting);
        continue;
      }
      if (waiting.key !== null) this.keysInFlight.add(waiting.key);
      bytes += waiting.bytes;
      batch.push(waiting);
    }
    this.queue = [...heldBack, ...this.queue.slice(index)];
    this.queuedBytes -= bytes;
    return batch;
  }

  private async write(batch: Waiting<T, R>[]): Promise<void> {
    this.inFlight.add(batch);
    const number = ++this.batchesBegun;
    this.lastBegun = performance.now();
    const settled = await this.outcomeOf(batch);
    this.inFlight.delete(batch);
    for (const { key } of batch) if (key !== null) this.keysInFlight.delete(key);
    this.putBack(batch.filter((_, index) => settled[index] === 'again'));
    batch.forEach((waiting, index) => settle(waiting, settled[index]!));
    this.settleFollowers(new Map(batch.map(({ key }, index) => [key, settled[index]!])), number);
    this.fill();
  }

  private async outcomeOf(batch: Waiting<T, R>[]): Promise<Settled<R>[]> {
    const values = batch.map(({ value }) => value);
    try {
      return await this.commit(values, batch.at(-1)!.deadline);
    } catch (error) {
      return batch.map(() => ({ error }));
    }
  }

  /** In front, so that an item stays ahead of those with the same key that came after it. */
  private putBack(again: Waiting<T, R>[]): void {
    this.queue = [...again, ...this.queue];
    for (const { bytes } of again) this.queuedBytes += bytes;
    // Whoever was told that it is too late may have sent it again, with other content.
    if (again.length > 0) this.expireWaiting();
  }

  /** @param leaders what became of the items of batch `number`, by their keys */
  private settleFollowers(leaders: Map<string | null, Settled<R>>, number: number): void {
    this.remove(({ key, value, batchesBefore, resolve }) => {
      const leader = key === null ? undefined : leaders.get(key);
      if (!leader || leader === 'again' || !('result' in leader)) return false;
      const answer = this.answerFollower(leader.result, value, batchesBefore < number);
      if (answer === undefined) leaders.delete(key);
      else resolve(answer);
      return answer !== undefined;
    });
  }

  private remove(matches: (waiting: Waiting<T, R>) => boolean): Waiting<T, R>[] {
    const { removed = [], kept = [] } = Object.groupBy(this.queue, (one) => (matches(one) ? 'removed' : 'kept'));
    this.queue = kept;
    for (const { bytes } of removed) this.queuedBytes -= bytes;
    return removed;
  }

  private expire(): void {
    const isLate = lateBy(performance.now());
    for (const batch of this.inFlight) refuse(batch.filter(isLate), 'being written');
    this.expireWaiting();
    this.fill();
  }

  private expireWaiting(): void {
    refuse(this.remove(lateBy(performance.now())), 'waiting to be written');
  }

  private becomeIdle(): void {
    clearInterval(this.sweeper);
    this.sweeper = undefined;
    if (this.stopping) this.drained.resolve();
  }
}

function settle<T, R>(waiting: Waiting<T, R>, settled: Settled<R>): void {
  if (settled === 'again') return;
  if ('error' in settled) waiting.reject(settled.error);
  else waiting.resolve(settled.result);
}

function lateBy(now: number): (waiting: { deadline: number }) => boolean {
  return ({ deadline }) => deadline <= now;
}

function refuse<T, R>(late: Waiting<T, R>[], state: string): void {
  for (const waiting of late) waiting.reject(new TooLate(state));
}
