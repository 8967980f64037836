import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { InvalidInput } from '#libs/problem-details';
import { maxFaults, nameOf, pointerTo } from '#libs/json-body';

/**
 * Below a prefix, a route that takes no query at all refuses what is in one. Routes that take one say themselves what
 * they do not know, by a DTO that is `@Strict`.
 */
@Injectable()
export class StrayQueryGuard implements CanActivate {
  constructor(private readonly prefix: string) {}

  /** @throws InvalidInput with a fault for each parameter */
  canActivate(context: ExecutionContext): boolean {
    const { routeOptions, query } = context.switchToHttp().getRequest<FastifyRequest>();
    const names = Object.keys(query as object);
    if (names.length === 0 || !routeOptions.url?.startsWith(this.prefix) || takesQuery(context)) return true;
    throw new InvalidInput(
      names
        .slice(0, maxFaults)
        .map((name) => ({ pointer: pointerTo([name]), detail: `${nameOf([name])} is not a known member` })),
    );
  }
}

function takesQuery(context: ExecutionContext): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as object;
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
