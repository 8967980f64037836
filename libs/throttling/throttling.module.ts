import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { getOptionsToken, getStorageToken, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AddressBudget, RollingBudget } from './budgets.js';
import { DuplicateMarks, NoDuplicateMarks } from './duplicate.marks.js';
import { RedisConnection } from './redis.connection.js';
import { RedisDuplicateMarks } from './redis-duplicate.marks.js';
import { RedisThrottleStore } from './redis-throttle.store.js';
import { MemoryThrottleStore, ThrottleStore } from './throttle.store.js';
import { ThrottleStorage, ThrottlingGuard } from './throttling.guard.js';

export interface ThrottlingOptions {
  /** Requests a minute and credential; 0: no limit, and no fields. */
  limit: number;
  /** Requests with a bad credential a minute and address. Default 60. */
  refusalLimit?: number;
  /** Where the counts are shared. Without it they are this process's own. */
  redisUrl?: string;
  /** What every key in Redis begins with. Default none. */
  keyPrefix?: string;
}

/** How often one may call, and the marks that answer a duplicate fast. `RedisConnection` is there only with `redisUrl`. */
@Module({})
export class ThrottlingModule {
  static forRoot(options: ThrottlingOptions): DynamicModule {
    const adapters = options.redisUrl ? inRedis(options.redisUrl, options.keyPrefix) : inMemory();
    const throttlers: ThrottlerModuleOptions = [
      { name: 'credential', limit: options.limit, ttl: 60_000, skipIf: () => options.limit === 0 },
    ];
    return {
      module: ThrottlingModule,
      global: true,
      providers: [
        ...adapters,
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
          provide: RollingBudget,
          useFactory: (store: ThrottleStore) => new RollingBudget(store),
          inject: [ThrottleStore],
        },
        ThrottlingGuard,
      ],
      exports: [
        ...(options.redisUrl ? [RedisConnection] : []),
        ThrottlingGuard,
        AddressBudget,
        RollingBudget,
        ThrottleStore,
        DuplicateMarks,
        getOptionsToken(),
        getStorageToken(),
      ],
    };
  }
}

/** Addresses are cheap to come by and credentials are not: in memory the two must not push each other out. */
const AddressStore = Symbol('AddressStore');

function inMemory(): Provider[] {
  return [
    { provide: ThrottleStore, useFactory: () => new MemoryThrottleStore() },
    { provide: AddressStore, useFactory: () => new MemoryThrottleStore() },
    { provide: DuplicateMarks, useClass: NoDuplicateMarks },
  ];
}

function inRedis(url: string, keyPrefix?: string): Provider[] {
  const inject = [RedisConnection];
  return [
    { provide: RedisConnection, useFactory: () => RedisConnection.to(url, keyPrefix) },
    { provide: ThrottleStore, useFactory: (redis: RedisConnection) => new RedisThrottleStore(redis), inject },
    { provide: AddressStore, useExisting: ThrottleStore },
    { provide: DuplicateMarks, useFactory: (redis: RedisConnection) => new RedisDuplicateMarks(redis), inject },
  ];
}
