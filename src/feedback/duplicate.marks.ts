/** An entry whose window is open: the same again before `closesAt` is a duplicate. */
export interface DuplicateMark {
  entryId: string;
  closesAt: Date;
}

/**
 * A fast answer to "is this a duplicate?", beside a database that knows the true one. A mark is set only after the
 * COMMIT of its entry; a mark proves a duplicate, its absence proves nothing. `key` names the window and may hold personal
 * data: only its hash is stored. `databaseNow` is the caller's estimate of the database's clock. No method ever throws.
 */
export interface DuplicateMarks {
  /** The mark of `key`, if it closes more than a second after `databaseNow`. */
  recall(key: string, databaseNow: Date): Promise<DuplicateMark | null>;

  /** Remembers until `closesAt` that `key` was accepted as `entryId`. */
  mark(key: string, entryId: string, closesAt: Date, databaseNow: Date): Promise<void>;

  /** Forgets `key` after the COMMIT of its deletion, and any mark of it that is still on its way. */
  forget(key: string): Promise<void>;
}
export const DuplicateMarks = Symbol('DuplicateMarks');

/** Without Redis: knows nothing, and the database is always asked. */
export class NoDuplicateMarks implements DuplicateMarks {
  async recall(): Promise<null> {
    return null;
  }

  async mark(): Promise<void> {}

  async forget(): Promise<void> {}
}
