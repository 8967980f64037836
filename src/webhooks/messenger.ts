import { parseStored } from '#libs/json-body';
import { Destinations, type OutgoingAnswer, OutgoingRequests } from '#libs/outgoing';
import { Inject, Injectable } from '@nestjs/common';
import { EndpointDirectory } from './endpoint.directory.js';
import type { WebhookEndpoint } from './endpoint.entity.js';
import { messageIdOf, signedHeaders, standardBody, type Told, unsignedHeaders } from './message.js';
import { slackBody } from './slack.js';
import { type WebhookOptions, WebhookOptions as Options } from './webhook.options.js';

/** Sends one message to one endpoint. */
@Injectable()
export class Messenger {
  readonly destinations: Destinations;
  private readonly requests: OutgoingRequests;

  constructor(
    private readonly directory: EndpointDirectory,
    @Inject(Options) private readonly options: WebhookOptions,
  ) {
    this.destinations = new Destinations(options.allowed);
    this.requests = new OutgoingRequests(this.destinations);
  }

  /** The body of the message, as the endpoint's format has it. */
  bodyOf({ format }: Pick<WebhookEndpoint, 'format'>, told: Told): string {
    return format === 'slack' ? slackBody(told.type, parseStored(told.data), this.options.pageUrl) : standardBody(told);
  }

  /** Never rejects. */
  async send(
    endpoint: WebhookEndpoint,
    told: Told,
    how: { turn?: number; signal?: AbortSignal; timeout?: number } = {},
  ): Promise<OutgoingAnswer> {
    try {
      const body = this.bodyOf(endpoint, told);
      const headers = this.headersOf(endpoint, told, body);
      return await this.requests.post({ url: endpoint.url, headers, body, ...how });
    } catch {
      const error = 'its secret cannot be opened: ENCRYPTION_KEY is not the one that it was sealed with';
      return { status: null, error, durationMs: 0, retryAfter: null, body: '' };
    }
  }

  private headersOf(endpoint: WebhookEndpoint, told: Told, body: string): Record<string, string> {
    if (endpoint.format === 'slack') return unsignedHeaders;
    const now = new Date();
    return signedHeaders(messageIdOf(told.id), body, this.directory.secretsOf(endpoint, now), now.getTime());
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    await this.requests.close();
  }
}
