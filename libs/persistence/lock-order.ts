/**
 * Sorts by the bytes of the key, as `collate "C"` does. Transactions that lock their rows in this order, whatever the
 * collation of the database, do not deadlock.
 */
export function inLockOrder<T>(items: T[], keyOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(keyOf(item)) }));
  return keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).map(({ item }) => item);
}
