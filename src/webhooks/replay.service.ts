import type { Principal } from '#libs/access';
import { leastUuidAt } from '#libs/ids';
import { type Transaction, Transactions } from '#libs/persistence';
import { InvalidInput } from '#libs/problem-details';
import { parseInstant } from '#libs/validation';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { toEntryDto } from '../entries/entry.dto.js';
import type { EntryFilter as ReaderFilter } from '../feedback/feedback.reader.js';
import { countRecorded, holdRecorded, type Recorded } from '../feedback/recorded-entries.js';
import type { Entry } from '../feedback/submission.js';
import { Bell } from './bell.js';
import type { ReplayDto, ReplayWebhook } from './deliveries.dto.js';
import type { WebhookEndpoint } from './endpoint.entity.js';
import type { EntryFilter } from './filter.js';
import { writeEvents } from './webhook.events.js';
import { foundEndpoint } from './webhooks.service.js';

/** Deliveries that one replay makes due. */
const most = 100_000;
/** Deliveries or entries of one transaction. */
const chunk = 1_000;
/** Milliseconds that a statement may take: a rare entry is sought in a long time. */
const statementTimeout = 10_000;

/** What is replayed to an endpoint. */
interface Range {
  endpoint: WebhookEndpoint;
  from: Date;
  to: Date;
  types: string[];
  outcome: string | null;
}

/** Sends again what happened in a time, and for the first time what an endpoint was not there to hear. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly bell: Bell,
  ) {}

  /**
   * Makes deliveries due, oldest first, a thousand in a transaction. Where it breaks off and is asked for again, events are
   * delivered more than once, under the same ids.
   * @throws NotFound, InvalidInput where there would be more than 100,000
   */
  async replay({ workspaceId }: Principal, id: string, wanted: ReplayWebhook): Promise<ReplayDto> {
    const endpoint = await foundEndpoint(this.em.fork(), workspaceId, id);
    const [from, to] = [parseInstant(wanted.from), parseInstant(wanted.to)];
    const types = endpoint.events.filter((type) => !wanted.events || wanted.events.includes(type));
    const range = { endpoint, from, to, types, outcome: wanted.outcome ?? null };
    const recorded = types.includes('feedback.recorded') && range.outcome === null ? recordedIn(range) : null;
    await this.refuseTooMany(range, recorded);
    let queued = await this.again(range);
    if (recorded) queued += await this.forTheFirstTime(endpoint, recorded);
    this.bell.ring(workspaceId);
    return { queued };
  }

  private async refuseTooMany(range: Range, recorded: Recorded | null): Promise<void> {
    const count = await this.transactions.run(
      async (transaction) => {
        const { rows } = await sql<{ told: number; recorded: number }>`
          select count(*) filter (where type <> 'feedback.recorded')::float8 as told,
            count(*) filter (where type = 'feedback.recorded')::float8 as recorded
          from (select type from ${sourceOf(range)} limit ${most + 1}) found`.execute(transaction.db);
        const entries = recorded ? await countRecorded(transaction, recorded, most + 1) : 0;
        return rows[0]!.told + Math.max(rows[0]!.recorded, entries);
      },
      { statementTimeout },
    );
    if (count > most)
      throw new InvalidInput([
        { pointer: '/to', detail: `to must be so near that at most ${most} events lie before it` },
      ]);
  }

  /** What has a delivery. */
  private again(range: Range): Promise<number> {
    return this.inChunks(async ({ db, now }, after) => {
      const { rows } = await sql<{ id: string }>`
        with sought as materialized (
          select delivery.workspace_id, endpoint_id, event_id from ${sourceOf(range)} and ${behind(after)}
          order by event_id limit ${chunk} for update of delivery
        )
        update webhook_delivery delivery set outcome = 'pending', due_at = ${now}, tries = 0 from sought
        where (delivery.workspace_id, delivery.endpoint_id, delivery.event_id)
          = (sought.workspace_id, sought.endpoint_id, sought.event_id)
        returning delivery.event_id as id`.execute(db);
      const ids = rows.map(({ id }) => id).toSorted();
      return { count: ids.length, last: ids.length === chunk ? ids.at(-1) : undefined };
    });
  }

  /** Entries of which it was not told. */
  private forTheFirstTime(endpoint: WebhookEndpoint, recorded: Recorded): Promise<number> {
    return this.inChunks(async (transaction, after) => {
      const { entries, last } = await holdRecorded(transaction, recorded, after, chunk);
      return { count: await deliverEntries(transaction, endpoint, entries), last };
    });
  }

  private async inChunks(
    work: (transaction: Transaction, after: string | undefined) => Promise<{ count: number; last: string | undefined }>,
  ): Promise<number> {
    let total = 0;
    let after: string | undefined;
    do {
      const { count, last } = await this.transactions.run((transaction) => work(transaction, after), {
        statementTimeout,
      });
      total += count;
      after = last;
    } while (after !== undefined);
    return total;
  }
}

/** What happened at a time is written then or later, so the primary key finds where to begin. */
function sourceOf({ endpoint: { workspaceId, id }, from, to, types, outcome }: Range): RawBuilder<unknown> {
  return sql`webhook_delivery delivery join webhook_event event
    on (event.workspace_id, event.id) = (delivery.workspace_id, delivery.event_id)
    where delivery.workspace_id = ${workspaceId} and delivery.endpoint_id = ${id}
      and event_id >= ${leastUuidAt(from.getTime() - 60_000)}::uuid
      and happened_at >= ${from} and happened_at < ${to} and type = any(${types}::text[]) and data is not null
      and ${outcome === null ? sql`true` : sql`outcome = ${outcome}`}`;
}

function behind(after: string | undefined): RawBuilder<unknown> {
  return after === undefined ? sql`true` : sql`event_id > ${after}::uuid`;
}

function recordedIn({ endpoint: { workspaceId, filter }, from, to }: Range): Recorded {
  return { workspaceId, filter: readerFilterOf(filter ?? {}), from, to };
}

/** The same filter, as lists have it. */
function readerFilterOf({ scoreMin, scoreMax, resolved, hasComment, ...texts }: EntryFilter): ReaderFilter {
  const named = Object.entries(texts).map(([member, value]) => [member, [value]]);
  return { scoreMin, scoreMax, resolved, hasComment, texts: Object.fromEntries(named) };
}

/** Delivers entries that have no delivery to the endpoint; those that were told to others keep their events. */
async function deliverEntries(transaction: Transaction, endpoint: WebhookEndpoint, entries: Entry[]): Promise<number> {
  const { db, now } = transaction;
  const { workspaceId, id: endpointId } = endpoint;
  const events = entries.map((entry) => ({
    workspaceId,
    type: 'feedback.recorded' as const,
    happenedAt: entry.recordedAt,
    data: toEntryDto(entry),
    endpoints: [],
    entry,
  }));
  if (events.length > 0) await writeEvents(transaction, events);
  const ids = entries.map(({ id }) => id);
  const { rows } = await sql`
    insert into webhook_delivery (workspace_id, endpoint_id, event_id, due_at)
    select workspace_id, ${endpointId}::uuid, id, ${now}::timestamptz from webhook_event
    where workspace_id = ${workspaceId} and entry_id = any(${ids}::uuid[]) and type = 'feedback.recorded'
      and data is not null
    on conflict do nothing returning 1`.execute(db);
  return rows.length;
}
