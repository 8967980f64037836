import { Transactions } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { WebhookEndpoint } from './endpoint.entity.js';
import type { Told } from './message.js';

/** One event that this process attempts to deliver to one endpoint. */
export interface Claimed {
  workspaceId: string;
  endpointId: string;
  /** Null where its content was erased. */
  event: Told | null;
  eventId: string;
  /** Attempts of the schedule that were made before. */
  tries: number;
  /** Until when nobody else attempts it, by the database's clock, as epoch milliseconds: names this claim. */
  lease: number;
  /** The database's clock, as epoch milliseconds. */
  now: number;
}

/** An attempt, as it is kept. */
export interface Attempt {
  at: string;
  durationMs: number;
  status: number | null;
  error: string | null;
}

/** What became of a claim. */
export interface Settled {
  claimed: Claimed;
  /** Null where it was broken off before it could count. */
  attempt: Attempt | null;
  outcome: 'pending' | 'delivered' | 'failed' | 'skipped';
  /** Milliseconds until the next attempt; null where there is none. */
  delay: number | null;
}

/** Milliseconds after which a claim is given up for lost: twice as many as an attempt takes. */
const leaseFor = 30_000;
/** Attempts of a delivery that are kept. */
const mostKept = 50;

interface Row {
  workspace_id: string;
  endpoint_id: string;
  event_id: string;
  tries: number;
  lease: number;
  now: number;
  type: string;
  happened_at: number;
  data: string | null;
  truncated: string[] | null;
}

/** The queue: what is due is claimed, attempted and settled. A claim that is never settled falls due again. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
  ) {}

  /** Claims what is due, of each endpoint as many as there are places. What another process claims is skipped. */
  async claim(wanted: { endpoint: WebhookEndpoint; places: number }[]): Promise<Claimed[]> {
    const rows = wanted.map(({ endpoint: { workspaceId, id }, places }) => ({ workspaceId, id, places }));
    const claimed = await sql<Row>`
      with wanted as (
        select * from json_to_recordset(${JSON.stringify(rows)}::json) as wanted ("workspaceId" uuid, id uuid, places int)
      ), found as materialized (
        select due.* from wanted cross join lateral (
          select workspace_id, endpoint_id, event_id from webhook_delivery
          where workspace_id = wanted."workspaceId" and endpoint_id = wanted.id
            and outcome = 'pending' and due_at <= clock_timestamp()
          order by due_at limit wanted.places for update skip locked
        ) due
      ), claimed as (
        update webhook_delivery delivery set due_at = clock_timestamp() + ${leaseFor} * interval '1 ms'
        from found
        where (delivery.workspace_id, delivery.endpoint_id, delivery.event_id)
          = (found.workspace_id, found.endpoint_id, found.event_id)
        returning delivery.*
      )
      select claimed.workspace_id, endpoint_id, event_id, tries, type, data::text as data, truncated,
        (extract(epoch from due_at) * 1000)::float8 as lease,
        (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
        (extract(epoch from happened_at) * 1000)::float8 as happened_at
      from claimed left join webhook_event event
        on (event.workspace_id, event.id) = (claimed.workspace_id, claimed.event_id)`.execute(
      this.em.fork().getKysely(),
    );
    return claimed.rows.map(claimOf);
  }

  /** Writes what became of claims. One that was lost, or whose delivery was asked for again meanwhile, only gets its attempt. */
  async settle(settled: Settled[]): Promise<void> {
    const rows = settled.map(({ claimed, attempt, outcome, delay }) => ({
      workspace_id: claimed.workspaceId,
      endpoint_id: claimed.endpointId,
      event_id: claimed.eventId,
      lease: new Date(claimed.lease),
      attempt: attempt ? [attempt] : [],
      outcome,
      delay,
      tries: claimed.tries + (attempt ? 1 : 0),
    }));
    await this.transactions.run(async ({ db }) => {
      await sql`
        with settled as materialized (
          select * from json_to_recordset(${JSON.stringify(rows)}::json) as settled (
            workspace_id uuid, endpoint_id uuid, event_id uuid, lease timestamptz, attempt jsonb, outcome text,
            delay float8, tries smallint)
        ), locked as materialized (
          select settled.*, delivery.due_at is not distinct from lease as holds
          from webhook_delivery delivery join settled using (workspace_id, endpoint_id, event_id)
          order by workspace_id, endpoint_id, event_id for update of delivery
        )
        update webhook_delivery delivery set
          attempts = case when jsonb_array_length(delivery.attempts) >= ${mostKept}
            then delivery.attempts - 0 else delivery.attempts end || locked.attempt,
          outcome = case when holds then locked.outcome else delivery.outcome end,
          due_at = case when holds then clock_timestamp() + locked.delay * interval '1 ms' else delivery.due_at end,
          tries = case when holds then locked.tries else delivery.tries end
        from locked
        where (delivery.workspace_id, delivery.endpoint_id, delivery.event_id)
          = (locked.workspace_id, locked.endpoint_id, locked.event_id)`.execute(db);
    });
  }

  /** Those of the claims whose content was erased since. */
  async erased(claims: Claimed[]): Promise<Claimed[]> {
    if (claims.length === 0) return [];
    const keys = claims.map(({ workspaceId, eventId }) => ({ workspaceId, eventId }));
    const { rows } = await sql<{ id: string }>`
      select id from json_to_recordset(${JSON.stringify(keys)}::json) as sought ("workspaceId" uuid, "eventId" uuid)
      join webhook_event on (workspace_id, id) = ("workspaceId", "eventId") where data is null`.execute(
      this.em.fork().getKysely(),
    );
    const gone = new Set(rows.map(({ id }) => id));
    return claims.filter(({ eventId }) => gone.has(eventId));
  }
}

function claimOf(row: Row): Claimed {
  const { workspace_id: workspaceId, endpoint_id: endpointId, event_id: eventId, tries, lease, now, data } = row;
  const { type, truncated } = row;
  const event = data === null ? null : { id: eventId, type, happenedAt: new Date(row.happened_at), data, truncated };
  return { workspaceId, endpointId, eventId, event, tries, lease, now };
}
