import { RedisConnection } from '#libs/redis';
import { type DynamicModule, Module, type OptionalFactoryDependency } from '@nestjs/common';
import { getOptionsToken, getStorageToken, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AddressBudget, CredentialBudget, RollingBudget } from './budgets.js';
import { RedisThrottleStore } from './redis-throttle.store.js';
import { MemoryThrottleStore, ThrottleStore } from './throttle.store.js';
import { type Policy, SharedThrottlingGuard, ThrottleStorage, ThrottlingGuard } from './throttling.guard.js';

export interface ThrottlingOptions {
  /** Requests a minute and credential; 0: no limit, and no fields. */
  limit: number;
  /** Requests with a bad credential a minute and address. Default 60. */
  refusalLimit?: number;
}

/** How often one may call. Where there is a `RedisConnection` the counts are shared through it, else they are this process's own. */
@Module({})
export class ThrottlingModule {
  static forRoot(options: ThrottlingOptions): DynamicModule {
    const policy: Policy = { name: 'credential', limit: options.limit, ttl: 60_000 };
    const throttlers: ThrottlerModuleOptions = [policy];
    return {
      module: ThrottlingModule,
      global: true,
      providers: [
        { provide: ThrottleStore, useFactory: newStore, inject: [redisIfAny] },
        { provide: AddressStore, useFactory: newStore, inject: [redisIfAny] },
        { provide: getOptionsToken(), useValue: throttlers },
        {
          provide: getStorageToken(),
          useFactory: (store: ThrottleStore) => new ThrottleStorage(store),
          inject: [ThrottleStore],
        },
        {
          provide: AddressBudget,
          useFactory: (store: ThrottleStore) => new AddressBudget(store, options.refusalLimit ?? 60),
          inject: [AddressStore],
        },
        {
          provide: CredentialBudget,
          useFactory: (store: ThrottleStore) => new CredentialBudget(store, options.limit),
          inject: [ThrottleStore],
        },
        {
          provide: RollingBudget,
          useFactory: (store: ThrottleStore) => new RollingBudget(store),
          inject: [ThrottleStore],
        },
        SharedThrottlingGuard,
        {
          provide: ThrottlingGuard,
          useFactory: (store: ThrottleStore, frame: SharedThrottlingGuard) => new ThrottlingGuard(store, policy, frame),
          inject: [ThrottleStore, SharedThrottlingGuard],
        },
      ],
      exports: [
        ThrottlingGuard,
        AddressBudget,
        CredentialBudget,
        RollingBudget,
        ThrottleStore,
        getOptionsToken(),
        getStorageToken(),
      ],
    };
  }
}

/** Addresses are cheap to come by and credentials are not: in memory the two must not push each other out. */
const AddressStore = Symbol('AddressStore');

const redisIfAny: OptionalFactoryDependency = { token: RedisConnection, optional: true };

function newStore(redis?: RedisConnection): ThrottleStore {
  return redis ? new RedisThrottleStore(redis) : new MemoryThrottleStore();
}
