import { createHash } from 'node:crypto';
import { bodyDigest } from '#libs/json-body';
import { MalformedRequest } from '#libs/problem-details';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { idempotentKey, type IdempotentOptions } from './idempotency.decorator.js';
import { type Answer, IdempotencyService, type KeyedRequest } from './idempotency.service.js';

/** Serves the routes marked with `@Idempotent`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: IdempotencyService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.headers['idempotency-key'] === undefined) return next.handle();
    const options = this.reflector.get<IdempotentOptions | undefined>(idempotentKey, context.getHandler());
    if (!options) return next.handle();
    return from(this.answer(request, context.switchToHttp().getResponse<FastifyReply>(), next, options));
  }

  private async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
    { secrets = [] }: IdempotentOptions,
  ): Promise<unknown> {
    const work = async (): Promise<Answer> => {
      const body: unknown = await lastValueFrom(next.handle());
      return { status: reply.statusCode, location: (reply.getHeader('location') as string | undefined) ?? null, body };
    };
    const answer = await this.idempotency.once(keyed(request), work, (body) => without(secrets, body));
    if (answer.replayed) {
      void reply.code(answer.status).header('idempotency-replayed', 'true');
      if (answer.location !== null) void reply.header('location', answer.location);
    }
    return answer.body;
  }
}

/** @throws MalformedRequest where the key is none */
function keyed(request: FastifyRequest): KeyedRequest {
  const { workspaceId, credentialId } = request.principal!;
  const key = String(request.headers['idempotency-key']);
  if (!/^[!-~]{8,255}$/.test(key))
    throw new MalformedRequest('Idempotency-Key must be 8 to 255 visible ASCII characters');
  const path = request.url.split('?', 1)[0]!.replace(/\/$/, '');
  const operation = createHash('sha256').update(`${request.method} ${path}`).digest();
  return { workspaceId, credentialId, operation, key, bodyDigest: bodyDigest(request.raw) };
}

function without(secrets: string[], body: unknown): unknown {
  const held = secrets.filter((name) => Object.hasOwn(body as object, name));
  return held.length === 0 ? body : { ...(body as object), ...Object.fromEntries(held.map((name) => [name, null])) };
}
