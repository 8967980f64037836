export { AddressBudget, RollingBudget, RollingLimitExceeded } from './budgets.js';
export { RedisThrottleStore } from './redis-throttle.store.js';
export { type RollingLimit, type ThrottleState } from './throttle.store.js';
export { ThrottlingGuard } from './throttling.guard.js';
export { ThrottlingModule, type ThrottlingOptions } from './throttling.module.js';
