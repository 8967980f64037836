import type { Principal } from './principal.js';

/** A client: it proves itself with a secret that it sends (bearer) or signs with (HS256). */
export interface ClientCredential {
  readonly principal: Principal;
  /** The current secret, and the previous one while its grace period lasts. */
  readonly secrets: readonly string[];
}

/**
 * Port to where credentials are kept. Answers only with what is valid now: neither revoked nor expired. It is asked on
 * every request, so it has to cache, what it does not know included.
 *
 * The answers are immutable and stand for one version of a credential: as long as nothing about it changes the same
 * object should be returned, as soon as something does (secret, scopes, end of a grace period) another one must be.
 * A verified JWT is remembered only together with the object that it was verified against.
 */
export interface CredentialDirectory {
  /**
   * @param sha256 {@link hashOf} the key: 64 lower-case hex digits
   * @param mistyped the key begins like those of `newApiKey` and is none of them, so it need not be looked up among them
   */
  byKeyHash(sha256: string, mistyped: boolean): Promise<Principal | null>;
  /** `clientId` has the shape of one: 1–128 of `[A-Za-z0-9._:-]`. */
  byClientId(clientId: string): Promise<ClientCredential | null>;
  /** What {@link byKeyHash} would answer, where that is in memory; undefined: ask. */
  knownKey?(sha256: string): Principal | undefined;
  /** What {@link byClientId} would answer, where that is in memory; undefined: ask. */
  knownClient?(clientId: string): ClientCredential | undefined;
}
export const CredentialDirectory = Symbol('CredentialDirectory');

/** What an unknown client is verified against, so that refusing it takes as long as refusing a known one. */
export const nobodysSecret = 'a secret that no client of anybody has';

/** The client of that id; null without a look-up if `clientId` cannot be one. */
export async function clientOf(directory: CredentialDirectory, clientId: unknown): Promise<ClientCredential | null> {
  if (typeof clientId !== 'string' || !/^[A-Za-z0-9._:-]{1,128}$/.test(clientId)) return null;
  return directory.byClientId(clientId);
}
