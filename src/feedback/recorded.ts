import { leastUuidAt } from '#libs/ids';
import type { Transaction } from '#libs/persistence';
import { canonicalLanguage } from '#libs/text';
import { sql } from 'kysely';
import { sqlOf } from './entry.members.js';
import type { Entry } from './submission.js';

/** Entries that are read at a time: few, so that taking them apart holds nobody up. */
const atOnce = 2_000;

/** What a score is made of, and whose it is. */
export type Recorded = Pick<
  Entry,
  'id' | 'source' | 'instrument' | 'scale' | 'score' | 'resolved' | 'respondent' | 'channel' | 'bot' | 'version'
> & {
  /** In its canonical form. */
  language: string | null;
  /** Epoch milliseconds. */
  countedAt: number;
};

/** The entries of a workspace that were recorded from `from` on and before `to`, in the order of their ids, which say when. */
export async function* recordedBetween(
  { db }: Pick<Transaction, 'db'>,
  workspaceId: string,
  from: Date,
  to: Date,
): AsyncGenerator<Recorded[]> {
  const end = leastUuidAt(to.getTime());
  let after = leastUuidAt(from.getTime());
  let isAfter = sql`id >= ${after}`;
  for (;;) {
    const { rows } = await sql<Recorded & { tag: string | null }>`
      select id, source, instrument, scale, score, resolved, respondent, channel, bot, version, language,
        language_tag as tag, extract(epoch from ${sql.raw(sqlOf('countedAt'))})::float8 * 1000 as "countedAt"
      from feedback_entry where workspace_id = ${workspaceId} and ${isAfter} and id < ${end}
      order by id limit ${atOnce}`.execute(db);
    yield rows.map(({ tag, ...row }) => ({
      ...row,
      language: tag ?? (row.language && canonicalLanguage(row.language)),
    }));
    if (rows.length < atOnce) return;
    after = rows.at(-1)!.id;
    isAfter = sql`id > ${after}`;
  }
}
