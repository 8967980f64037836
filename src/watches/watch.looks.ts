import { PeriodicWork } from '#libs/background';
import { type Transaction, Transactions } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { atLeisure } from '../analytics/at-leisure.js';
import { recordedBetween } from '../feedback/recorded.js';
import { Watch } from './watch.entity.js';
import { Gatherer } from './watch.gatherer.js';
import { type HistoryItem, look } from './watch.look.js';
import { WatchListeners } from './watch.listeners.js';
import { toWatchDto } from './watches.dto.js';

/** Milliseconds from the end of one round to the next. */
const pause = 15_000;
/** Milliseconds that a step may take, with all watches that wait for it. */
const statementTimeout = 60_000;
/** Watches that are looked at together. */
const atOnce = 200;

interface Said {
  watch: Watch;
  item: HistoryItem;
}

/**
 * Looks at every watch after each of its steps, once, in the order of the steps, however many processes there are and however
 * long none was running. A step is one transaction: what a watch said, what it has seen and whom it told are stored together
 * or not at all.
 */
@Injectable()
export class WatchLooks extends PeriodicWork {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly listeners: WatchListeners,
  ) {
    super(pause, 2_000);
  }

  protected override async round(signal: AbortSignal): Promise<void> {
    const due = await this.em
      .fork()
      .execute<{ id: string }[]>(
        'select distinct workspace_id as id from watch where ended_at is null and due_at <= clock_timestamp()',
      );
    await this.forEach(due, signal, async ({ id }) => {
      let more = true;
      while (more && !signal.aborted) more = await this.lookAtNext(id);
    });
  }

  /** Looks at the earliest step that watches of a workspace wait for. @returns whether there was one */
  lookAtNext(workspaceId: string): Promise<boolean> {
    return this.transactions.run(
      async (transaction) => {
        const watches = await waiting(transaction, workspaceId);
        if (watches.length === 0) return false;
        const said = await looked(transaction, watches);
        await store(transaction, said);
        for (const { watch, item } of said) await this.tell(transaction, watch, item);
        return true;
      },
      { statementTimeout },
    );
  }

  private async tell(transaction: Transaction, watch: Watch, item: HistoryItem): Promise<void> {
    if (!item.event) return;
    const { workspaceId } = watch;
    const data = { ...toWatchDto(watch), item };
    await this.listeners.tell(transaction, { workspaceId, type: `watch.${item.event}`, data });
  }
}

/** Locks the watches that wait for the earliest step that can be looked at. Those that another process looks at are left to it. */
async function waiting({ em, db, now }: Transaction, workspaceId: string): Promise<Watch[]> {
  const isWaiting = sql`workspace_id = ${workspaceId} and ended_at is null and due_at <= ${now}`;
  const { rows } = await sql<{ id: string }>`
    with next as (select next_from, next_to from watch where ${isWaiting} order by next_to, next_from limit 1)
    select id from watch where ${isWaiting} and (next_from, next_to) in (select next_from, next_to from next)
    order by id limit ${atOnce} for update skip locked`.execute(db);
  if (rows.length === 0) return [];
  return em.find(Watch, { workspaceId, id: { $in: rows.map(({ id }) => id) } }, { orderBy: { id: 'asc' } });
}

async function looked(transaction: Transaction, watches: Watch[]): Promise<Said[]> {
  const { workspaceId, nextFrom, nextTo } = watches[0]!;
  const gatherer = new Gatherer(watches);
  for await (const entries of recordedBetween(transaction, workspaceId, nextFrom, nextTo)) gatherer.add(entries);
  const { gathered } = gatherer;
  const said: Said[] = [];
  for (const [index, watch] of watches.entries()) {
    const { watch: after, item } = await atLeisure(look(watch, gathered[index]!));
    said.push({ watch: Object.assign(watch, after, { updatedAt: transaction.now }), item });
  }
  return said;
}

async function store({ db, now }: Transaction, said: Said[]): Promise<void> {
  const watches = said.map(({ watch }) => ({
    workspace_id: watch.workspaceId,
    id: watch.id,
    state: watch.state,
    raised: watch.raised,
    next_from: watch.nextFrom,
    next_to: watch.nextTo,
    due_at: watch.dueAt,
    items: watch.items,
    vigil: watch.vigil,
  }));
  await sql`
    update watch set state = seen.state, raised = seen.raised, next_from = seen.next_from, next_to = seen.next_to,
      due_at = seen.due_at, items = seen.items, vigil = seen.vigil, updated_at = ${now}
    from json_populate_recordset(null::watch, ${JSON.stringify(watches)}::json) as seen
    where (watch.workspace_id, watch.id) = (seen.workspace_id, seen.id)`.execute(db);
  await remember({ db, now }, said);
}

/** Adds what watches said to their histories. */
export async function remember({ db, now }: Pick<Transaction, 'db' | 'now'>, said: Said[]): Promise<void> {
  const items = said.map(({ watch: { workspaceId, id, items: number }, item }) => ({
    workspace_id: workspaceId,
    watch_id: id,
    number,
    at: now,
    item,
  }));
  await sql`
    insert into watch_history
    select * from json_populate_recordset(null::watch_history, ${JSON.stringify(items)}::json)`.execute(db);
}
