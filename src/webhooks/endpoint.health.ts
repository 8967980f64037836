import { type Transaction, Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { EndpointDirectory } from './endpoint.directory.js';
import { type DisabledReason, newRevision } from './endpoint.entity.js';
import { givingUpAfter } from './schedule.js';
import { WebhookEvents } from './webhook.events.js';

/** Whether anything sent to an endpoint has succeeded lately. */
export interface Sign {
  workspaceId: string;
  endpointId: string;
  /** `gone`: it has asked for nothing more. */
  sign: 'success' | 'failure' | 'gone';
}

/** Disables endpoints that are gone, or to which nothing has succeeded for five days, and tells the others. */
@Injectable()
export class EndpointHealth {
  constructor(
    private readonly transactions: Transactions,
    private readonly events: WebhookEvents,
    private readonly directory: EndpointDirectory,
  ) {}

  /** Takes note of what happened, at most one sign an endpoint. */
  async note(signs: Sign[]): Promise<void> {
    const json = JSON.stringify(signs);
    const seen = sql`json_to_recordset(${json}::json) as seen ("workspaceId" uuid, "endpointId" uuid, sign text)`;
    const disabled = await this.transactions.run(async (transaction) => {
      const { rows } = await sql<{ workspace_id: string; id: string; giving_up: boolean }>`
        with locked as materialized (
          select workspace_id, id, sign from ${seen} join webhook_endpoint on (workspace_id, id) = ("workspaceId", "endpointId")
          where case sign when 'success' then failing_since is not null
            when 'gone' then enabled
            else failing_since is null
              or (enabled and failing_since <= clock_timestamp() - ${givingUpAfter} * interval '1 ms') end
          order by workspace_id, id for update of webhook_endpoint
        )
        update webhook_endpoint endpoint set failing_since = case sign
          when 'success' then null else coalesce(failing_since, clock_timestamp()) end
        from locked where (endpoint.workspace_id, endpoint.id) = (locked.workspace_id, locked.id)
        returning endpoint.workspace_id, endpoint.id,
          failing_since <= clock_timestamp() - ${givingUpAfter} * interval '1 ms' as giving_up`.execute(transaction.db);
      const gone = new Set(signs.filter(({ sign }) => sign === 'gone').map(({ endpointId }) => endpointId));
      const doomed = rows.filter(({ id, giving_up: givingUp }) => givingUp || gone.has(id));
      for (const { workspace_id: workspaceId, id } of doomed)
        await this.disable(transaction, workspaceId, id, gone.has(id) ? 'gone' : 'failing');
      return doomed.length > 0;
    });
    if (disabled) await this.directory.refresh();
  }

  private async disable(
    transaction: Transaction,
    workspaceId: string,
    id: string,
    reason: DisabledReason,
  ): Promise<void> {
    const { db, now } = transaction;
    const { rows } = await sql<{ url: string }>`
      update webhook_endpoint set enabled = false, disabled_reason = ${reason}, disabled_at = ${now},
        revision = ${newRevision()}, updated_at = ${now}
      where workspace_id = ${workspaceId} and id = ${id} and enabled returning url`.execute(db);
    if (!rows[0]) return;
    const data = { id, url: rows[0].url, reason };
    await this.events.tell(transaction, { workspaceId, type: 'webhook.disabled', data }, id);
  }
}
