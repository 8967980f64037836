import { createHash } from 'node:crypto';
import { bodyDigest } from '#libs/json-body';
import { MalformedRequest } from '#libs/problem-details';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { type Answer, IdempotencyService, type KeyedRequest } from './idempotency.service.js';
import { KeptWithout, ReadAgain } from './repetition.decorators.js';
import { keyIn, repetition } from './repetition.js';

const keyForm = new RegExp(repetition.parameter.schema.pattern);

/**
 * Honours `Idempotency-Key` on every POST: sent again, a request is not carried out again but answered as the first time.
 * The handler then runs in one transaction, which every `Transactions.run` and `FeedbackWriter` joins. What it has written
 * it can read only there; plain reads see what was committed before.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: IdempotencyService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (keyIn(request.raw) === undefined) return next.handle();
    return from(this.answer(request, context.switchToHttp().getResponse<FastifyReply>(), next, context.getHandler()));
  }

  private async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
    handler: ReturnType<ExecutionContext['getHandler']>,
  ): Promise<unknown> {
    const isReadAgain = this.reflector.get(ReadAgain, handler) ?? false;
    const secret = this.reflector.get(KeptWithout, handler) ?? [];
    const { statusCode } = reply;
    const work = async (): Promise<Answer> => {
      // An attempt that was undone may have said otherwise.
      void reply.code(statusCode).removeHeader('location');
      const body: unknown = await lastValueFrom(next.handle());
      return { status: reply.statusCode, location: (reply.getHeader('location') as string | undefined) ?? null, body };
    };
    const kept = (body: unknown): unknown => (isReadAgain ? null : without(secret, body));
    const answer = await this.idempotency.once(keyed(request), work, kept);
    if (!answer.replayed) return answer.body;
    void reply.code(answer.status).header(repetition.replayed.name, 'true');
    if (answer.location !== null) void reply.header('location', answer.location);
    return isReadAgain ? lastValueFrom(next.handle()) : answer.body;
  }
}

/** @throws MalformedRequest where the key is none */
function keyed(request: FastifyRequest): KeyedRequest {
  const { workspaceId, credentialId } = request.principal!;
  const key = keyIn(request.raw)!;
  if (!keyForm.test(key)) throw new MalformedRequest('Idempotency-Key must be 8 to 255 visible ASCII characters');
  const path = request.url.split(/[?#]/, 1)[0]!.replace(/\/$/, '');
  return {
    hasLines: request.routeOptions.config.lines !== undefined,
    workspaceId,
    credentialId,
    operation: operationAt(request.method, decodeURIComponent(path)),
    asSpelled: operationAt(request.method, path),
    key,
    bodyDigest: bodyDigest(request.raw),
  };
}

function operationAt(method: string, path: string): Buffer {
  return createHash('sha256').update(`${method} ${path}`).digest();
}

function without(secret: string[], body: unknown): unknown {
  const held = secret.filter((name) => Object.hasOwn(body as object, name));
  return held.length === 0 ? body : { ...(body as object), ...Object.fromEntries(held.map((name) => [name, null])) };
}
