export const scopes = [
  'feedback:write',
  'feedback:read',
  'questions:read',
  'questions:write',
  'analytics:read',
  'admin',
  'instance',
] as const;

/** What a credential may do. */
export type Scope = (typeof scopes)[number];

/** Who a request turned out to be. Frozen for the request: whoever holds one may keep it until the answer is sent. */
export interface Principal {
  /** The only workspace that this request may see or touch. */
  readonly workspaceId: string;
  readonly credentialId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The bots that the credential is limited to; null: every bot of its workspace. */
  readonly bots: readonly string[] | null;
  /** The web origins that the credential may be used from, as browsers write them; null: any. */
  readonly origins: readonly string[] | null;
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
