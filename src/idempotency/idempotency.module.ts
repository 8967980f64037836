import { Module } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyPurge } from './idempotency.purge.js';
import { IdempotencyService } from './idempotency.service.js';

/** What makes `@Idempotent` work: the interceptor, for the whole application to use. */
@Module({
  providers: [IdempotencyInterceptor, IdempotencyPurge, IdempotencyService],
  exports: [IdempotencyInterceptor, IdempotencyPurge],
})
export class IdempotencyModule {}
