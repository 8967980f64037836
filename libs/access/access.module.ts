import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { Passport } from './access.strategy.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ClientStrategy } from './client.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';

/** Provides {@link AccessGuard}, which is to be the first guard of the whole application: it says who calls. */
@Module({})
export class AccessModule {
  /** Takes the `CredentialDirectory` and, if there is one, the `RefusalBudget` from `imports` and `providers`. */
  static forRoot({ imports, providers = [] }: Pick<ModuleMetadata, 'imports' | 'providers'>): DynamicModule {
    return {
      module: AccessModule,
      imports,
      providers: [...providers, Passport, ApiKeyStrategy, ClientStrategy, JwtStrategy, AccessGuard],
      exports: [AccessGuard],
    };
  }
}
