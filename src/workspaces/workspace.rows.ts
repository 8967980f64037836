import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { scoreTables } from '../counting/tables.js';

/** Rows that one transaction deletes: many, because each transaction reads again past all that are deleted already. */
const chunk = 50_000;
/** Milliseconds that such a transaction may take. */
const statementTimeout = 30_000;

/**
 * The rows of a workspace in all tables, which are found by their column `workspace_id`: a table that a later migration
 * adds is among them without being named here.
 */
@Injectable()
export class WorkspaceRows {
  constructor(private readonly transactions: Transactions) {}

  /** Whether a workspace holds nothing but credentials and the names of score counts. */
  async isUnused(workspaceId: string): Promise<boolean> {
    const disregarded = new Set<string>(['credential', ...scoreTables]);
    return (await this.tablesInUse(workspaceId)).every((table) => disregarded.has(table));
  }

  /** The tables in which a workspace has a row. */
  async tablesInUse(workspaceId: string): Promise<string[]> {
    const uses = (await this.tables()).map(
      (table) => sql`select ${table} as name where exists (select from ${sql.table(table)} where ${own(workspaceId)})`,
    );
    return this.transactions.run(async ({ db }) => {
      const { rows } = await sql<{ name: string }>`${sql.join(uses, sql` union all `)}`.execute(db);
      return rows.map(({ name }) => name);
    });
  }

  /** Deletes them in chunks. Rows that somebody has locked are left. With `signal` aborted it stops between two chunks. */
  async delete(workspaceId: string, signal?: AbortSignal): Promise<void> {
    for (const table of await this.tables()) {
      let more = !signal?.aborted;
      while (more) more = (await this.deleteSome(table, workspaceId)) === chunk && !signal?.aborted;
    }
  }

  private deleteSome(table: string, workspaceId: string): Promise<number> {
    return this.transactions.run(
      async ({ db }) => {
        // Rows that others have locked are skipped: without waiting there is no deadlock.
        const { rows } = await sql<{ deleted: number }>`
          with found as materialized (
            select ctid from ${sql.table(table)} where ${own(workspaceId)} limit ${chunk} for update skip locked
          ), deleted as (
            delete from ${sql.table(table)} where ctid = any (array(select ctid from found)) returning 1
          )
          select count(*)::int as deleted from deleted`.execute(db);
        return rows[0]!.deleted;
      },
      { statementTimeout },
    );
  }

  /** Tables that others refer to come last, because deleting one of their rows deletes every row that refers to it. */
  private tables(): Promise<string[]> {
    return this.transactions.run(async ({ db }) => {
      const { rows } = await sql<{ name: string }>`
        with recursive own as (
          select pg_class.oid, relname from pg_class join pg_attribute on attrelid = pg_class.oid
          where relnamespace = current_schema::regnamespace and relkind in ('r', 'p') and not relispartition
            and attname = 'workspace_id' and relname <> 'deleted_workspace'
        ), referring as (
          select own.oid, 0 as steps from own
          union select conrelid, steps + 1 from referring
          join pg_constraint on confrelid = referring.oid and conrelid <> confrelid
        )
        select relname as name from own join referring using (oid) group by 1 order by max(steps) desc, 1`.execute(db);
      return rows.map(({ name }) => name);
    });
  }
}

function own(workspaceId: string): RawBuilder<unknown> {
  return sql`workspace_id = ${workspaceId}`;
}
