import { CredentialDirectory } from '#libs/access';
import { type DynamicModule, Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { CredentialUse } from './credential-use.js';
import { AdminApiKey, CachedCredentialDirectory } from './credential.directory.js';
import { CredentialsController } from './credentials.controller.js';
import { CredentialsService } from './credentials.service.js';
import { EncryptionKey, SecretSeal } from './secret-seal.js';
import { OwnWorkspaceController } from './own-workspace.controller.js';
import { WorkspaceRemover } from './workspace.remover.js';
import { WorkspaceRows } from './workspace.rows.js';
import { WorkspaceSweeper } from './workspace.sweeper.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesService } from './workspaces.service.js';

export interface WorkspacesOptions {
  /** The administrator of the instance. */
  adminApiKey: string | undefined;
  /** 32 bytes; without them there are no clients. */
  encryptionKey: Buffer | undefined;
}

/** Workspaces and their credentials. */
@Module({})
export class WorkspacesModule {
  static forRoot({ adminApiKey, encryptionKey }: WorkspacesOptions): DynamicModule {
    return {
      module: WorkspacesModule,
      imports: [FeedbackModule],
      controllers: [WorkspacesController, OwnWorkspaceController, CredentialsController],
      providers: [
        WorkspacesService,
        WorkspaceRemover,
        WorkspaceRows,
        WorkspaceSweeper,
        CredentialsService,
        CachedCredentialDirectory,
        SecretSeal,
        CredentialUse,
        { provide: AdminApiKey, useValue: adminApiKey },
        { provide: EncryptionKey, useValue: encryptionKey },
        { provide: CredentialDirectory, useExisting: CachedCredentialDirectory },
      ],
      exports: [
        WorkspacesService,
        WorkspaceRemover,
        WorkspaceRows,
        WorkspaceSweeper,
        CredentialsService,
        CachedCredentialDirectory,
        CredentialDirectory,
        CredentialUse,
        SecretSeal,
      ],
    };
  }
}
