import { enumeration } from '#libs/validation';

/** Everything that a credential can be allowed. */
export const scopes = enumeration('Scope', [
  'feedback:write',
  'feedback:read',
  'feedback:review',
  'questions:read',
  'questions:write',
  'analytics:read',
  'admin',
  'instance',
]);

/** What a credential can be granted. `instance` is not among it: only the administrator of the instance has that. */
export const grantableScopes = enumeration(
  'GrantableScope',
  scopes.filter((scope) => scope !== 'instance'),
);

declare module '#libs/access' {
  interface Scopes extends Record<(typeof scopes)[number], true> {}
}
