import { leastUuidAt } from '#libs/ids';
import { PeriodicWork } from '#libs/background';
import { Transactions } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { WebhookOptions } from './webhook.options.js';

/** Milliseconds from the end of one round to the next. */
const pause = 60_000;
/** Rows that one transaction deletes. */
const chunk = 5_000;
/** Milliseconds that such a transaction may take. */
const statementTimeout = 10_000;

/** Deletes deliveries and events that are older than the retention, and deliveries of endpoints that were deleted. */
@Injectable()
export class WebhookPurge extends PeriodicWork {
  constructor(
    private readonly transactions: Transactions,
    @Inject(WebhookOptions) private readonly options: WebhookOptions,
  ) {
    super(pause, 1_000);
  }

  protected override round(signal: AbortSignal): Promise<void> {
    return this.sweep(signal);
  }

  /** Deletes what is too old by now. */
  async sweep(signal: AbortSignal): Promise<void> {
    const oldest = await this.transactions.run(async ({ now }) => leastUuidAt(now.getTime() - this.options.retention));
    for (const { workspace_id: workspaceId, endpoint_id: endpointId, is_known: isKnown } of await this.recipients()) {
      const old = isKnown ? sql`and event_id < ${oldest}::uuid` : sql``;
      await this.deleteAll(
        'webhook_delivery',
        sql`workspace_id = ${workspaceId} and endpoint_id = ${endpointId} ${old}`,
        signal,
      );
    }
    for (const workspaceId of await this.workspaces())
      await this.deleteAll('webhook_event', sql`workspace_id = ${workspaceId} and id < ${oldest}::uuid`, signal);
  }

  private async deleteAll(table: string, which: RawBuilder<unknown>, signal: AbortSignal): Promise<void> {
    for (let more = true; more && !signal.aborted;) more = (await this.deleteSome(table, which)) === chunk;
  }

  private deleteSome(table: string, which: RawBuilder<unknown>): Promise<number> {
    return this.transactions.run(
      async ({ db }) => {
        const { rows } = await sql<{ deleted: number }>`
          with found as materialized (
            select ctid from ${sql.table(table)} where ${which} limit ${chunk} for update skip locked
          ), deleted as (
            delete from ${sql.table(table)} where ctid = any (array(select ctid from found)) returning 1
          )
          select count(*)::int as deleted from deleted`.execute(db);
        return rows[0]!.deleted;
      },
      { statementTimeout },
    );
  }

  /** The endpoints that have deliveries: one step in the index for each. */
  private recipients(): Promise<{ workspace_id: string; endpoint_id: string; is_known: boolean }[]> {
    return this.transactions.run(async ({ db }) => {
      const { rows } = await sql<{ workspace_id: string; endpoint_id: string; is_known: boolean }>`
        with recursive recipient as (
          (select workspace_id, endpoint_id from webhook_delivery order by 1, 2 limit 1)
          union all
          select next.* from recipient cross join lateral (
            select workspace_id, endpoint_id from webhook_delivery
            where (workspace_id, endpoint_id) > (recipient.workspace_id, recipient.endpoint_id)
            order by 1, 2 limit 1
          ) next
        )
        select recipient.*, exists (
          select from webhook_endpoint where (workspace_id, id) = (recipient.workspace_id, endpoint_id)
        ) as is_known from recipient`.execute(db);
      return rows;
    });
  }

  private workspaces(): Promise<string[]> {
    return this.transactions.run(async ({ db }) => {
      const { rows } = await sql<{ id: string }>`
        with recursive known as (
          (select workspace_id as id from webhook_event order by 1 limit 1)
          union all
          select next.* from known cross join lateral (
            select workspace_id from webhook_event where workspace_id > known.id order by 1 limit 1
          ) next
        )
        select id from known`.execute(db);
      return rows.map(({ id }) => id);
    });
  }
}
