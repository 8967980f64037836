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
   * @param hits how many at once, 1 or more: all of them or none is within the limit, and what is not still counts
   */
  hit(key: string, limit: number, windowMs: number, hits?: number): Promise<ThrottleState | null>;

  /** The same without waiting, where the counts are in this process. */
  hitAtOnce?(key: string, limit: number, windowMs: number, hits?: number): ThrottleState;

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
 * The counts of this process, in bounded memory: `maxWindows` fixed windows and the rolling hits of `maxRolling` keys.
 * A key is forgotten when half as many other keys were hit since it last was. That gives its owner a fresh budget and
 * takes nothing from anybody: pushing others out harms no one, and who hits often stays counted. Populations that differ
 * in how easily keys are come by (credentials, addresses) have a store each all the same. A hit costs the same however
 * many keys there are.
 */
export class MemoryThrottleStore implements ThrottleStore {
  private readonly windows: RecentKeys<Counter>;
  /** Times of the allowed hits, oldest first. */
  private readonly rolling: RecentKeys<number[]>;

  constructor(
    maxWindows = 100_000,
    maxRolling = 2_000,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.windows = new RecentKeys(maxWindows);
    this.rolling = new RecentKeys(maxRolling);
  }

  async hit(key: string, limit: number, windowMs: number, hits = 1): Promise<ThrottleState> {
    return this.hitAtOnce(key, limit, windowMs, hits);
  }

  hitAtOnce(key: string, limit: number, windowMs: number, hits = 1): ThrottleState {
    const now = this.now();
    const counter = this.windows.get(key, () => ({ hits: 0, endsAt: now + windowMs }));
    if (counter.endsAt <= now) Object.assign(counter, { hits: 0, endsAt: now + windowMs });
    counter.hits += hits;
    return {
      allowed: counter.hits <= limit,
      remaining: Math.max(0, limit - counter.hits),
      resetsIn: counter.endsAt - now,
    };
  }

  async hitRolling(key: string, limits: RollingLimit[]): Promise<RollingRefusal | null> {
    const now = this.now();
    const hits = this.rolling.get(key, () => []);
    const refusal = longestWait(hits, limits, now);
    if (refusal) return refusal;
    hits.push(now);
    if (hits.length > Math.max(...limits.map(({ limit }) => limit))) hits.shift();
    return null;
  }

  /** Whole milliseconds: in fractions, now + window - now may exceed the window, and a Retry-After its minute. */
  private now(): number {
    return Math.floor(this.clock());
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

/**
 * At most `max` keys in two generations: the younger one, when it is full, becomes the older one and that one is dropped.
 * Not one Map in the order of use: V8 walks over everything that was deleted from its front (80 µs a hit at this size).
 */
class RecentKeys<Value> {
  private younger = new Map<string, Value>();
  private older = new Map<string, Value>();

  constructor(private readonly max: number) {}

  /** The value of `key`, made if there is none. */
  get(key: string, make: () => Value): Value {
    const known = this.younger.get(key);
    if (known !== undefined) return known;
    if (this.younger.size * 2 >= this.max) {
      this.older = this.younger;
      this.younger = new Map();
    }
    const value = this.older.get(key) ?? make();
    this.younger.set(key, value);
    this.older.delete(key);
    return value;
  }

  get size(): number {
    return this.younger.size + this.older.size;
  }
}
