/**
 * When an entry counts: when it was said, but not later than it was stored; and when it was stored, where it is said to
 * be further back than `backdating` milliseconds. Whoever may say that something happened last year can rewrite that year.
 */
export function countedAt(occurredAt: Date, recordedAt: Date, backdating: number): Date {
  const age = recordedAt.getTime() - occurredAt.getTime();
  return age < 0 || age > backdating ? recordedAt : occurredAt;
}

/** When a stored entry counts, in SQL. One from before there was a column for it counts at the earlier of its two times. */
export const countedAtSql = 'coalesce(counted_at, least(occurred_at, recorded_at))';
