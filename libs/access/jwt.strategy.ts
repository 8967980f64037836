import { Unauthorized } from '#libs/problem-details';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { compactVerify, errors } from 'jose';
import { AccessStrategy, Passport } from './access.strategy.js';
import { beyondTime, holdsAt, isPlainHs256, leeway, readCompactJwt } from './compact-jwt.js';
import { clientOf, CredentialDirectory, nobodysSecret } from './credential-directory.js';
import { credentialField } from './credential-fields.js';
import type { Principal } from './principal.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

/** Seconds for which a verified token is not verified again. */
const trust = 30;

/** What was sent is no JWT at all: not three parts, or the first two are no JSON objects. */
export class UnreadableToken extends Unauthorized {
  constructor() {
    super('the credential is not a JWT', true);
  }
}

/**
 * `auth: <JWT>`, signed with HS256 by the client that its claim `appId` names. A token once verified is taken from
 * memory, but only while the directory still holds the very credential that it was verified against: revoking or
 * rotating that credential forgets its tokens.
 */
@Injectable()
export class JwtStrategy extends AccessStrategy('jwt') {
  private readonly logger = new Logger(JwtStrategy.name);
  private readonly verifiedTokens = new VerifiedTokens();

  constructor(
    passport: Passport,
    @Inject(CredentialDirectory) private readonly directory: CredentialDirectory,
  ) {
    super(passport);
  }

  override async validate(request: Pick<FastifyRequest, 'headers'>): Promise<Principal> {
    const token = credentialField(request, 'auth');
    if (!token) throw new Unauthorized('no credential was sent: send "auth: <JWT>"', false);
    const now = Date.now() / 1000;
    return (await this.trusted(token, now)) ?? (await this.verify(token, now)).principal;
  }

  override recall(request: Pick<FastifyRequest, 'headers'>): Principal | undefined {
    const token = credentialField(request, 'auth');
    const verified = token === undefined ? undefined : this.verifiedTokens.get(token, Date.now() / 1000);
    const client = verified && this.directory.knownClient?.(verified.appId as string);
    return client && client === verified.client ? client.principal : undefined;
  }

  private async trusted(token: string, now: number): Promise<Principal | undefined> {
    const verified = this.verifiedTokens.get(token, now);
    if (!verified) return undefined;
    const client = await clientOf(this.directory, verified.appId);
    return client === verified.client ? verified.client.principal : undefined;
  }

  private async verify(token: string, now: number) {
    const jwt = readCompactJwt(token);
    if (!jwt) throw new UnreadableToken();
    const { header, claims } = jwt;
    const { appId, exp } = claims;
    const beyond = beyondTime(claims);
    const maySpeak = isPlainHs256(header) && (beyond !== undefined || holdsAt(now, claims));
    const client = maySpeak ? await clientOf(this.directory, appId) : null;
    const signatureIsRight = await isSignedWithOneOf(client?.secrets ?? [nobodysSecret], token);
    if (client && signatureIsRight && beyond !== undefined)
      this.logger.warn(
        { appId },
        `a JWT was refused: its ${beyond} is later than the year 9999, it must be in seconds`,
      );
    if (!client || !signatureIsRight || beyond !== undefined)
      throw new Unauthorized('the credential is not valid', true);
    this.verifiedTokens.set(token, { appId, client, until: trustedUntil(now, exp) });
    return client;
  }
}

function trustedUntil(now: number, exp: unknown): VerifiedToken['until'] {
  return typeof exp === 'number' ? Math.min(now + trust, exp + leeway) : now + trust;
}

async function isSignedWithOneOf(secrets: readonly string[], token: string): Promise<boolean> {
  for (const secret of secrets) if (await isSignedWith(secret, token)) return true;
  return false;
}

async function isSignedWith(secret: string, token: string): Promise<boolean> {
  try {
    await compactVerify(token, Buffer.from(secret), { algorithms: ['HS256'] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
