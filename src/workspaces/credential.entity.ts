import type { Principal, Scope } from '#libs/access';
import { millisecondsOf } from '#libs/validation';
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
    /** An ISO 8601 duration: see {@link Credential.limitOfBackdating}. */
    backdating: p.text(),
    /** SHA-256 of an API key, 64 hex digits. The key itself is kept nowhere. */
    keyHash: p.text().$type<string>().strictNullable(),
    previousKeyHash: p.text().$type<string>().strictNullable(),
    clientId: p.text().$type<string>().strictNullable(),
    /** The secret of a client, which verifies signatures and so must be recoverable. */
    sealedSecret: p.text().$type<string>().strictNullable(),
    previousSealedSecret: p.text().$type<string>().strictNullable(),
    /** Until when the key or secret before the last rotation is valid too. */
    previousUntil: p.datetime(3).$type<Date>().strictNullable(),
    expiresAt: p.datetime(3).$type<Date>().strictNullable(),
    /** About when it was last let in; up to a minute behind. */
    lastUsedAt: p.datetime(3).$type<Date>().strictNullable(),
    createdAt: p.datetime(3),
  },
});

/** An API key or a client of one workspace, which may do there what its scopes say. */
export class Credential extends CredentialSchema.class {
  asPrincipal(): Principal {
    const { workspaceId, id: credentialId, scopes, bots, origins } = this;
    const limit = this.limitOfBackdating();
    const backdating = limit === null ? Infinity : millisecondsOf(limit);
    return { workspaceId, credentialId, scopes: new Set(scopes), limitedTo: bots, origins, backdating };
  }

  /** How far back it may date what it stores; null: as far as it likes, which is an administrator's. */
  limitOfBackdating(): string | null {
    return this.scopes.includes('admin') ? null : this.backdating;
  }

  isExpired(now: Date): boolean {
    return this.expiresAt !== null && this.expiresAt <= now;
  }

  /** Whether the key or secret before the last rotation is still valid. */
  isInGrace(now: Date): boolean {
    return this.previousUntil !== null && now < this.previousUntil;
  }

  /** Whether the key with this hash is valid. */
  opensWith(keyHash: string, now: Date): boolean {
    if (this.isExpired(now)) return false;
    return keyHash === this.keyHash || (keyHash === this.previousKeyHash && this.isInGrace(now));
  }

  /** When it next expires, in whole or by the end of a grace period; null: never. */
  nextChange(now: Date): Date | null {
    const times = [this.isInGrace(now) ? this.previousUntil : null, this.expiresAt].filter((time) => time !== null);
    return times.length > 0 ? new Date(Math.min(...times.map(Number))) : null;
  }

  /** Puts a new key or secret in place of the current one, which stays valid until `graceUntil`. */
  rotate(next: Pick<Credential, 'keyHash' | 'sealedSecret'>, graceUntil: Date): void {
    this.previousKeyHash = this.keyHash;
    this.previousSealedSecret = this.sealedSecret;
    this.previousUntil = graceUntil;
    Object.assign(this, next);
  }
}
CredentialSchema.setClass(Credential);
