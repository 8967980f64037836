import type { Principal, Scope } from '#libs/access';
import { defineEntity, p } from '@mikro-orm/core';

const CredentialSchema = defineEntity({
  name: 'Credential',
  tableName: 'credential',
  properties: {
    id: p.uuid().primary(),
    workspaceId: p.uuid(),
    name: p.text(),
    type: p.string().$type<'api-key' | 'client'>(),
    scopes: p.array().$type<Scope[]>(),
    /** The bots it is limited to; null: every bot of its workspace. */
    bots: p.array().$type<string[]>().strictNullable(),
    /** The web origins it may be used from; null: any. */
    origins: p.array().$type<string[]>().strictNullable(),
    /** SHA-256 of an API key, 64 hex digits. The key itself is kept nowhere. */
    keyHash: p.text().$type<string>().strictNullable(),
  },
});

/** What opens one workspace, and does there what its scopes say. */
export class Credential extends CredentialSchema.class {
  asPrincipal(): Principal {
    const { workspaceId, id: credentialId, scopes, bots, origins } = this;
    return { workspaceId, credentialId, scopes: new Set(scopes), bots, origins };
  }
}
CredentialSchema.setClass(Credential);
