import { newUuid } from '#libs/ids';
import type { Transaction } from '#libs/persistence';
import { sql } from 'kysely';

/** Who talks to which business. */
export interface Parties {
  workspaceId: string;
  respondent: string;
  business: string;
}

/**
 * Opens or prolongs the conversation of a person with a business, by the database's clock: one whose last message is
 * more than `ttl` milliseconds old is over, and another begins. Locks the person, then the conversation, as batches do.
 * @returns its id; null where nobody is registered by that name
 */
export async function joinConversation(
  { db }: Transaction,
  { workspaceId, respondent, business }: Parties,
  ttl: number,
): Promise<string | null> {
  const person = await sql`
    select from person where workspace_id = ${workspaceId} and respondent = ${respondent} for key share`.execute(db);
  if (person.rows.length === 0) return null;
  const { rows } = await sql<{ id: string }>`
    insert into conversation (workspace_id, respondent, business, id, last_message_at)
    values (${workspaceId}, ${respondent}, ${business}, ${newUuid()}, clock_timestamp())
    on conflict (workspace_id, respondent, business) do update set
      id = case when conversation.last_message_at + ${ttl}::float8 * interval '1 ms' >= clock_timestamp()
        then conversation.id else excluded.id end,
      last_message_at = clock_timestamp()
    returning id`.execute(db);
  return rows[0]!.id;
}
