/** One budget after one more hit. */
export interface ThrottleState {
  /** Whether the hit is within the limit. */
  allowed: boolean;
  /** Hits left in this window. */
  remaining: number;
  /** Milliseconds until the window ends and the whole limit is there again. */
  resetsIn: number;
}

/** So many hits within any span of `windowMs` milliseconds. */
export interface RollingLimit {
  limit: number;
  windowMs: number;
}

/** The limit that a refused hit exceeds (the one with the longest wait), and the wait in milliseconds. */
export interface RollingRefusal {
  exceeded: RollingLimit;
  wait: number;
}

/** Counts hits. In Redis the counts are shared by every process; in memory they are this process's own. */
export interface ThrottleStore {
  /**
   * Counts a hit in a fixed window, which begins with the first hit and ends `windowMs` later. Fixed, because then both
   * numbers are true as they stand: after `resetsIn` the whole limit is back. Null: the store cannot say, let it pass.
   */
  hit(key: string, limit: number, windowMs: number): Promise<ThrottleState | null>;

  /**
   * Counts a hit against every one of `limits`, exactly: no span of `windowMs` ever holds more than `limit` allowed hits.
   * A refused hit does not count. Null: allowed, or the store cannot say.
   */
  hitRolling(key: string, limits: RollingLimit[]): Promise<RollingRefusal | null>;
}
export const ThrottleStore = Symbol('ThrottleStore');

interface Counter {
  hits: number;
  endsAt: number;
}

/**
 * The counts of this process. Memory is bounded: at most `maxCounters` fixed windows and as many remembered rolling hits.
 * Beyond that the oldest goes first, which is the one nearest to its own end. Forgetting gives its owner a fresh budget
 * and takes nothing from anybody, so pushing others out harms no one; populations that differ in how easily keys are made
 * (credentials, addresses) have a store each. A hit costs the same however many keys there are.
 */
export class MemoryThrottleStore implements ThrottleStore {
  /** In the order of their beginning. */
  private readonly counters = new Map<string, Counter>();
  /** Allowed hits, oldest first, by key in the order of the last hit. */
  private readonly rolls = new Map<string, number[]>();
  private rolledHits = 0;

  constructor(
    private readonly maxCounters = 100_000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async hit(key: string, limit: number, windowMs: number): Promise<ThrottleState> {
    const now = this.now();
    let counter = this.counters.get(key);
    if (!counter || counter.endsAt <= now) {
      this.counters.delete(key);
      counter = { hits: 0, endsAt: now + windowMs };
      this.counters.set(key, counter);
      this.dropOldCounters(now);
    }
    counter.hits += 1;
    return {
      allowed: counter.hits <= limit,
      remaining: Math.max(0, limit - counter.hits),
      resetsIn: counter.endsAt - now,
    };
  }

  /** Two at most for each new one, so that the cost is spread. */
  private dropOldCounters(now: number): void {
    for (let i = 0; i < 2; i++) {
      const [key, oldest] = this.counters.entries().next().value!;
      if (oldest.endsAt > now && this.counters.size <= this.maxCounters) return;
      this.counters.delete(key);
    }
  }

  async hitRolling(key: string, limits: RollingLimit[]): Promise<RollingRefusal | null> {
    const now = this.now();
    const hits = this.rolls.get(key) ?? [];
    const refusal = longestWait(hits, limits, now);
    if (refusal) return refusal;
    hits.push(now);
    this.rolledHits += 1;
    if (hits.length > Math.max(...limits.map(({ limit }) => limit))) {
      hits.shift();
      this.rolledHits -= 1;
    }
    this.rolls.delete(key);
    this.rolls.set(key, hits);
    this.dropOldRolls();
    return null;
  }

  private dropOldRolls(): void {
    for (const [key, hits] of this.rolls) {
      if (this.rolledHits <= this.maxCounters || this.rolls.size === 1) return;
      this.rolls.delete(key);
      this.rolledHits -= hits.length;
    }
  }
}

/** A limit is exceeded while its limit-th last hit is younger than the window. */
function longestWait(hits: number[], limits: RollingLimit[], now: number): RollingRefusal | null {
  let longest: RollingRefusal | null = null;
  for (const exceeded of limits) {
    const wait = (hits.at(-exceeded.limit) ?? -Infinity) + exceeded.windowMs - now;
    if (wait > (longest?.wait ?? 0)) longest = { exceeded, wait };
  }
  return longest;
}
