import { timingSafeEqual } from 'node:crypto';
import { type ClientCredential, type CredentialDirectory, hashOf, type Principal } from '#libs/access';
import type { BackgroundWork } from '#libs/background';
import { NotificationChannel } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { CredentialCache, type Found } from './credential.cache.js';
import { Credential } from './credential.entity.js';
import { unlimitedIn } from './rights.js';
import { SecretSeal } from './secret-seal.js';
import { defaultWorkspaceId } from './workspace.entity.js';

/** Injection token: the administrator's key from the configuration, if there is one. */
export const AdminApiKey = Symbol('AdminApiKey');

/**
 * Knows the credentials of all workspaces, from memory where it can: while PostgreSQL can tell of changes (NOTIFY). It knows
 * of a change within a second, and of expiry and the ends of grace periods at once; behind a pooler that loses what is
 * notified, of changes within 30 seconds.
 */
@Injectable()
export class CachedCredentialDirectory implements CredentialDirectory, BackgroundWork {
  private readonly keys = new CredentialCache<Principal>();
  private readonly clients = new CredentialCache<ClientCredential>();
  private readonly changes: NotificationChannel;
  private readonly administratorHash: Buffer | undefined;

  constructor(
    private readonly em: EntityManager,
    private readonly seal: SecretSeal,
    @Optional() @Inject(AdminApiKey) adminApiKey?: string,
  ) {
    this.administratorHash = adminApiKey === undefined ? undefined : Buffer.from(hashOf(adminApiKey));
    this.changes = new NotificationChannel(em, 'credential_changed', {
      heard: (id) => this.forget(id),
      opened: () => [this.keys, this.clients].forEach((cache) => cache.trustFromNow()),
      lost: () => [this.keys, this.clients].forEach((cache) => cache.distrust()),
    });
  }

  /** Whether the configuration names an administrator. */
  get hasAdministrator(): boolean {
    return this.administratorHash !== undefined;
  }

  start(): void {
    this.changes.start();
  }

  async byKeyHash(sha256: string, mistyped: boolean): Promise<Principal | null> {
    if (this.isAdministrator(sha256)) return administrator;
    // Only a key of ours can be told to be mistyped: keys made elsewhere must not begin as ours do.
    if (mistyped) return null;
    return this.keys.get(sha256, () => this.findKey(sha256));
  }

  knownKey(sha256: string): Principal | undefined {
    return this.isAdministrator(sha256) ? administrator : this.keys.recall(sha256);
  }

  knownClient(clientId: string): ClientCredential | undefined {
    return this.clients.recall(clientId);
  }

  isAdministrator(sha256: string): boolean {
    return this.administratorHash !== undefined && timingSafeEqual(Buffer.from(sha256), this.administratorHash);
  }

  async byClientId(clientId: string): Promise<ClientCredential | null> {
    return this.clients.get(clientId, () => this.findClient(clientId));
  }

  private async findKey(sha256: string): Promise<Found<Principal> | null> {
    const wanted = { $or: [{ keyHash: sha256 }, { previousKeyHash: sha256 }] };
    const credential = await this.em.fork().findOne(Credential, wanted);
    const now = new Date();
    if (!credential?.opensWith(sha256, now)) return null;
    return { value: credential.asPrincipal(), credentialId: credential.id, changesAt: credential.nextChange(now) };
  }

  private async findClient(clientId: string): Promise<Found<ClientCredential> | null> {
    const credential = await this.em.fork().findOne(Credential, { clientId });
    const now = new Date();
    if (!credential || credential.isExpired(now)) return null;
    const sealed = [credential.sealedSecret, credential.isInGrace(now) ? credential.previousSealedSecret : null];
    const secrets = sealed.filter((one) => one !== null).map((one) => this.seal.open(one, credential.id));
    const value = { principal: credential.asPrincipal(), secrets };
    return { value, credentialId: credential.id, changesAt: credential.nextChange(now) };
  }

  /** Forgets what is remembered of a credential that has changed. */
  forget(credentialId: string): void {
    this.keys.forget(credentialId);
    this.clients.forget(credentialId);
  }

  stop(): Promise<void> {
    return this.changes.stop();
  }
}

const administrator = unlimitedIn(defaultWorkspaceId, 'administrator');
