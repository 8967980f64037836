import type { Principal } from '#libs/access';
import { parseStored } from '#libs/json-body';
import { leastUuidAt, timeOf } from '#libs/ids';
import { Transactions } from '#libs/persistence';
import { NotFound } from '#libs/problem-details';
import { pageOf, parseInstant, positionIn, WrongCursor } from '#libs/validation';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { Bell } from './bell.js';
import type {
  AttemptDto,
  DeliveriesQuery,
  DeliveryDto,
  DeliveryPage,
  DeliveryWithBodyDto,
  ReplayDto,
} from './deliveries.dto.js';
import type { EventType } from './endpoint.entity.js';
import { eventIdIn, messageIdOf } from './message.js';
import { Messenger } from './messenger.js';
import type { DeliveryOutcome } from './webhooks.dto.js';
import { MessageErased } from './webhooks.problems.js';
import { foundEndpoint } from './webhooks.service.js';

interface Row {
  event_id: string;
  type: EventType;
  happened_at: number;
  outcome: DeliveryOutcome;
  attempts: AttemptDto[];
  due_at: number | null;
}

const columns = sql.raw(`event_id, type, (extract(epoch from happened_at) * 1000)::float8 as happened_at, outcome,
  attempts, (extract(epoch from due_at) * 1000)::float8 as due_at`);
const source = sql.raw(
  `webhook_delivery join webhook_event on (webhook_event.workspace_id, id) = (webhook_delivery.workspace_id, event_id)`,
);

/** What was sent to an endpoint, and is to be. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly messenger: Messenger,
    private readonly bell: Bell,
  ) {}

  /** By when the event was written, newest first. @throws NotFound, InvalidInput */
  async list({ workspaceId }: Principal, id: string, query: DeliveriesQuery): Promise<DeliveryPage> {
    const em = this.em.fork();
    await foundEndpoint(em, workspaceId, id);
    const [after] = positionIn('deliveries', query.cursor, 1) ?? [];
    if (after !== undefined && !isUuid(after)) throw new WrongCursor();
    const conditions: RawBuilder<unknown>[] = [isOf(workspaceId, id)];
    if (query.outcome) conditions.push(sql`outcome = any(${[query.outcome].flat()}::text[])`);
    if (query.event) conditions.push(sql`type = any(${[query.event].flat()}::text[])`);
    if (query.from) conditions.push(sql`event_id >= ${leastUuidAt(parseInstant(query.from).getTime())}::uuid`);
    if (query.to) conditions.push(sql`event_id < ${leastUuidAt(parseInstant(query.to).getTime())}::uuid`);
    if (after !== undefined) conditions.push(sql`event_id < ${after}::uuid`);
    const { rows } = await sql<Row>`
      select ${columns} from ${source} where ${sql.join(conditions, sql` and `)}
      order by event_id desc limit ${query.limit + 1}`.execute(em.getKysely());
    const page = pageOf('deliveries', rows, query.limit, ({ event_id: event }) => [event]);
    return { data: page.data.map(toDto), nextCursor: page.nextCursor };
  }

  /** @throws NotFound */
  async get({ workspaceId }: Principal, id: string, named: string): Promise<DeliveryWithBodyDto> {
    const em = this.em.fork();
    const endpoint = await foundEndpoint(em, workspaceId, id);
    const eventId = eventIdIn(named);
    const { rows } = await sql<Row & { data: string | null; truncated: string[] | null }>`
      select ${columns}, data::text as data, truncated from ${source}
      where ${isOf(workspaceId, id)} and event_id = ${eventId}`.execute(em.getKysely());
    const [row] = rows;
    if (!row) throw noSuchDelivery();
    const { data, truncated, type } = row;
    const told = data !== null && { id: row.event_id, type, happenedAt: new Date(row.happened_at), data, truncated };
    const body = told ? (parseStored(this.messenger.bodyOf(endpoint, told)) as object) : null;
    return { ...toDto(row), body };
  }

  /** Attempts a delivery anew, from the beginning of the schedule. @throws NotFound, MessageErased */
  async retry({ workspaceId }: Principal, id: string, named: string): Promise<ReplayDto> {
    return this.transactions.run(async ({ em, db, now, afterCommit }) => {
      await foundEndpoint(em, workspaceId, id);
      const { rows } = await sql<{ erased: boolean }>`
        select data is null as erased from ${source}
        where ${isOf(workspaceId, id)} and event_id = ${eventIdIn(named)} for update of webhook_event, webhook_delivery
        `.execute(db);
      if (!rows[0]) throw noSuchDelivery();
      if (rows[0].erased) throw new MessageErased();
      await sql`
        update webhook_delivery set outcome = 'pending', due_at = ${now}, tries = 0
        where ${isOf(workspaceId, id)} and event_id = ${eventIdIn(named)}`.execute(db);
      afterCommit.push(() => this.bell.ring(workspaceId));
      return { queued: 1 };
    });
  }
}

function isOf(workspaceId: string, endpointId: string): RawBuilder<unknown> {
  return sql`webhook_delivery.workspace_id = ${workspaceId} and endpoint_id = ${endpointId}`;
}

function noSuchDelivery(): NotFound {
  return new NotFound('there is no such delivery');
}

function toDto({ event_id: id, type, happened_at: happenedAt, outcome, attempts, due_at: dueAt }: Row): DeliveryDto {
  return {
    event: messageIdOf(id),
    type,
    happenedAt: new Date(happenedAt),
    createdAt: new Date(timeOf(id)),
    outcome,
    attempts,
    nextAttemptAt: dueAt === null ? null : new Date(dueAt),
  };
}
