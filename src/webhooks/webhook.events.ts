import { newUuid } from '#libs/ids';
import type { Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { toEntryDto } from '../entries/entry.dto.js';
import {
  type Change,
  type DeletedEntry,
  type Erasure,
  type FeedbackListener,
  FeedbackListeners,
} from '../feedback/feedback.listeners.js';
import type { Entry } from '../feedback/submission.js';
import { Bell } from './bell.js';
import { EndpointDirectory } from './endpoint.directory.js';
import type { EventType, WebhookEndpoint } from './endpoint.entity.js';
import { type Filtered, filteredOf, fits } from './filter.js';
import { pseudonymOf } from './message.js';
import { fitting } from './truncation.js';

/** What is to be told, and to whom. */
export interface NewEvent {
  workspaceId: string;
  type: EventType;
  happenedAt: Date;
  data: object;
  endpoints: Pick<WebhookEndpoint, 'id'>[];
  /** The entry that `data` shows. */
  entry?: Entry;
}

/**
 * Writes what happened, in the transaction in which it happens: an event, and a delivery to each endpoint that wants it.
 * Where no endpoint wants it nothing is written. An endpoint that is disabled is among them, so that nothing is missing
 * when it is enabled again.
 */
@Injectable()
export class WebhookEvents implements FeedbackListener {
  constructor(
    private readonly endpoints: EndpointDirectory,
    private readonly bell: Bell,
    listeners: FeedbackListeners,
  ) {
    listeners.add(this);
  }

  wants(workspaceId: string): boolean {
    return this.endpoints.mayHave(workspaceId);
  }

  async changed(transaction: Transaction, changes: Change[]): Promise<void> {
    const events: NewEvent[] = [];
    for (const { kind, entry } of changes) {
      const { workspaceId, updatedAt: happenedAt } = entry;
      const type = `feedback.${kind}` as const;
      const endpoints = await this.wanting(transaction, workspaceId, type, filteredOf(entry));
      if (endpoints.length > 0)
        events.push({ workspaceId, type, happenedAt, data: toEntryDto(entry), endpoints, entry });
    }
    await this.write(transaction, events);
  }

  /** Takes a person out of what is kept and not yet sent, then tells of the entries, and that somebody was erased. */
  async erased(transaction: Transaction, erasure: Erasure): Promise<void> {
    const { workspaceId, entries, respondent } = erasure;
    if (respondent !== null) await eraseContents(transaction, workspaceId, respondent);
    if (!this.wants(workspaceId)) return;
    const events: NewEvent[] = [];
    for (const entry of entries) {
      const endpoints = await this.wanting(transaction, workspaceId, 'feedback.deleted', entry);
      // A name that a client gave may tell who it was.
      const data = nameOf(respondent === null ? entry : { ...entry, externalId: null });
      if (endpoints.length > 0)
        events.push({ workspaceId, type: 'feedback.deleted', happenedAt: transaction.now, data, endpoints });
    }
    if (respondent !== null) events.push(...(await this.erasureEvents(transaction, { ...erasure, respondent })));
    await this.write(transaction, events);
  }

  /** One for each endpoint, since the name is known to its secret only. */
  private async erasureEvents(
    transaction: Transaction,
    { workspaceId, respondent, erased }: Erasure & { respondent: string },
  ): Promise<NewEvent[]> {
    const wanting = await this.wanting(transaction, workspaceId, 'respondent.erased');
    return wanting.map((endpoint): NewEvent => {
      const [secret] = this.endpoints.secretsOf(endpoint, transaction.now);
      const data = { respondent: pseudonymOf(respondent, secret!), erased };
      return { workspaceId, type: 'respondent.erased', happenedAt: transaction.now, data, endpoints: [endpoint] };
    });
  }

  /**
   * Tells every endpoint of the workspace that wants events of this type.
   * @param except an endpoint that is not told
   */
  async tell(
    transaction: Transaction,
    event: Pick<NewEvent, 'workspaceId' | 'type' | 'data'>,
    except?: string,
  ): Promise<void> {
    const wanting = await this.wanting(transaction, event.workspaceId, event.type);
    const endpoints = wanting.filter(({ id }) => id !== except);
    if (endpoints.length > 0) await this.write(transaction, [{ ...event, happenedAt: transaction.now, endpoints }]);
  }

  private async wanting(
    transaction: Transaction,
    workspaceId: string,
    type: EventType,
    entry?: Filtered,
  ): Promise<WebhookEndpoint[]> {
    const all = await this.endpoints.of(transaction, workspaceId);
    return all.filter(({ events, filter }) => events.includes(type) && (!entry || fits(filter, entry)));
  }

  private async write(transaction: Transaction, events: NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    await writeEvents(transaction, events);
    const workspaces = new Set(events.map(({ workspaceId }) => workspaceId));
    transaction.afterCommit.push(() => workspaces.forEach((workspaceId) => this.bell.ring(workspaceId)));
  }
}

function nameOf({ id, source, instrument, externalId }: DeletedEntry): object {
  return { id, source, instrument, externalId };
}

/**
 * Writes events with their deliveries, which are due at once. An entry has one event that says that it was recorded: one
 * that is there is not written again, and its deliveries are left to the caller.
 */
export async function writeEvents({ db, now }: Transaction, events: NewEvent[]): Promise<void> {
  await sql`
    with told as materialized (
      select * from json_to_recordset(${`[${events.map(rowOf).join(',')}]`}::json) as told (
        workspace_id uuid, id uuid, type text, happened_at timestamptz, entry_id uuid, respondent text,
        second_name text, data json, truncated text[], endpoints uuid[])
    ), event as (
      insert into webhook_event
        (workspace_id, id, type, happened_at, entry_id, respondent, second_name, data, truncated)
      select workspace_id, id, type, happened_at, entry_id, respondent, second_name, data, truncated from told
      on conflict (workspace_id, entry_id) where type = 'feedback.recorded' do nothing
      returning workspace_id, id
    )
    insert into webhook_delivery (workspace_id, endpoint_id, event_id, due_at)
    select workspace_id, endpoint_id, id, ${now}::timestamptz
    from told join event using (workspace_id, id), unnest(endpoints) as endpoint_id`.execute(db);
}

/** As JSON, in which the data stands as it will be sent. */
function rowOf({ workspaceId, type, happenedAt, data, endpoints, entry }: NewEvent): string {
  const { json, truncated } = fitting(data);
  const row = {
    workspace_id: workspaceId,
    id: newUuid(),
    type,
    happened_at: happenedAt,
    truncated,
    endpoints: endpoints.map((endpoint) => endpoint.id),
    ...(entry && { entry_id: entry.id, respondent: entry.respondent, second_name: secondNameOf(entry) }),
  };
  return `${JSON.stringify(row).slice(0, -1)},"data":${json}}`;
}

/** As `isAbout` of the core has it: the `id` of a message feedback whose respondent is the `userId`. */
function secondNameOf({ userProperties }: Entry): string | null {
  const { id, userId } = (userProperties ?? {}) as Record<string, unknown>;
  if (id == null || userId == null) return null;
  const text = typeof id === 'string' ? id : JSON.stringify(id);
  return Array.from(text.normalize('NFC')).slice(0, 256).join('');
}

/** Deliveries are locked in the order in which they are settled. */
async function eraseContents({ db }: Transaction, workspaceId: string, respondent: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update webhook_event set data = null, respondent = null, second_name = null, truncated = null
    where workspace_id = ${workspaceId} and (respondent = ${respondent} or second_name = ${respondent})
    returning id`.execute(db);
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await sql`
    with locked as materialized (
      select endpoint_id, event_id from webhook_delivery
      where workspace_id = ${workspaceId} and outcome = 'pending' and event_id = any(${ids}::uuid[])
        and endpoint_id in (select id from webhook_endpoint where workspace_id = ${workspaceId})
      order by endpoint_id, event_id for update
    )
    update webhook_delivery delivery set outcome = 'skipped', due_at = null from locked
    where delivery.workspace_id = ${workspaceId}
      and (delivery.endpoint_id, delivery.event_id) = (locked.endpoint_id, locked.event_id)`.execute(db);
}
