/*
 * MikroORM on PostgreSQL, made fit for a server: every statement has a time in which it answers or fails, a connection
 * that went wrong is never used again, a transaction whose COMMIT got no answer is followed up until its outcome is
 * known, and failures have a kind (conflict, data, unavailable, bug) that says what to do about them. Besides: migrating
 * at the start by one process at a time, filling rows after it, hearing NOTIFY, advisory locks, the database's clock, and
 * turns for what takes long.
 */
export { firstWithin } from './first-within.js';
export { AdvisoryLock } from './advisory-lock.js';
export { refusedStatements } from './bounded-client.js';
export { DatabaseClock } from './database-clock.js';
export {
  codeOf,
  databaseProblem,
  DatabaseRefused,
  DatabaseUnreachable,
  failureKind,
  type FailureKind,
  isForeignKeyViolation,
  isUniqueViolation,
  UnknownOutcome,
} from './failure.js';
export { type Fill, Fills } from './fills.js';
export { inLockOrder } from './lock-order.js';
export { type LoneStatement, LoneStatements } from './lone-statements.js';
export { migrate } from './migrate.js';
export { behind, newestFirst, positionOf } from './newest-first.js';
export { NotificationChannel, type NotificationListener } from './notification-channel.js';
export { ormOptions, PersistenceModule, type PersistenceOptions } from './persistence.module.js';
export { migrationsIn } from './sql-migrations.js';
export { type Transaction, Transactions } from './transactions.js';
export { ReadingTurns, Turns } from './turns.js';
