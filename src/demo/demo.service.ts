import { type Transaction, Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { v4 as uuidv4 } from 'uuid';
import { locks } from '../locks.js';
import { toRow } from '../feedback/entry.members.js';
import { deleteEntries, lockEntries } from '../feedback/feedback.remover.js';
import { ScoreFolder } from '../counting/folder.js';
import { ScoreJournal } from '../counting/journal.js';
import type { Entry } from '../feedback/submission.js';
import { fold } from '../questions/question.entity.js';
import { botNames, type Cast, questions, tell } from './demo.story.js';

/** How many records there are, or were. */
export interface DemoSize {
  entries: number;
  bots: number;
  questions: number;
  departments: number;
}

type Kind = 'entry' | 'bot' | 'question' | 'department';

const slice = 1_000;
const department = 'Customer care (demonstration)';
/** Milliseconds that a statement may take. */
const patience = 120_000;

/**
 * Believable feedback for a workspace in which there is nothing to look at yet. Every record of it is noted by its own id
 * in `demo_record`, in the transaction that makes it: what is cleared is what was loaded, whatever other records look like.
 */
@Injectable()
export class DemoService {
  constructor(
    private readonly transactions: Transactions,
    private readonly journal: ScoreJournal,
    private readonly folder: ScoreFolder,
  ) {}

  /**
   * All of it or nothing: the same feedback for the same seed.
   * @param days 1 to {@link storyDays}, counted back from now
   * @param progress is told how many of the entries are there
   * @throws where it is loaded already
   */
  async load(
    workspaceId: string,
    { seed, days }: { seed: number; days: number },
    progress: (done: number, of: number) => void = () => undefined,
  ): Promise<DemoSize> {
    const size = await this.transactions.run(
      async (transaction) => {
        await begin(transaction, workspaceId);
        if (await isThere(transaction, workspaceId))
          throw new Error('The demonstration is loaded already; `demo clear` removes it.');
        const { departments, ...cast } = await makeCast(transaction, workspaceId);
        const entries = tell(cast, transaction.now, seed, days);
        await this.journal.prepare(entries);
        for (let from = 0; from < entries.length; from += slice) {
          await this.store(transaction, workspaceId, entries.slice(from, from + slice));
          progress(Math.min(from + slice, entries.length), entries.length);
        }
        return { entries: entries.length, bots: cast.bots.length, questions: cast.questions.length, departments };
      },
      { patience },
    );
    await this.folder.fold(workspaceId);
    return size;
  }

  private async store(transaction: Transaction, workspaceId: string, entries: Entry[]): Promise<void> {
    const rows = JSON.stringify(entries.map(toRow));
    await sql`insert into feedback_entry select * from json_populate_recordset(null::feedback_entry, ${rows}::json)`.execute(
      transaction.db,
    );
    await note(
      transaction,
      workspaceId,
      'entry',
      entries.map(({ id }) => id),
    );
    await this.journal.append(transaction, entries, []);
  }

  /**
   * Removes what was loaded and is still there. What has been put to use meanwhile stays: a bot or a question with other
   * answers, a department with other questions.
   */
  async clear(workspaceId: string): Promise<DemoSize> {
    const size = await this.transactions.run(
      async (transaction) => {
        await begin(transaction, workspaceId);
        const entries = await this.removeEntries(transaction, workspaceId);
        const removed = await removeCast(transaction, workspaceId);
        await sql`delete from demo_record where workspace_id = ${workspaceId}`.execute(transaction.db);
        return { entries, ...removed };
      },
      { patience },
    );
    await this.folder.settle(workspaceId);
    return size;
  }

  private async removeEntries(transaction: Transaction, workspaceId: string): Promise<number> {
    const { db } = transaction;
    const { rows: records } = await sql<{ id: string }>`
      select id from demo_record where workspace_id = ${workspaceId} and kind = 'entry'`.execute(db);
    const noted = sql`workspace_id = ${workspaceId} and id = any(${records.map(({ id }) => id)}::uuid[])`;
    await lockEntries(transaction, noted);
    const removed = await deleteEntries(transaction, noted);
    for (let from = 0; from < removed.length; from += slice)
      await this.journal.append(transaction, [], removed.slice(from, from + slice));
    return removed.length;
  }
}

/** One at a time in a workspace. It computes between its statements, so that it may be idle for a while. */
async function begin({ db }: Transaction, workspaceId: string): Promise<void> {
  await sql`set local idle_in_transaction_session_timeout = '1min'`.execute(db);
  await locks.demo(workspaceId).take(db);
}

async function isThere({ db }: Transaction, workspaceId: string): Promise<boolean> {
  const { rows } = await sql`select from demo_record where workspace_id = ${workspaceId} limit 1`.execute(db);
  return rows.length > 0;
}

async function note({ db }: Transaction, workspaceId: string, kind: Kind, ids: string[]): Promise<void> {
  await sql`insert into demo_record (workspace_id, kind, id)
    select ${workspaceId}, ${kind}, id from unnest(${ids}::text[]) as id`.execute(db);
}

/** The questions are disabled, so that no page asks them. A department of this name that was there before is used as it is. */
async function makeCast(transaction: Transaction, workspaceId: string): Promise<Cast & { departments: number }> {
  const { db, now } = transaction;
  const bots = botNames.map(() => `st-${uuidv4()}`);
  await sql`
    insert into bot (workspace_id, id, name, org_id, account_id, user_id, created_at, updated_at)
    select ${workspaceId}, id, name, ${`o-${uuidv4()}`}, ${uuidv4().replaceAll('-', '').slice(0, 24)}, ${`u-${uuidv4()}`}, ${now}, ${now}
    from unnest(${bots}::text[], ${botNames}::text[]) as new (id, name)`.execute(db);
  const made = await sql<{ id: string }>`
    insert into department (workspace_id, name, status) values (${workspaceId}, ${department}, 'active')
    on conflict (workspace_id, name) do nothing returning id`.execute(db);
  const asked: string[] = [];
  for (const { question, type, config } of questions) {
    const { rows } = await sql<{ id: string }>`
      insert into question (workspace_id, question, folded, type, config, channels, status, created_at)
      values (${workspaceId}, ${question}, ${fold(question)}, ${type}, ${JSON.stringify(config)},
        '{chat,email,sms}', 'disabled', ${now}) returning id`.execute(db);
    asked.push(rows[0]!.id);
  }
  await sql`
    insert into question_department (workspace_id, question_id, department_id, position)
    select workspace_id, question_id, id, 0 from department, unnest(${asked}::bigint[]) as question_id
    where workspace_id = ${workspaceId} and name = ${department}`.execute(db);
  const departments = made.rows.map(({ id }) => id);
  await note(transaction, workspaceId, 'bot', bots);
  await note(transaction, workspaceId, 'question', asked);
  await note(transaction, workspaceId, 'department', departments);
  return { workspaceId, bots, questions: asked, departments: departments.length };
}

async function removeCast({ db }: Transaction, workspaceId: string): Promise<Omit<DemoSize, 'entries'>> {
  const noted = (kind: Kind) => sql`select id from demo_record where workspace_id = ${workspaceId} and kind = ${kind}`;
  const removed = async (statement: ReturnType<typeof sql>): Promise<number> =>
    (await statement.execute(db)).rows.length;
  const entry = sql`select from feedback_entry entry where entry.workspace_id = ${workspaceId}`;
  return {
    bots: await removed(sql`
      delete from bot where workspace_id = ${workspaceId} and id in (${noted('bot')})
      and not exists (${entry} and source = 'survey' and entry.bot = bot.id) returning 1`),
    questions: await removed(sql`
      delete from question where workspace_id = ${workspaceId} and id::text in (${noted('question')})
      and not exists (${entry} and source = 'question' and instrument = question.id::text) returning 1`),
    departments: await removed(sql`
      delete from department where workspace_id = ${workspaceId} and id::text in (${noted('department')})
      and not exists (select from question_department asked where asked.workspace_id = ${workspaceId}
        and asked.department_id = department.id) returning 1`),
  };
}
