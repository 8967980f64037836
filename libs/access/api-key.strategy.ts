import { Unauthorized } from '#libs/problem-details';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessStrategy, Passport } from './access.strategy.js';
import { hashOf, isMistyped } from './api-key.js';
import { CredentialDirectory } from './credential-directory.js';
import { bearerToken, credentialField } from './credential-fields.js';
import type { Principal } from './principal.js';

/** `Authorization: Bearer <API key>`. */
@Injectable()
export class ApiKeyStrategy extends AccessStrategy('api-key') {
  constructor(
    passport: Passport,
    @Inject(CredentialDirectory) private readonly directory: CredentialDirectory,
  ) {
    super(passport);
  }

  override recall(request: FastifyRequest): Principal | undefined {
    const key = bearerToken(credentialField(request, 'authorization'));
    return key === undefined ? undefined : this.directory.knownKey?.(hashOf(key));
  }

  override async validate(request: FastifyRequest): Promise<Principal> {
    const authorization = credentialField(request, 'authorization');
    if (!authorization) throw new Unauthorized('no credential was sent: send "Authorization: Bearer <API key>"', false);
    const key = bearerToken(authorization);
    const principal = key && (await this.directory.byKeyHash(hashOf(key), isMistyped(key)));
    if (!principal) throw new Unauthorized('the credential is not valid', true);
    return principal;
  }
}
