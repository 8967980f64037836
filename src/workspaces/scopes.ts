/** Everything that a credential can be allowed. */
export const scopes = [
  'feedback:write',
  'feedback:read',
  'questions:read',
  'questions:write',
  'analytics:read',
  'admin',
  'instance',
] as const;

/** What a credential can be granted. `instance` is not among it: only the administrator of the instance has that. */
export const grantableScopes = scopes.filter((scope) => scope !== 'instance');

declare module '#libs/access' {
  interface Scopes extends Record<(typeof scopes)[number], true> {}
}
