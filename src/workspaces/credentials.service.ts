import {
  type ClientCredential,
  type CredentialDirectory,
  hashOf,
  newApiKey,
  type Principal,
  scopes,
} from '#libs/access';
import { EntityManager } from '@mikro-orm/postgresql';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Credential } from './credential.entity.js';

/** Injection token: the administrator's key from the configuration, if there is one. */
export const AdminApiKey = Symbol('AdminApiKey');

/** The workspace that is there from the beginning. */
const defaultWorkspaceId = '00000000-0000-7000-8000-000000000001';

/** Knows the credentials of all workspaces. */
@Injectable()
export class CredentialsService implements CredentialDirectory {
  private readonly administratorHash: string | undefined;

  constructor(
    private readonly em: EntityManager,
    @Optional() @Inject(AdminApiKey) adminApiKey?: string,
  ) {
    this.administratorHash = adminApiKey && hashOf(adminApiKey);
  }

  async byKeyHash(sha256: string): Promise<Principal | null> {
    if (sha256 === this.administratorHash) return administrator;
    const credential = await this.em.fork().findOne(Credential, { keyHash: sha256 });
    return credential?.asPrincipal() ?? null;
  }

  byClientId(_clientId: string): Promise<ClientCredential | null> {
    return Promise.resolve(null);
  }

  /** Where there is no credential at all: makes the administrator's, and returns its key, which is kept nowhere. */
  async makeFirstKey(): Promise<string | null> {
    const em = this.em.fork();
    if (this.administratorHash || (await em.count(Credential)) > 0) return null;
    const key = newApiKey();
    em.create(Credential, {
      id: uuidv7(),
      workspaceId: defaultWorkspaceId,
      name: 'administrator',
      type: 'api-key',
      scopes: [...scopes],
      bots: null,
      origins: null,
      keyHash: hashOf(key),
    });
    await em.flush();
    return key;
  }
}

const administrator: Principal = {
  workspaceId: defaultWorkspaceId,
  credentialId: 'administrator',
  scopes: new Set(scopes),
  bots: null,
  origins: null,
};
