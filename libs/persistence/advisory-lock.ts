import { type Kysely, type RawBuilder, sql } from 'kysely';

/** A lock of PostgreSQL's that stands for no row. Whoever takes it holds it until the transaction ends. */
export class AdvisoryLock {
  private constructor(private readonly key: RawBuilder<unknown>) {}

  /** The key is a hash of 64 bits, so that a lock can be named after what it guards. */
  static named(name: string): AdvisoryLock {
    return new AdvisoryLock(sql`hashtextextended(${name}, 0)`);
  }

  static numbered(key: number): AdvisoryLock {
    return new AdvisoryLock(sql`${key}`);
  }

  /** Waits until it is free. */
  async take(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_xact_lock(${this.key})`.execute(db);
  }

  /** @returns whether it was free, and is held now */
  async takeIfFree(db: Kysely<unknown>): Promise<boolean> {
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${this.key}) as taken`.execute(db);
    return rows[0]!.taken;
  }
}
