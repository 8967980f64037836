import { type CallHandler, type ExecutionContext, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';

/** Says in `Location` where the thing is that a request has made: in `list`, under the `id` of the answer. */
export function MadeAt(list: string): MethodDecorator {
  return UseInterceptors(new LocationInterceptor(list));
}

class LocationInterceptor implements NestInterceptor {
  constructor(private readonly list: string) {}

  intercept(context: ExecutionContext, next: CallHandler<{ id: string | number }>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(tap(({ id }) => void reply.header('location', `${this.list}/${id}`)));
  }
}
