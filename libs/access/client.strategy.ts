import { hash, timingSafeEqual } from 'node:crypto';
import { Unauthorized } from '#libs/problem-details';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessStrategy, Passport } from './access.strategy.js';
import { clientOf, CredentialDirectory, nobodysSecret } from './credential-directory.js';
import { bearerToken, clientIdField, credentialField } from './credential-fields.js';
import type { Principal } from './principal.js';

/** `client-id: <id>` with `Authorization: Bearer <secret>`: both right and belonging together. */
@Injectable()
export class ClientStrategy extends AccessStrategy('client') {
  constructor(
    passport: Passport,
    @Inject(CredentialDirectory) private readonly directory: CredentialDirectory,
  ) {
    super(passport);
  }

  override recall(request: FastifyRequest): Principal | undefined {
    const clientId = clientIdField(request);
    const secret = bearerToken(credentialField(request, 'authorization'));
    const client = clientId === undefined ? undefined : this.directory.knownClient?.(clientId);
    return client && secret !== undefined && isOneOf(secret, client.secrets) ? client.principal : undefined;
  }

  override async validate(request: FastifyRequest): Promise<Principal> {
    const clientId = clientIdField(request);
    const authorization = credentialField(request, 'authorization');
    if (!clientId && !authorization)
      throw new Unauthorized(
        'no credential was sent: send "client-id: <client id>" and "Authorization: Bearer <client secret>"',
        false,
      );
    const client = await clientOf(this.directory, clientId);
    const secretIsRight = isOneOf(bearerToken(authorization) ?? '', client?.secrets ?? [nobodysSecret]);
    if (!client || !secretIsRight) throw new Unauthorized('the credential is not valid', true);
    return client.principal;
  }
}

/** Compares the digests of all secrets, so that the time it takes tells nothing about them. */
function isOneOf(candidate: string, secrets: readonly string[]): boolean {
  const digest = hash('sha256', candidate, 'buffer');
  return secrets.map((secret) => timingSafeEqual(hash('sha256', secret, 'buffer'), digest)).includes(true);
}
