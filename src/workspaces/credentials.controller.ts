import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { KeptWithout } from '../idempotency/repetition.decorators.js';
import {
  CreateCredential,
  CredentialDto,
  CredentialPage,
  CredentialsQuery,
  CredentialWithSecretDto,
  RotateCredential,
} from './credentials.dto.js';
import { CredentialsService } from './credentials.service.js';
import { BeyondItsMaker, CredentialInUse, NoEncryptionKey } from './workspaces.problems.js';

@ApiTags('Credentials')
@Access('api-key', 'admin', { heedsLimit: true })
@ApiParam({
  name: 'id',
  description: 'The id of the credential, which is neither the key nor the client id.',
  schema: { type: 'string', format: 'uuid', example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' },
})
@Controller('v1/credentials')
export class CredentialsController {
  constructor(private readonly credentials: CredentialsService) {}

  /** Makes an API key or a client. Its key or secret is shown only in this answer. It can do no more than its maker. */
  @Post()
  @Documented('createCredential')
  @KeptWithout(['key', 'clientSecret'])
  @Refuses(BeyondItsMaker, CredentialInUse, NoEncryptionKey)
  @MadeAt('/v1/credentials')
  create(@Caller() caller: Principal, @Body() wanted: CreateCredential): Promise<CredentialWithSecretDto> {
    return this.credentials.create(caller, wanted);
  }

  /** The credentials of the caller's workspace, newest first. Without what is secret about them. */
  @Get()
  @Documented('listCredentials')
  list(@Caller() caller: Principal, @Query() page: CredentialsQuery): Promise<CredentialPage> {
    return this.credentials.list(caller, page);
  }

  /** One credential, without its secret. By its id. */
  @Get(':id')
  @Documented('getCredential')
  @Refuses(NotFound)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<CredentialDto> {
    return this.credentials.get(caller, id);
  }

  /** Revokes a credential. From now on it is refused, on every replica within a second. */
  @Delete(':id')
  @Documented('revokeCredential')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is revoked' })
  @Refuses(NotFound)
  revoke(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.credentials.revoke(caller, id);
  }

  /** Makes a new key or secret, shown only in this answer. The old one stays valid for the grace period. */
  @Post(':id/rotation')
  @Documented('rotateCredential')
  @KeptWithout(['key', 'clientSecret'])
  @Refuses(NotFound)
  @MadeAt('/v1/credentials')
  rotate(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() rotation: RotateCredential,
  ): Promise<CredentialWithSecretDto> {
    return this.credentials.rotate(caller, id, rotation);
  }
}
