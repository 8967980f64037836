import { isAmong, mayDo, type Principal, type Scope } from '#libs/access';
import { scopes } from './scopes.js';
import { BeyondItsMaker } from './workspaces.problems.js';

/** What a credential lets its holder do, and for how long. */
export interface Rights {
  scopes: readonly Scope[];
  bots: readonly string[] | null;
  origins: readonly string[] | null;
  expiresAt: Date | null;
}

/** Whoever may do everything in a workspace without a stored credential: `name` stands where a credential's id would. */
export function unlimitedIn(workspaceId: string, name: string): Principal {
  const unlimited = { limitedTo: null, origins: null, backdating: Infinity };
  return { workspaceId, credentialId: name, scopes: new Set(scopes), ...unlimited };
}

/**
 * Lets nobody make a credential that may do more than their own, nor rotate one, which shows its new secret.
 * @param expiresAt when the maker's own credential expires
 * @throws BeyondItsMaker
 */
export function refuseBeyond(maker: Principal, expiresAt: Date | null, rights: Rights): void {
  const scope = rights.scopes.find((one) => !mayDo(maker, one));
  if (scope) throw new BeyondItsMaker(`your credential lacks the scope ${scope}`);
  const isNamed = (one: string, names: readonly string[]): boolean => names.includes(one);
  if (!isWithin(rights.bots, maker.limitedTo, isNamed))
    throw new BeyondItsMaker('your credential is limited to fewer bots');
  if (!isWithin(rights.origins, maker.origins, isAmong))
    throw new BeyondItsMaker('your credential is limited to fewer origins');
  if (expiresAt && (rights.expiresAt === null || rights.expiresAt > expiresAt))
    throw new BeyondItsMaker('your credential expires earlier');
}

function isWithin(
  wanted: readonly string[] | null,
  allowed: readonly string[] | null,
  isIn: (one: string, allowed: readonly string[]) => boolean,
): boolean {
  return allowed === null || (wanted !== null && wanted.every((one) => isIn(one, allowed)));
}
