import { type DynamicModule, Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { HealthModule } from '../health/health.module.js';
import { Bell } from './bell.js';
import { Deliveries } from './deliveries.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { EndpointDirectory } from './endpoint.directory.js';
import { EndpointHealth } from './endpoint.health.js';
import { Messenger } from './messenger.js';
import { ReplayService } from './replay.service.js';
import { Settlements } from './settlements.js';
import { WebhookEvents } from './webhook.events.js';
import { WebhookMetrics } from './webhook.metrics.js';
import { WebhookOptions } from './webhook.options.js';
import { WebhookPurge } from './webhook.purge.js';
import { WebhookSender } from './webhook.sender.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

/*
 * Told when it happens. An event is written in the transaction of what it tells, with a delivery for each endpoint that
 * wants it (`WebhookEvents`; `EndpointDirectory` knows who wants what, from memory). That makes the table of deliveries a
 * queue: the `WebhookSender` of each process claims what is due (`Deliveries`), as much as there are `Places` for, has the
 * `Messenger` sign and send it, and writes what became of it (`Settlements`). What failed falls due again as the schedule
 * says; `EndpointHealth` disables an endpoint to which nothing succeeds. A claim that is never settled, because its process
 * died, falls due again as well: so a message is sent at least once, and sometimes twice.
 */
@Module({})
export class WebhooksModule {
  /** @param workspaces knows how to seal secrets */
  static forRoot(options: WebhookOptions, workspaces: DynamicModule): DynamicModule {
    return {
      module: WebhooksModule,
      imports: [FeedbackModule, HealthModule, workspaces],
      controllers: [WebhooksController, DeliveriesController],
      providers: [
        { provide: WebhookOptions, useValue: options },
        Bell,
        Deliveries,
        DeliveriesService,
        EndpointDirectory,
        EndpointHealth,
        Messenger,
        ReplayService,
        Settlements,
        WebhookEvents,
        WebhookMetrics,
        WebhookPurge,
        WebhookSender,
        WebhooksService,
      ],
      exports: [
        DeliveriesService,
        EndpointDirectory,
        ReplayService,
        WebhookEvents,
        WebhookPurge,
        WebhookSender,
        WebhooksService,
      ],
    };
  }
}
