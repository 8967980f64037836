export { AdvisoryLock } from './advisory-lock.js';
export { refusedStatements } from './bounded-client.js';
export {
  codeOf,
  databaseProblem,
  DatabaseRefused,
  DatabaseUnreachable,
  failureKind,
  type FailureKind,
  isUniqueViolation,
} from './failure.js';
export { migrate } from './migrate.js';
export { NotificationChannel, type NotificationListener } from './notification-channel.js';
export { ormOptions, PersistenceModule, type PersistenceOptions } from './persistence.module.js';
export { type Transaction, Transactions } from './transactions.js';
export { ReadingTurns, Turns } from './turns.js';
