import { TooManyRequests } from '#libs/problem-details';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest, type ThrottlerStorage } from '@nestjs/throttler';
import { credentialKey, wholeSeconds } from './budgets.js';
import type { FastifyReply } from 'fastify';
import type { ThrottleState, ThrottleStore } from './throttle.store.js';

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

/** What a credential may send, as it is told to callers. */
export interface Policy {
  name: string;
  limit: number;
  /** In milliseconds. */
  ttl: number;
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
 *
 * Where the counts are in this process nothing is waited for, and the frame, which goes by promises, is left out.
 */
export class ThrottlingGuard implements CanActivate {
  constructor(
    private readonly store: ThrottleStore,
    private readonly policy: Policy,
    private readonly frame: SharedThrottlingGuard,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { limit, ttl } = this.policy;
    const credentialId = credentialOf(context.switchToHttp().getRequest());
    if (credentialId === undefined || limit === 0) return true;
    if (!this.store.hitAtOnce) return this.frame.canActivate(context);
    const state = this.store.hitAtOnce(credentialKey(credentialId), limit, ttl);
    return heed(this.policy, state, context.switchToHttp().getResponse());
  }
}

/** The guard for counts that are shared with other processes. */
@Injectable()
export class SharedThrottlingGuard extends ThrottlerGuard {
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
    const state = { allowed: !isBlocked, remaining: Math.max(0, limit - totalHits), resetsIn: timeToExpire * 1000 };
    return heed({ name: policy, limit, ttl }, state, res as FastifyReply);
  }
}

/** @throws {TooManyRequests} where the budget is used up */
function heed(
  { name, limit, ttl }: Policy,
  { allowed, remaining, resetsIn }: ThrottleState,
  reply: FastifyReply,
): true {
  const seconds = wholeSeconds(resetsIn);
  void reply.header('ratelimit-policy', `"${name}";q=${limit};w=${ttl / 1000}`);
  void reply.header('ratelimit', `"${name}";r=${remaining};t=${seconds}`);
  if (!allowed) throw new TooManyRequests(seconds);
  return true;
}

function credentialOf(request: object): string | undefined {
  return (request as { principal?: { credentialId: string } }).principal?.credentialId;
}
