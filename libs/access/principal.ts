/**
 * The scopes of the product, which lists them: `declare module '#libs/access' { interface Scopes { 'notes:read': true } }`.
 * Two are the same everywhere: `admin` implies every other scope in the tenant, and `instance` stands apart, for whoever
 * runs the whole instance.
 */
export interface Scopes {
  admin: true;
  instance: true;
}

/** What a credential may do. */
export type Scope = keyof Scopes;

/** Who a request turned out to be. Frozen for the request: whoever holds one may keep it until the answer is sent. */
export interface Principal {
  /** The tenant, the only one that this request may see or touch. */
  readonly workspaceId: string;
  readonly credentialId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The ids of what the credential is limited to, of whichever kind the product limits; null: everything of its workspace. */
  readonly limitedTo: readonly string[] | null;
  /** The web origins that the credential may be used from, as browsers write them; null: any. */
  readonly origins: readonly string[] | null;
  /** Milliseconds by which it may date back what it stores. */
  readonly backdating: number;
}

/** Whether `principal` may do what needs `scope`. `admin` implies every scope but `instance`, which stands apart. */
export function mayDo(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope) || (scope !== 'instance' && principal.scopes.has('admin'));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the credential, its origin and its scope were found right; absent on public routes. */
    principal?: Principal;
  }
}
