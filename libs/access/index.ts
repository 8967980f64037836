/*
 * Who calls, and what they may do. A route says by `@Access(scheme, scope)` how a credential is shown and which scope it
 * needs, or by `@Public()` that it needs none; one that says neither stays closed. The guard reads the credential (an API
 * key, a client with its secret, or a JWT that a client signed), asks the product's CredentialDirectory whom it stands
 * for, and leaves that as `request.principal`, which a handler receives by `@Caller()`.
 */
export { Access, Caller, Public, securitySchemes } from './access.decorators.js';
export { AccessGuard } from './access.guard.js';
export { AccessModule } from './access.module.js';
export type { Scheme } from './access.strategy.js';
export { hashOf, isApiKeyShape, newApiKey } from './api-key.js';
export { type ClientCredential, CredentialDirectory } from './credential-directory.js';
export { UnreadableToken } from './jwt.strategy.js';
export { isAmong, originOf } from './origin.js';
// With `*`, because TypeScript lets a product add to an interface only where its module is exported as a whole.
export * from './principal.js';
export { RefusalBudget } from './refusal-budget.js';
