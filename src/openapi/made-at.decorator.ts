import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';

/** Extension of an operation in the unfinished document: it may make something. */
const extension = 'x-made-at';

/** Says in `Location` where the thing is that a request has made: in `list`, under the `id` of the answer with 201. */
export function MadeAt(list: string): MethodDecorator {
  return applyDecorators(UseInterceptors(new LocationInterceptor(list)), ApiExtension(extension, true));
}

/** Whether {@link MadeAt} marks `operation`; takes the extension out of it. */
export function takeMaking(operation: object): boolean {
  const makes = extension in operation;
  Reflect.deleteProperty(operation, extension);
  return makes;
}

class LocationInterceptor implements NestInterceptor {
  constructor(private readonly list: string) {}

  intercept(context: ExecutionContext, next: CallHandler<{ id: string | number }>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const locate = ({ id }: { id: string | number }): void => {
      if (reply.statusCode === 201) void reply.header('location', `${this.list}/${id}`);
    };
    return next.handle().pipe(tap(locate));
  }
}
