import {
  Between,
  enumeration,
  enumSchema,
  IfSent,
  Integer,
  MinItems,
  Must,
  Nested,
  OneOf,
  PageQuery,
  Strict,
  Text,
  Values,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsOptional } from 'class-validator';
import { type Source, sources } from '../feedback/feedback-entry.entity.js';
import { type Scale, scales } from '../feedback/scale.js';
import { KeepsLimitsOf } from '../openapi/limits.js';
import {
  type DisabledReason,
  disabledReasons,
  type EventType,
  eventTypes,
  type Format,
  formats,
} from './endpoint.entity.js';
import type { EntryFilter } from './filter.js';

const maxUrlLength = 2_048;

const IsEventType = (): PropertyDecorator =>
  Must(`be one of ${eventTypes.join(', ')}`, (type) => eventTypes.includes(type as EventType), enumSchema(eventTypes), {
    each: true,
  });

const IsBoolean = (): PropertyDecorator =>
  Must('be true or false', (value) => typeof value === 'boolean', { type: 'boolean' });

/** Which entries an endpoint wants to hear of: those that fit every member that is there. */
@Strict()
export class WebhookFilter implements EntryFilter {
  /** The door that it came through. */
  @IfSent()
  @OneOf(sources)
  source?: Source;

  /** What was asked: a survey's name, a question's id, `message` or `conversation`. */
  @IfSent()
  @Text(1, 255)
  instrument?: string;

  /** What the score means. */
  @IfSent()
  @OneOf(scales)
  scale?: Scale;

  /** The highest score; entries without a score do not fit. */
  @IfSent()
  @Integer()
  @Between(0, 10)
  scoreMax?: number;

  /** The lowest score; entries without a score do not fit. */
  @IfSent()
  @Integer()
  @Between(0, 10)
  scoreMin?: number;

  /** Whether the conversation settled the matter; entries that do not say so do not fit. */
  @IfSent()
  @IsBoolean()
  resolved?: boolean;

  /** Whether there are words of the respondent. */
  @IfSent()
  @IsBoolean()
  hasComment?: boolean;

  /** Where it was said. */
  @IfSent()
  @Text(1, 255)
  channel?: string;

  /** In any of its spellings. */
  @IfSent()
  @Text(1, 35)
  language?: string;

  /** The bot that it is about. */
  @IfSent()
  @Text(1, 255)
  bot?: string;

  /** The release that it is about. */
  @IfSent()
  @Text(1, 255)
  version?: string;
}

/** Somebody who wants to be told. */
@Strict()
export class CreateWebhook {
  /**
   * Where messages are sent: https, without user information, and not to an address that is not public. What whoever runs
   * the server allows (`WEBHOOK_HOSTS`) may be neither.
   */
  @Text(1, maxUrlLength)
  url: string;

  /** For people, to tell endpoints apart. */
  @IsOptional()
  @Text(0, 255)
  description?: string | null;

  /** What it wants to hear of. A `ping` is sent whenever it is asked for, whether it is named here or not. */
  @IsArray()
  @MinItems(1, 'name at least one event')
  @Must('not name an event twice', (types) => new Set(types as string[]).size === (types as string[]).length, {
    uniqueItems: true,
  })
  @IsEventType()
  events: EventType[];

  /** Of the events about one entry, those that it wants; absent or null: all. */
  @IsOptional()
  @Nested(() => WebhookFilter)
  filter?: WebhookFilter | null;

  /**
   * `standard` (default): Standard Webhooks 1.0, signed. `slack`: a text that the incoming webhooks of Slack, Mattermost,
   * Rocket.Chat and Discord (its URL with `/slack`) take, without a signature.
   */
  @IsOptional()
  @OneOf(formats)
  format?: Format | null;
}

/** What is to be changed; what is absent stays. */
@Strict()
export class ChangeWebhook {
  /** See `POST`. */
  @IfSent()
  @Text(1, maxUrlLength)
  url?: string;

  /** null clears it. */
  @IsOptional()
  @Text(0, 255)
  description?: string | null;

  /** What it wants to hear of. */
  @IfSent()
  @IsArray()
  @MinItems(1, 'name at least one event')
  @Must('not name an event twice', (types) => new Set(types as string[]).size === (types as string[]).length, {
    uniqueItems: true,
  })
  @IsEventType()
  events?: EventType[];

  /** Replaces the filter; null: every entry. */
  @IsOptional()
  @Nested(() => WebhookFilter)
  filter?: WebhookFilter | null;

  /** What messages look like. */
  @IfSent()
  @OneOf(formats)
  format?: Format;

  /** `false`: nothing is sent any more, and what happens waits. `true`: what waits is sent. */
  @IfSent()
  @IsBoolean()
  enabled?: boolean;
}

/** How a secret is replaced. */
@Strict()
export class RotateWebhook {
  /** Seconds for which messages carry a signature by the old secret too: 0 to 604800 (a week). Absent or null: a day. */
  @IsOptional()
  @Integer()
  @Between(0, 604_800)
  gracePeriod?: number | null = 86_400;
}

@Strict()
export class WebhooksQuery extends PageQuery {}

/** An endpoint, without its secret. */
@KeepsLimitsOf(CreateWebhook, 'url', 'description')
export class WebhookDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** Where messages are sent. */
  url: string;
  /** For people; null: none. */
  description: string | null;
  /** What it wants to hear of. */
  @Values(eventTypes, { each: true })
  events: EventType[];
  /** Of the events about one entry, those that it wants; null: all. */
  filter: WebhookFilter | null;
  /** What messages look like. */
  @Values(formats)
  format: Format;
  /** Whether messages are sent. */
  enabled: boolean;
  /** `asked`: somebody disabled it. `gone`: its receiver answered with 410. `failing`: nothing succeeded for five days. null: it is enabled. */
  @ApiProperty({ ...enumSchema(disabledReasons), nullable: true })
  disabledReason: DisabledReason | null;
  /** Since when nothing is sent; null: it is enabled. */
  disabledAt: Date | null;
  /** The first failure since the last success; null: the last attempt succeeded, or there was none. */
  failingSince: Date | null;
  /** How many deliveries wait for an attempt: the first one, or another. */
  @ApiProperty({ type: 'integer' })
  waiting: number;
  /** Until when messages are signed with the secret before the last rotation too; null: they are not. */
  previousUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** An endpoint with its secret, which is shown only here. */
export class WebhookWithSecretDto extends WebhookDto {
  /** `whsec_` and 32 bytes in base64; null in the repetition of a request with an `Idempotency-Key`. */
  secret: string | null;
}

/** A page of endpoints, newest first. */
export class WebhookPage {
  data: WebhookDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export const outcomes = enumeration('WebhookOutcome', ['pending', 'delivered', 'failed', 'skipped']);
export type DeliveryOutcome = (typeof outcomes)[number];
