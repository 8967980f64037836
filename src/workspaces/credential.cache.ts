import { isDeepStrictEqual } from 'node:util';

/** What a look-up found. */
export interface Found<T> {
  value: T;
  credentialId: string;
  /** When it stops being true although nobody changes it; null: never. */
  changesAt: Date | null;
}

interface Entry<T> {
  value: T;
  credentialId: string;
  until: number;
}

/**
 * Milliseconds for which an answer is used. They bound how long a revoked credential is let in while nobody tells us
 * of revocations, and how long a new one is refused that somebody tried before it was made.
 */
const trust = { known: 25_000, unknown: 2_000 };

/**
 * Remembers what look-ups found, and that they found nothing: at most `capacity` of each. Those who ask for the same
 * thing at the same time share one look-up. As long as a look-up finds an equal value, the same object is answered.
 */
export class CredentialCache<T extends object> {
  private readonly known = new Map<string, Entry<T>>();
  /** In a map of their own, so that guessed keys cannot displace credentials in use. */
  private readonly unknown = new Map<string, number>();
  private readonly pending = new Map<string, Promise<T | null>>();
  private generation = 0;
  private isTrusted = true;

  constructor(
    private readonly capacity = 20_000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The value of `key`, if it is in memory. */
  recall(key: string): T | undefined {
    const entry = this.known.get(key);
    return entry && this.isTrusted && this.now() < entry.until ? entry.value : undefined;
  }

  /** The value of `key`, from memory or by `lookUp`. */
  async get(key: string, lookUp: () => Promise<Found<T> | null>): Promise<T | null> {
    const now = this.now();
    const value = this.recall(key);
    if (value) return value;
    if (now < (this.unknown.get(key) ?? 0)) return null;
    return this.pending.get(key) ?? this.begin(key, lookUp);
  }

  private begin(key: string, lookUp: () => Promise<Found<T> | null>): Promise<T | null> {
    const { generation } = this;
    const begun = this.now();
    const answer = lookUp()
      // What was read before the last `forget` may be outdated, so it is not remembered.
      .then((found) => (generation === this.generation ? this.remember(key, found, begun) : (found?.value ?? null)))
      .finally(() => {
        if (this.pending.get(key) === answer) this.pending.delete(key);
      });
    this.pending.set(key, answer);
    return answer;
  }

  private remember(key: string, found: Found<T> | null, begun: number): T | null {
    const before = this.known.get(key)?.value;
    if (!found) {
      this.known.delete(key);
      put(this.unknown, key, begun + trust.unknown, this.capacity);
      return null;
    }
    const { credentialId, changesAt } = found;
    const value = before && isDeepStrictEqual(before, found.value) ? before : found.value;
    const left = changesAt ? changesAt.getTime() - Date.now() : Infinity;
    put(this.known, key, { value, credentialId, until: begun + Math.min(trust.known, left) }, this.capacity);
    return value;
  }

  /** Forgets a credential, and which keys were not found: one of them may be its key. */
  forget(credentialId: string): void {
    for (const [key, entry] of this.known) if (entry.credentialId === credentialId) this.known.delete(key);
    this.forgetUnknown();
  }

  /** Looks everything up from now on, because nobody would tell of a change. */
  distrust(): void {
    this.isTrusted = false;
    this.forgetUnknown();
  }

  /** Remembers again, and nothing of what was found before. */
  trustFromNow(): void {
    this.isTrusted = true;
    this.known.clear();
    this.forgetUnknown();
  }

  private forgetUnknown(): void {
    this.generation++;
    this.unknown.clear();
    this.pending.clear();
  }

  /** How many answers are remembered. */
  get size(): number {
    return this.known.size + this.unknown.size;
  }
}

/** A full map begins anew: everything in it can be looked up again. */
function put<V>(map: Map<string, V>, key: string, value: V, capacity: number): void {
  if (map.size >= capacity && !map.has(key)) map.clear();
  map.set(key, value);
}
