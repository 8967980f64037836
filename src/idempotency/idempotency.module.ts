import { Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyPurge } from './idempotency.purge.js';
import { IdempotencyService } from './idempotency.service.js';

/** Honours `Idempotency-Key` on every POST, by an interceptor of the whole application. */
@Module({
  imports: [FeedbackModule],
  providers: [IdempotencyInterceptor, IdempotencyPurge, IdempotencyService],
  exports: [IdempotencyInterceptor, IdempotencyPurge],
})
export class IdempotencyModule {}
