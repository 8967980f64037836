/*
 * How often one may call. A credential has a budget a minute over all routes (ThrottlingGuard; CredentialBudget where a
 * request is worth several), an address one for wrong credentials (AddressBudget), and a room may spend budgets of its own
 * that hold in every span of time (RollingBudget). Counts live in memory, or in Redis where there is one. While Redis does
 * not answer, requests pass uncounted.
 */
export { AddressBudget, CredentialBudget, RollingBudget, RollingLimitExceeded } from './budgets.js';
export { RedisThrottleStore } from './redis-throttle.store.js';
export { type RollingLimit, type ThrottleState } from './throttle.store.js';
export { ThrottlingGuard } from './throttling.guard.js';
export { ThrottlingModule, type ThrottlingOptions } from './throttling.module.js';
