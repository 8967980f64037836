import { enumeration } from '#libs/validation';
import { defineEntity, p } from '@mikro-orm/core';
import type { EntryFilter } from './filter.js';

/** Everything that can be told. */
export const eventTypes = enumeration('WebhookEventType', [
  'feedback.recorded',
  'feedback.updated',
  'feedback.deleted',
  'respondent.erased',
  'watch.raised',
  'watch.settled',
  'webhook.disabled',
  'ping',
]);
export type EventType = (typeof eventTypes)[number];

/** What a message looks like. */
export const formats = enumeration('WebhookFormat', ['standard', 'slack']);
export type Format = (typeof formats)[number];

/** Why nothing is sent: somebody wanted that, the receiver said that it is gone, or nothing succeeded for five days. */
export const disabledReasons = enumeration('WebhookDisabledReason', ['asked', 'gone', 'failing']);
export type DisabledReason = (typeof disabledReasons)[number];

const WebhookEndpointSchema = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoint',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    url: p.text(),
    /** For people. */
    description: p.text().$type<string>().strictNullable(),
    events: p.array().$type<EventType[]>(),
    /** Of the events about one entry, those that it wants; null: all. */
    filter: p.json().$type<EntryFilter>().strictNullable(),
    format: p.string().$type<Format>(),
    sealedSecret: p.text(),
    previousSealedSecret: p.text().$type<string>().strictNullable(),
    /** Until when messages are signed with the secret before the last rotation too. */
    previousUntil: p.datetime(3).$type<Date>().strictNullable(),
    enabled: p.boolean(),
    disabledReason: p.string().$type<DisabledReason>().strictNullable(),
    disabledAt: p.datetime(3).$type<Date>().strictNullable(),
    /** The first failure since the last success. */
    failingSince: p.datetime(3).$type<Date>().strictNullable(),
    /** Another number at each change. */
    revision: p.bigint().$type<string>(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** Somebody who wants to be told: a URL, and of what. */
export class WebhookEndpoint extends WebhookEndpointSchema.class {
  /** Every process hears of a change by the number. */
  changed(now: Date): void {
    this.updatedAt = now;
    this.revision = newRevision();
  }

  enable(): void {
    this.enabled = true;
    this.disabledReason = this.disabledAt = this.failingSince = null;
  }

  disable(reason: DisabledReason, now: Date): void {
    this.enabled = false;
    this.disabledReason = reason;
    this.disabledAt = now;
  }

  /** Puts a new secret in place of the current one, which signs too until `graceUntil`. */
  rotate(sealedSecret: string, graceUntil: Date): void {
    this.previousSealedSecret = this.sealedSecret;
    this.previousUntil = graceUntil;
    this.sealedSecret = sealedSecret;
  }
}
WebhookEndpointSchema.setClass(WebhookEndpoint);

/** Random, because numbers of a sequence do not become visible in their order. Below 2⁴⁰, so that sums are exact. */
export function newRevision(): string {
  return String(Math.floor(Math.random() * 2 ** 40));
}
