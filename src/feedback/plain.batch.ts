import { DatabaseClock, failureKind, type LoneStatement, LoneStatements, UnknownOutcome } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { insertAdditions, ScoreJournal } from '../counting/journal.js';
import { columnOf, entryMembers } from './entry.members.js';
import type { WithRow } from './feedback.batch.js';
import { recordingSecond, type Submission } from './submission.js';

const columns = entryMembers.map(columnOf);

/** What the database's clock says. All times are the same instant: an entry whose time is said is not plain. */
const filled: Record<string, string> = {
  external_id: `replace(external_id, '${recordingSecond}', lpad(to_hex(floor(extract(epoch from now))::bigint), 8, '0'))`,
  occurred_at: 'now',
  counted_at: 'now',
  recorded_at: 'now',
  updated_at: 'now',
};

const insertBatch: LoneStatement = {
  name: 'plain batch',
  text: `
    with clock as materialized (select date_trunc('milliseconds', clock_timestamp()) as now),
    stored as (
      insert into feedback_entry (${columns.join(', ')})
      select ${columns.map((column) => filled[column] ?? column).join(', ')}
      from clock, json_populate_recordset(null::feedback_entry, $1::json) as record
    ),
    counted as (${insertAdditions('$2', '(select now from clock)')})
    select floor(extract(epoch from now) * 1000)::float8 as now from clock`,
};

const findBatch: LoneStatement = {
  name: 'find batch',
  text: `
    select floor(extract(epoch from recorded_at) * 1000)::float8 as now
    from feedback_entry join json_to_recordset($1::json) as record (workspace_id uuid, id uuid) using (workspace_id, id)
    limit 1`,
};

/**
 * Whether nothing but an INSERT is to be done: the entry can be none that is there, claims no window, and happens now. An
 * external id that the server made is new.
 */
export function isPlain({ entry, mayExist, window }: Submission): boolean {
  return !mayExist && !window && entry.occurredAt === null && entry.countedAt === null;
}

/**
 * Writes batches of new entries, and what they change in the journal of the counts, by one statement. It locks no row
 * that others wait for, so the order in it does not matter.
 */
@Injectable()
export class PlainBatches {
  constructor(
    private readonly statements: LoneStatements,
    private readonly journal: ScoreJournal,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * @returns when the batch was recorded; undefined where it was not, because a row was refused or something was in the way
   * @throws the database's error where it is not available, and then nothing is stored; or UnknownOutcome
   */
  async write(batch: WithRow[], deadline: number): Promise<Date | undefined> {
    const additions = await this.journal.additionsOf(batch.map(({ entry }) => entry));
    const rows = `[${batch.map(({ row }) => row).join()}]`;
    try {
      const answer = await this.statements.run<{ now: number }>(insertBatch, [rows, additions], deadline);
      if (!answer) return await this.recordedAt(batch, deadline);
      const now = new Date(answer[0]!.now);
      this.clock.set(now);
      return now;
    } catch (error) {
      if (failureKind(error) === 'unavailable' || error instanceof UnknownOutcome) throw error;
      return undefined;
    }
  }

  /** When a batch was recorded that nobody has heard of yet; so only an erasure may have taken some of it. */
  private async recordedAt(batch: WithRow[], deadline: number): Promise<Date | undefined> {
    const ids = batch.map(({ entry: { workspaceId, id } }) => ({ workspace_id: workspaceId, id }));
    const rows = await this.statements.run<{ now: number }>(findBatch, [JSON.stringify(ids)], deadline);
    return rows?.[0] && new Date(rows[0].now);
  }
}
