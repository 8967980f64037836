import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Passport as Authenticator, Strategy } from 'passport';
import type { Principal } from './principal.js';

/** How a credential is shown: bearer API key; client id with its secret as bearer; JWT in the header `auth`. */
export type Scheme = 'api-key' | 'client' | 'jwt';

/**
 * The strategies of one application. Passport's own instance belongs to the whole process: a second application in it
 * would take over the strategies of the first, and with them its credentials.
 */
@Injectable()
export class Passport extends Authenticator {
  /** The strategies again, for what they can say at once: Passport itself goes by callbacks and promises. */
  readonly recalling = new Map<Scheme, { recall(request: FastifyRequest): Principal | undefined }>();
}

type Decide = (request: unknown, done: (error: unknown, principal?: object) => void) => void;

/** Leaves the whole request to `validate`, which answers with a principal or throws. */
class RequestStrategy extends Strategy {
  constructor(
    protected readonly passport: Passport,
    private readonly decide: Decide,
  ) {
    super();
  }

  override authenticate(request: unknown): void {
    this.decide(request, (error, principal) => (principal ? this.success(principal) : this.error(error)));
  }
}

/**
 * Base class of the strategy for `scheme`, registered with the application's {@link Passport} when constructed.
 *
 * @nestjs/passport makes a class of Nest's into a strategy of Passport's, which finds it by its name and hands it the
 * request. What a credential is and whether it is right is decided by the strategies here, and access by the guard.
 */
export function AccessStrategy(scheme: Scheme) {
  abstract class SchemeStrategy extends PassportStrategy(RequestStrategy, scheme) {
    constructor(passport: Passport) {
      super(passport);
      passport.recalling.set(scheme, this);
    }

    /** Whom {@link validate} would answer with, if that is known without asking anybody; undefined: ask. */
    abstract recall(request: FastifyRequest): Principal | undefined;

    /** @throws Unauthorized if there is no credential, or not a valid one. */
    abstract override validate(request: FastifyRequest): Promise<Principal>;

    protected getPassportInstance(): Passport {
      return this.passport;
    }
  }
  return SchemeStrategy;
}
