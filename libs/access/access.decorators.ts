import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiSecurity, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Scheme } from './access.strategy.js';
import type { Principal, Scope } from './principal.js';

type Components = NonNullable<OpenAPIObject['components']>;

/** The security schemes that {@link Access} names, for `components.securitySchemes` of the OpenAPI document. */
export const securitySchemes: NonNullable<Components['securitySchemes']> = {
  'api-key': { type: 'http', scheme: 'bearer', description: 'An API key.' },
  'client-id': {
    type: 'apiKey',
    in: 'header',
    name: 'client-id',
    description: 'The id of a client. The spelling `client_id` is taken as well.',
  },
  'client-secret': { type: 'http', scheme: 'bearer', description: 'The secret of the client that `client-id` names.' },
  jwt: {
    type: 'apiKey',
    in: 'header',
    name: 'auth',
    description: 'A JWT without a scheme word: HS256 with the secret of the client that its claim `appId` names.',
  },
};

/** What a route asks of its caller. */
export interface Requirement {
  scheme: Scheme;
  scope: Scope;
  /** The route heeds {@link Principal.limitedTo} by itself. */
  heedsLimit: boolean;
}

export const requirementKey = Symbol('what a route asks of its caller');

/**
 * Opens a route, or every route of a controller, to credentials shown as `scheme` that have `scope`. To those that are
 * limited to something it stays closed, unless it says by `heedsLimit` that it keeps them to that.
 */
export function Access(scheme: Scheme, scope: Scope, { heedsLimit = false } = {}) {
  return applyDecorators(
    SetMetadata(requirementKey, { scheme, scope, heedsLimit } satisfies Requirement),
    ApiSecurity(scheme === 'client' ? { 'client-id': [], 'client-secret': [scope] } : { [scheme]: [scope] }),
  );
}

/** Opens a route, or every route of a controller, to everybody. */
export function Public() {
  return SetMetadata(requirementKey, 'public');
}

/** Parameter of a handler below {@link Access}: the {@link Principal} who calls. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('@Caller() on a route without @Access()');
  return principal;
});
