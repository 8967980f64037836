import { TooManyRequests } from '#libs/problem-details';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest, type ThrottlerStorage } from '@nestjs/throttler';
import { credentialKey, wholeSeconds } from './budgets.js';
import type { ThrottleStore } from './throttle.store.js';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** A {@link ThrottleStore} as the storage of @nestjs/throttler. No hits: the store could not say. */
export class ThrottleStorage implements ThrottlerStorage {
  constructor(private readonly store: ThrottleStore) {}

  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerStorageRecord> {
    const state = await this.store.hit(key, limit, ttl);
    if (!state) return { totalHits: 0, timeToExpire: 0, isBlocked: false, timeToBlockExpire: 0 };
    const seconds = wholeSeconds(state.resetsIn);
    return {
      totalHits: state.allowed ? limit - state.remaining : limit + 1,
      timeToExpire: seconds,
      isBlocked: !state.allowed,
      timeToBlockExpire: seconds,
    };
  }
}

/**
 * Takes each request from the budget of its credential. To be registered after the guard that verifies credentials and
 * leaves what it found as `request.principal`, of which only `credentialId` is read; a request without one is on a public
 * route and passes. Nothing is keyed on what was not verified: each guess would have a budget of its own.
 *
 * @nestjs/throttler brings the guard's frame: named limits, and what skips them. Counting is ours, in a
 * {@link ThrottleStore}, and so are the key and the answer: its own storages block a key for a while instead of telling
 * where its budget stands.
 *
 * The answer says where the budget stands in `RateLimit` and `RateLimit-Policy`
 * (draft-ietf-httpapi-ratelimit-headers-11), unless the store could not say.
 */
@Injectable()
export class ThrottlingGuard extends ThrottlerGuard {
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return credentialOf(context.switchToHttp().getRequest()) === undefined;
  }

  protected override async getTracker(request: object): Promise<string> {
    return credentialOf(request)!;
  }

  /** One budget over all routes. */
  protected override generateKey(_context: ExecutionContext, credentialId: string): string {
    return credentialKey(credentialId);
  }

  protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, throttler, getTracker, generateKey } = request;
    const { req, res } = this.getRequestResponse(context);
    const policy = throttler.name!;
    const key = generateKey(context, await getTracker(req, context), policy);
    const { totalHits, timeToExpire, isBlocked } = await this.storageService.increment(key, ttl, limit, ttl, policy);
    if (totalHits === 0) return true;
    const remaining = Math.max(0, limit - totalHits);
    this.setResponseHeader(res, 'ratelimit-policy', `"${policy}";q=${limit};w=${ttl / 1000}`);
    this.setResponseHeader(res, 'ratelimit', `"${policy}";r=${remaining};t=${timeToExpire}`);
    if (isBlocked) throw new TooManyRequests(timeToExpire);
    return true;
  }
}

function credentialOf(request: object): string | undefined {
  return (request as { principal?: { credentialId: string } }).principal?.credentialId;
}
