import { FairShare, type Holder } from '#libs/fair-share';

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
  /** Who is held to a part of the queue where it is short. Items with the same key have the same. */
  holder: string;
}

/** What became of one item: its result, or why it was refused. `again` puts it into a later batch. */
export type Settled<R> = { result: R } | { error: unknown } | 'again';

/** The queue is full, or its holder's part of it, or the writer is stopping: nothing was taken. */
export class Overloaded extends Error {}

/** The deadline passed while the item was waiting or being written. If it was being written, it may yet be stored. */
export class TooLate extends Error {}

interface Waiting<T, R> extends Item<T> {
  deadline: number;
  /** Where it stands in the queue, see {@link GroupCommit.enqueue}. */
  start: number;
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
  private readonly places: FairShare;
  private readonly bytes: FairShare;
  /** The start of the last item that was taken, */
  private clock = 0;
  /** and of each holder where its next item would start. */
  private readonly next = new Map<string, number>();
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
  ) {
    this.places = new FairShare(limits.queueItems);
    this.bytes = new FairShare(limits.queueBytes);
  }

  /**
   * Resolves when `item` is committed.
   * @throws Overloaded at once, TooLate at the deadline, or what `commit` said of this item
   */
  submit(item: Item<T>): Promise<R> {
    if (this.stopping) return Promise.reject(new Overloaded('stopping'));
    if (!this.takePlace(item)) return Promise.reject(new Overloaded('the queue is full'));
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + this.limits.deadline;
      const start = Math.max(this.clock, this.next.get(item.holder) ?? 0);
      this.enqueue({ ...item, deadline, start, batchesBefore: this.batchesBegun, resolve, reject });
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

  private takePlace({ bytes, holder }: Item<T>): boolean {
    const of: Holder = [holder];
    if (!this.places.take(1, of)) return false;
    if (this.bytes.take(bytes, of)) return true;
    this.places.give(1, of);
    return false;
  }

  private givePlace({ bytes, holder }: Item<T>): void {
    this.places.give(1, [holder]);
    this.bytes.give(bytes, [holder]);
    if (this.places.heldBy(holder) === 0) this.next.delete(holder);
  }

  /**
   * Holders are served in turns, by bytes: an item starts where the last one of its holder ends, and the first of a holder
   * where the one starts that was taken last (start-time fair queueing, Goyal, Vin and Cheng, 1996).
   */
  private enqueue(waiting: Waiting<T, R>): void {
    const { start, holder, bytes } = waiting;
    this.next.set(holder, start + bytes);
    this.queue.splice(this.queue.findLastIndex((one) => one.start <= start) + 1, 0, waiting);
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
    if (this.queue.length >= batchItems || this.bytes.used >= batchBytes) return true;
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
      this.clock = Math.max(this.clock, waiting.start);
      batch.push(waiting);
    }
    this.queue = [...heldBack, ...this.queue.slice(index)];
    for (const waiting of batch) this.givePlace(waiting);
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
      return await this.commit(values, Math.max(...batch.map(({ deadline }) => deadline)));
    } catch (error) {
      return batch.map(() => ({ error }));
    }
  }

  /** In front, so that an item stays ahead of those with the same key that came after it. */
  private putBack(again: Waiting<T, R>[]): void {
    this.queue = [...again, ...this.queue];
    for (const { bytes, holder } of again) {
      this.places.charge(1, [holder]);
      this.bytes.charge(bytes, [holder]);
    }
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
    for (const waiting of removed) this.givePlace(waiting);
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
