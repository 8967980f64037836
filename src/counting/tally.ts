import { maxScore } from './counts.sql.js';
import type { ScoreCount } from '#libs/statistics';

/** How answers of one kind were distributed. */
export class Tally {
  /** Answers of any kind; of a `choice` the ticks of one answer count once. */
  n = 0;
  /** How many answers gave the score that is the index. */
  readonly scores = Array.from({ length: maxScore + 1 }, () => 0);
  resolved = 0;
  unresolved = 0;
  /** How many ticks each option of a `choice` got. */
  readonly options = new Map<string, number>();

  add(other: Tally, sign: 1 | -1 = 1): this {
    this.n += sign * other.n;
    other.scores.forEach((count, score) => (this.scores[score]! += sign * count));
    this.resolved += sign * other.resolved;
    this.unresolved += sign * other.unresolved;
    for (const [option, count] of other.options) this.tick(option, sign * count);
    return this;
  }

  tick(option: string, count: number): void {
    this.options.set(option, (this.options.get(option) ?? 0) + count);
  }

  /** The same answers without those of `part`. */
  without(part: Tally): Tally {
    return new Tally().add(this).add(part, -1);
  }

  /** The counts of the scores from `low` to `high`. */
  distribution({ low, high }: { low: number; high: number }): ScoreCount[] {
    return this.scores.slice(low, high + 1).map((count, index) => ({ score: low + index, count }));
  }
}
