import type { Holder } from '#libs/fair-share';
import { bodyShareOf } from '#libs/json-body';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who is held to a part of the bytes that bodies and answers may take: workspaces, and addresses within them. */
export function holderOf({ principal, ip }: FastifyRequest): Holder {
  return principal ? [principal.workspaceId, ip] : [ip];
}

/**
 * Lets a body count as its workspace's, which is known only when it has arrived. Behind a balancer all workspaces may come
 * from one address. To be registered after the guard that finds out who asks.
 */
@Injectable()
export class BodyHolderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    bodyShareOf(request.raw)?.passTo(...holderOf(request));
    return true;
  }
}
