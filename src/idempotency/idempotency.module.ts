import { Module } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyPurge } from './idempotency.purge.js';
import { IdempotencyService } from './idempotency.service.js';

/** Honours `Idempotency-Key` on every POST, by an interceptor of the whole application. */
@Module({
  providers: [IdempotencyInterceptor, IdempotencyPurge, IdempotencyService],
  exports: [IdempotencyInterceptor, IdempotencyPurge],
})
export class IdempotencyModule {}
