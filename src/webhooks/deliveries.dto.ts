import {
  AnyOf,
  enumSchema,
  IfSent,
  IsInstant,
  MaxItems,
  MinItems,
  Must,
  OneOf,
  PageQuery,
  Strict,
  Values,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsOptional } from 'class-validator';
import { type EventType, eventTypes } from './endpoint.entity.js';
import { type DeliveryOutcome, outcomes } from './webhooks.dto.js';

/** Which deliveries of an endpoint. */
@Strict()
export class DeliveriesQuery extends PageQuery {
  /** What became of it. */
  @IsOptional()
  @AnyOf(outcomes)
  outcome?: DeliveryOutcome[];

  /** What it tells of. */
  @IsOptional()
  @AnyOf(eventTypes)
  event?: EventType[];

  /** The earliest time at which the event was written. */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** The event was written before this. */
  @IsOptional()
  @IsInstant()
  to?: string;
}

/** One attempt to deliver a message. */
export class AttemptDto {
  at: Date;
  /** Milliseconds until its end. */
  @ApiProperty({ type: 'integer' })
  durationMs: number;
  /** What the receiver answered with; null: nothing. */
  @ApiProperty({ type: 'integer', nullable: true })
  status: number | null;
  /** Why there was no answer; null: there was one. */
  error: string | null;
}

/** One event on its way to one endpoint. */
export class DeliveryDto {
  /** `webhook-id` of the message: the same at every attempt and every replay. */
  @ApiProperty({ pattern: '^evt_[0-9a-f]{32}$' })
  event: string;
  /** What it tells of. */
  @Values(eventTypes)
  type: EventType;
  /** When it happened. */
  happenedAt: Date;
  /** When the event was written, by which the list is sorted. */
  createdAt: Date;
  /** `pending`: attempted yet, or again. `failed`: all attempts were made. `skipped`: its content was erased before. */
  @Values(outcomes)
  outcome: DeliveryOutcome;
  /** The last 50, oldest first. */
  @ApiProperty({ type: () => [AttemptDto], maxItems: 50 })
  attempts: AttemptDto[];
  /** When it is attempted next, or its attempt under way is given up for lost; null: it is not. */
  nextAttemptAt: Date | null;
}

/** A delivery with its message. */
export class DeliveryWithBodyDto extends DeliveryDto {
  /** The body as it is sent; null where it was erased. */
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true })
  body: object | null;
}

/** A page of deliveries, newest first. */
export class DeliveryPage {
  data: DeliveryDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

/** Which events are sent again. */
@Strict()
export class ReplayWebhook {
  /** The earliest time at which they happened; of an entry, at which it was recorded. */
  @IsInstant()
  from: string;

  /** They happened before this. */
  @IsInstant()
  to: string;

  /** Of these types; absent or null: all that the endpoint wants. */
  @IsOptional()
  @IsArray()
  @MinItems(1, 'name at least one event')
  @MaxItems(eventTypes.length, 'name each event once')
  @Must(
    `be one of ${eventTypes.join(', ')}`,
    (type) => eventTypes.includes(type as EventType),
    enumSchema(eventTypes),
    { each: true },
  )
  events?: EventType[] | null;

  /** Only deliveries that have come to this; absent or null: any, and entries of which the endpoint was never told. */
  @IfSent()
  @OneOf([...outcomes, null])
  outcome?: DeliveryOutcome | null;
}

/** The receipt of a replay. */
export class ReplayDto {
  /** How many deliveries are due now. */
  @ApiProperty({ type: 'integer', maximum: 100_000 })
  queued: number;
}

/** What came back of a ping. */
export class PingDto extends AttemptDto {
  /** The beginning of what the receiver said: at most 1,024 characters. */
  @ApiProperty({ maxLength: 1_024 })
  body: string;
}
