import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { Passport } from './access.strategy.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ClientStrategy } from './client.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';

/**
 * Makes {@link AccessGuard} a guard of the whole application. Guards run in the order in which their modules are
 * imported, so this one comes before those that want to know the caller.
 */
@Module({})
export class AccessModule {
  /** `imports` are the modules that export the `CredentialDirectory` and, if there is one, the `RefusalBudget`. */
  static forRoot(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: AccessModule,
      imports,
      providers: [
        Passport,
        ApiKeyStrategy,
        ClientStrategy,
        JwtStrategy,
        AccessGuard,
        { provide: APP_GUARD, useExisting: AccessGuard },
      ],
    };
  }
}
