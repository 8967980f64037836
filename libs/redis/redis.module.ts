import { type DynamicModule, Module } from '@nestjs/common';
import { RedisConnection } from './redis.connection.js';

/** Provides the connection to Redis everywhere; without a URL there is none, and whoever asks for it must do without. */
@Module({})
export class RedisModule {
  static forRoot(url: string | undefined): DynamicModule {
    if (url === undefined) return { module: RedisModule };
    return {
      module: RedisModule,
      global: true,
      providers: [{ provide: RedisConnection, useFactory: () => RedisConnection.to(url) }],
      exports: [RedisConnection],
    };
  }
}
