import { Forbidden, Unauthorized } from '#libs/problem-details';
import { type CanActivate, type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Requirement, requirementKey } from './access.decorators.js';
import { Passport, type Scheme } from './access.strategy.js';
import { refuseRepeatedCredentials } from './credential-fields.js';
import { isAmong } from './origin.js';
import { mayDo, type Principal, type Scope } from './principal.js';
import { RefusalBudget } from './refusal-budget.js';

/**
 * Closes every route that is not opened by `@Access` or `@Public`, and lets in those whom `@Access` asks for. Whoever is
 * known in memory is let in at once, without a promise; the others are shown to Passport.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly requirements = new WeakMap<object, Requirement | 'public'>();

  constructor(
    private readonly reflector: Reflector,
    private readonly passport: Passport,
    @Optional() @Inject(RefusalBudget) private readonly refusals?: RefusalBudget,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const requirement = this.requirementOf(context);
    if (requirement === 'public') return true;
    if (!requirement) throw new Forbidden('nobody may call this');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    refuseRepeatedCredentials(request);
    const known = this.passport.recalling.get(requirement.scheme)!.recall(request);
    if (known) return admit(request, known, requirement);
    const identified = this.identify(requirement.scheme, request, context.switchToHttp().getResponse());
    return identified.then((principal) => admit(request, principal, requirement));
  }

  /** A handler is of one class. */
  private requirementOf(context: ExecutionContext): Requirement | 'public' | undefined {
    const handler = context.getHandler();
    let requirement = this.requirements.get(handler);
    if (requirement === undefined) {
      const places = [handler, context.getClass()];
      requirement = this.reflector.getAllAndOverride<Requirement | 'public' | undefined>(requirementKey, places);
      if (requirement) this.requirements.set(handler, requirement);
    }
    return requirement;
  }

  private async identify(scheme: Scheme, request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    try {
      return await this.authenticate(scheme, request, reply);
    } catch (error) {
      if (error instanceof Unauthorized && error.sent) await this.refusals?.refused(request.ip);
      throw error;
    }
  }

  private authenticate(scheme: Scheme, request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    return new Promise((resolve, reject) => {
      const done = (error: unknown, principal: Principal) => (error ? reject(error) : resolve(principal));
      this.passport.authenticate(scheme, { session: false }, done)(request, reply, reject);
    });
  }
}

function admit(request: FastifyRequest, principal: Principal, requirement: Requirement): true {
  refuseOrigin(principal, request.headers.origin);
  if (!mayDo(principal, requirement.scope)) throw lacksScope(requirement.scope);
  if (principal.limitedTo && !requirement.heedsLimit) throw new Forbidden('the credential is limited, and not to this');
  request.principal = principal;
  return true;
}

/** With the challenge of RFC 6750 §3.1. */
function lacksScope(scope: Scope): Forbidden {
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  return new Forbidden(`the credential lacks the scope ${scope}`, { headers: { 'www-authenticate': challenge } });
}

/** Requests without `Origin` come from no browser page and pass. */
function refuseOrigin({ origins }: Principal, origin: string | undefined): void {
  if (origins && origin !== undefined && !isAmong(origin, origins))
    throw new Forbidden('the credential may not be used from this origin');
}
