import { TooManyRequests } from '#libs/problem-details';
import { normalizeIp } from '@nestjs/throttler';
import type { RollingLimit, ThrottleStore } from './throttle.store.js';

/** Milliseconds as whole seconds for `Retry-After`: rounded up, at least 1. */
export function wholeSeconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

/** What the budget of a credential counts under. */
export function credentialKey(credentialId: string): string {
  return `credential:${credentialId}`;
}

/** The budget of a credential, of which the guard takes one request each; what is worth several takes the others here. */
export class CredentialBudget {
  constructor(
    private readonly store: ThrottleStore,
    private readonly limit: number,
  ) {}

  /**
   * Takes `requests` more from the budget of a verified credential.
   * @throws {TooManyRequests} where fewer are left
   */
  async spend(credentialId: string, requests: number): Promise<void> {
    if (this.limit === 0 || requests === 0) return;
    const state = await this.store.hit(credentialKey(credentialId), this.limit, 60_000, requests);
    if (state && !state.allowed) throw new TooManyRequests(wholeSeconds(state.resetsIn));
  }
}

/**
 * How many requests with a bad credential an address may send in a minute. Only those count and only those are refused:
 * whoever shares the address and has a good credential is not locked out.
 */
export class AddressBudget {
  constructor(
    private readonly store: ThrottleStore,
    private readonly limit: number,
  ) {}

  /**
   * Counts a request from `address` whose credential was refused. An IPv6 address counts as its /64, which is what one
   * subscriber has; an IPv4 address mapped into IPv6 as the IPv4 address.
   * @throws {TooManyRequests} over the limit
   */
  async refused(address: string): Promise<void> {
    const state = await this.store.hit(`refused:${normalizeIp(address, 64)}`, this.limit, 60_000);
    if (state && !state.allowed) throw new TooManyRequests(wholeSeconds(state.resetsIn));
  }
}

/** A {@link TooManyRequests} by a rolling limit, and the window of that limit in milliseconds. */
export class RollingLimitExceeded extends TooManyRequests {
  constructor(
    retryAfter: number,
    readonly windowMs: number,
  ) {
    super(retryAfter);
  }
}

/** Limits that hold for every span of time and not only from one window's beginning to its end. */
export class RollingBudget {
  constructor(private readonly store: ThrottleStore) {}

  /**
   * Takes one request from the budget of `key`, which the caller must have verified: never what a request merely says of itself.
   * @throws {RollingLimitExceeded} over one of `limits`; the request then does not count
   */
  async spend(key: string, limits: RollingLimit[]): Promise<void> {
    const refusal = await this.store.hitRolling(key, limits);
    if (refusal) throw new RollingLimitExceeded(wholeSeconds(refusal.wait), refusal.exceeded.windowMs);
  }
}
