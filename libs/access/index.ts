export { Access, Caller, Public, securitySchemes } from './access.decorators.js';
export { AccessGuard } from './access.guard.js';
export { AccessModule } from './access.module.js';
export type { Scheme } from './access.strategy.js';
export { hashOf, isApiKeyShape, newApiKey } from './api-key.js';
export { type ClientCredential, CredentialDirectory } from './credential-directory.js';
export { UnreadableToken } from './jwt.strategy.js';
export { mayDo, type Principal, type Scope, scopes } from './principal.js';
export { RefusalBudget } from './refusal-budget.js';
