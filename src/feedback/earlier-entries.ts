import type { Fill, Transaction } from '#libs/persistence';
import { canonicalLanguage } from '#libs/text';
import { Injectable } from '@nestjs/common';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Counted, countedMembers } from '../counting/change.js';
import { ScoreJournal } from '../counting/journal.js';
import { selectionOf } from './entry.members.js';
import { FeedbackEntry } from './feedback-entry.entity.js';
import type { Entry } from './submission.js';

/** Rows of a chunk. */
const atOnce = 1_000;

type Earlier = Pick<Entry, 'id' | 'language' | keyof Counted>;
const selection = selectionOf([...new Set([...countedMembers, 'id' as const, 'language' as const])]);

/** The next chunk is looked for behind this entry. */
interface Position {
  workspaceId: string;
  id: string;
}
const nil = '00000000-0000-0000-0000-000000000000';
const beginning: Position = { workspaceId: nil, id: nil };

/**
 * Entries that were stored before entries had a tag of their language, a time at which they count, and a version. A null
 * in `counted_at` tells them.
 */
@Injectable()
export class EarlierEntries implements Fill {
  readonly name = 'entries of earlier releases';
  private seen = beginning;

  constructor(private readonly journal: ScoreJournal) {}

  async fillSome(transaction: Transaction): Promise<number> {
    const before = await this.next(transaction);
    if (before.length > 0) {
      this.seen = before.at(-1)!;
      await this.journal.append(transaction, await fill(transaction, before), before);
      return before.length;
    }
    if (this.seen !== beginning) {
      // Begins again from the first, for the entries that were locked and passed over.
      this.seen = beginning;
      return this.fillSome(transaction);
    }
    await forgetLanguages(transaction);
    return 0;
  }

  private async next({ em, db }: Transaction): Promise<Earlier[]> {
    const { rows } = await sql<object>`
      select ${selection} from feedback_entry
      where counted_at is null and (workspace_id, id) > (${this.seen.workspaceId}::uuid, ${this.seen.id}::uuid)
      order by workspace_id, id limit ${atOnce} for update skip locked`.execute(db);
    return rows.map((row): Earlier => em.map(FeedbackEntry, row));
  }

  async left({ db }: Transaction): Promise<number> {
    const { rows } = await sql<{ left: number }>`
      select count(*)::float8 as left from feedback_entry where counted_at is null`.execute(db);
    return rows[0]!.left;
  }
}

/** @returns the entries as they are now; their times count as before */
async function fill({ db }: Transaction, entries: Earlier[]): Promise<Earlier[]> {
  const languages = [...new Set(entries.flatMap(({ language }) => language || []))];
  const column = (member: 'workspaceId' | 'id') => entries.map((entry) => entry[member]);
  const { rows } = await sql<Pick<Entry, 'id' | 'version'>>`
    update feedback_entry set
      counted_at = least(occurred_at, recorded_at),
      language_tag = (
        select tag from unnest(${languages}::text[], ${languages.map(canonicalLanguage)}::text[]) as known (language, tag)
        where known.language = feedback_entry.language),
      version = case when source = 'message' and json_typeof(properties -> 'version') = 'string'
        and char_length(properties ->> 'version') between 1 and 255 then properties ->> 'version' end
    where (workspace_id, id) in (select * from unnest(${column('workspaceId')}::uuid[], ${column('id')}::uuid[]))
    returning id, version`.execute(db);
  const versions = new Map(rows.map(({ id, version }) => [id, version]));
  return entries.map((entry) => ({ ...entry, version: versions.get(entry.id) ?? null }));
}

/** Removes the spellings of workspaces in which every entry has its tag. */
async function forgetLanguages({ db }: Transaction): Promise<void> {
  await sql`
    delete from unfilled_language where not exists (
      select from feedback_entry entry where entry.workspace_id = unfilled_language.workspace_id and counted_at is null
    )`.execute(db);
}

/**
 * Which entries are in one of these languages, in any spelling; '' stands for those without one. An entry that has no tag
 * yet is found by the spelling that it was sent with.
 */
export async function inLanguages(
  db: Kysely<unknown>,
  workspaceId: string,
  languages: string[],
): Promise<RawBuilder<unknown>> {
  const tags = languages.map(canonicalLanguage);
  const { rows } = await sql<{ language: string }>`
    select language from unfilled_language where workspace_id = ${workspaceId}`.execute(db);
  const tagged = sql`coalesce(language_tag, '') = any(${tags}::text[])`;
  if (rows.length === 0) return tagged;
  const spellings = ['', ...rows.map(({ language }) => language)].filter((one) =>
    tags.includes(canonicalLanguage(one)),
  );
  const spelled = sql`coalesce(language, '') = any(${spellings}::text[])`;
  return sql`case when counted_at is null then ${spelled} else ${tagged} end`;
}
