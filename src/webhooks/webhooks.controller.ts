import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { KeptWithout } from '../idempotency/repetition.decorators.js';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { NoEncryptionKey } from '../workspaces/workspaces.problems.js';
import { PingDto } from './deliveries.dto.js';
import {
  ChangeWebhook,
  CreateWebhook,
  RotateWebhook,
  WebhookDto,
  WebhookPage,
  WebhooksQuery,
  WebhookWithSecretDto,
} from './webhooks.dto.js';
import { TooManyWebhooks } from './webhooks.problems.js';
import { WebhooksService } from './webhooks.service.js';

@ApiTags('Webhooks')
@Access('api-key', 'admin')
@ApiParam({
  name: 'id',
  description: 'The id of the endpoint.',
  schema: { type: 'string', format: 'uuid', example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' },
})
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  /**
   * Makes an endpoint, which hears of everything that is acknowledged from a second later on. Its secret is shown only in
   * this answer. A workspace has at most 20.
   */
  @Post()
  @Documented('createWebhook')
  @KeptWithout(['secret'])
  @Refuses(TooManyWebhooks, NoEncryptionKey)
  @MadeAt('/v1/webhooks')
  create(@Caller() caller: Principal, @Body() wanted: CreateWebhook): Promise<WebhookWithSecretDto> {
    return this.webhooks.create(caller, wanted);
  }

  /** The endpoints of the workspace, newest first. Without their secrets. */
  @Get()
  @Documented('listWebhooks')
  list(@Caller() caller: Principal, @Query() page: WebhooksQuery): Promise<WebhookPage> {
    return this.webhooks.list(caller, page);
  }

  /** One endpoint, without its secret. By its id. */
  @Get(':id')
  @Documented('getWebhook')
  @Refuses(NotFound)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<WebhookDto> {
    return this.webhooks.get(caller, id);
  }

  /** Changes an endpoint, disables or enables it. What happens while it is disabled waits, as long as deliveries are kept. */
  @Patch(':id')
  @Documented('changeWebhook')
  @Refuses(NotFound)
  change(@Caller() caller: Principal, @Param('id') id: string, @Body() changes: ChangeWebhook): Promise<WebhookDto> {
    return this.webhooks.change(caller, id, changes);
  }

  /** Deletes an endpoint, with its deliveries. Nothing more is sent to it. */
  @Delete(':id')
  @Documented('removeWebhook')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is deleted' })
  @Refuses(NotFound)
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.webhooks.remove(caller, id);
  }

  /** Makes a new secret, shown only in this answer. For the grace period each message is signed with both. */
  @Post(':id/rotation')
  @Documented('rotateWebhook')
  @KeptWithout(['secret'])
  @Refuses(NotFound, NoEncryptionKey)
  @MadeAt('/v1/webhooks')
  rotate(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() rotation: RotateWebhook,
  ): Promise<WebhookWithSecretDto> {
    return this.webhooks.rotate(caller, id, rotation);
  }

  /**
   * Sends a `ping` at once and answers what came back. It waits 15 s at most, with an `Idempotency-Key` 4 s. A ping is no
   * delivery: it is neither listed nor repeated, and an endpoint that is disabled gets it too.
   */
  @Post(':id/ping')
  @HttpCode(200)
  @Documented('pingWebhook')
  @Refuses(NotFound)
  ping(@Caller() caller: Principal, @Param('id') id: string): Promise<PingDto> {
    return this.webhooks.ping(caller, id);
  }
}
