import { CredentialDirectory } from '#libs/access';
import { type DynamicModule, Module } from '@nestjs/common';
import { AdminApiKey, CredentialsService } from './credentials.service.js';

@Module({})
export class WorkspacesModule {
  static forRoot(adminApiKey: string | undefined): DynamicModule {
    return {
      module: WorkspacesModule,
      providers: [
        CredentialsService,
        { provide: AdminApiKey, useValue: adminApiKey },
        { provide: CredentialDirectory, useExisting: CredentialsService },
      ],
      exports: [CredentialsService, CredentialDirectory],
    };
  }
}
