import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { DeliveriesQuery, DeliveryPage, DeliveryWithBodyDto, ReplayDto, ReplayWebhook } from './deliveries.dto.js';
import { DeliveriesService } from './deliveries.service.js';
import { ReplayService } from './replay.service.js';
import { MessageErased } from './webhooks.problems.js';

const eventParameter = {
  name: 'event',
  description: 'The `webhook-id` of the message.',
  schema: { type: 'string', maxLength: 36, example: 'evt_019c13827a007cc398c4dc0c0c07398f' } as const,
};

@ApiTags('Webhooks')
@Access('api-key', 'admin')
@ApiParam({
  name: 'id',
  description: 'The id of the endpoint.',
  schema: { type: 'string', format: 'uuid', example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' },
})
@Controller('v1/webhooks/:id')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly replays: ReplayService,
  ) {}

  /** What was sent to an endpoint and is to be, newest first. Kept for 30 days, unless the server is told otherwise. */
  @Get('deliveries')
  @Documented('listDeliveries')
  @Refuses(NotFound)
  list(@Caller() caller: Principal, @Param('id') id: string, @Query() query: DeliveriesQuery): Promise<DeliveryPage> {
    return this.deliveries.list(caller, id, query);
  }

  /** One delivery, with the body of its message. By the `webhook-id`. */
  @Get('deliveries/:event')
  @ApiParam(eventParameter)
  @Documented('getDelivery')
  @Refuses(NotFound)
  get(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Param('event') event: string,
  ): Promise<DeliveryWithBodyDto> {
    return this.deliveries.get(caller, id, event);
  }

  /** Sends a message again, under the same id. Whatever became of it before; where it fails, the schedule begins anew. */
  @Post('deliveries/:event/retry')
  @ApiParam(eventParameter)
  @HttpCode(202)
  @ApiAcceptedResponse({ type: ReplayDto, description: 'It is due now' })
  @Documented('retryDelivery')
  @Refuses(NotFound, MessageErased)
  retry(@Caller() caller: Principal, @Param('id') id: string, @Param('event') event: string): Promise<ReplayDto> {
    return this.deliveries.retry(caller, id, event);
  }

  /**
   * Sends again what happened in a time, under the same ids. Entries of which the endpoint was never told, such as those
   * from before it was there, are sent as `feedback.recorded`. At most 100,000 at a time.
   */
  @Post('replay')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: ReplayDto, description: 'They are due now' })
  @Documented('replayWebhook')
  @Refuses(NotFound)
  replay(@Caller() caller: Principal, @Param('id') id: string, @Body() wanted: ReplayWebhook): Promise<ReplayDto> {
    return this.replays.replay(caller, id, wanted);
  }
}
