import { inLockOrder, type Transaction } from '#libs/persistence';
import { type RawBuilder, sql } from 'kysely';
import type { Outcome, Submission } from './submission.js';

/** Whether a submission with a window may be stored. `again`: the window closed meanwhile, so it has to be claimed anew. */
export type Claim =
  { kind: 'granted'; conversation: string; language: string | null; closesAt: Date } | Outcome | 'again';

/** A window is the respondent's with one business, which the entry calls its channel. */
interface WindowKey {
  workspace_id: string;
  respondent: string;
  business: string;
}

interface PersonRow {
  workspace_id: string;
  respondent: string;
  language_code: string | null;
}

interface Request extends WindowKey {
  entry_id: string;
  window_length: number;
  conversation_ttl: number;
}

const definition = sql.raw(
  'workspace_id uuid, respondent text, business text, entry_id uuid, window_length float8, conversation_ttl float8',
);

/**
 * Claims the windows of those submissions that have one, in the order in which everything is locked: people,
 * conversations, windows, each sorted. People and conversations are held until COMMIT, so that an erasure cannot slip
 * in between. An open window is the answer whatever has become of the conversation meanwhile.
 * @returns by entry id
 */
export async function claimWindows({ db }: Transaction, submissions: Submission[]): Promise<Map<string, Claim>> {
  const requests = inLockOrder(submissions.flatMap(requestOf), nameOf);
  if (requests.length === 0) return new Map();
  const people = await lockPeople(db, requests);
  const conversations = await lockConversations(db, requests);
  const closings = await grant(
    db,
    requests.filter((request) => conversations.has(nameOf(request))),
  );
  const open = await openWindows(
    db,
    requests.filter(({ entry_id: id }) => !closings.has(id)),
  );
  return new Map(requests.map((request) => [request.entry_id, claimOf(request)]));

  function claimOf(request: Request): Claim {
    const conversation = conversations.get(nameOf(request));
    const person = people.get(`${request.workspace_id}/${request.respondent}`);
    const granted = closings.get(request.entry_id);
    if (person && conversation && granted) {
      return { kind: 'granted', conversation, language: person.language_code || null, closesAt: granted };
    }
    const closesAt = open.get(nameOf(request));
    if (closesAt) return { kind: 'duplicate', closesAt };
    if (!person) return { kind: 'unknown person' };
    return conversation ? 'again' : { kind: 'no conversation' };
  }
}

function requestOf({ entry, window }: Submission): Request[] {
  if (!window) return [];
  const key = { workspace_id: entry.workspaceId, respondent: entry.respondent!, business: entry.channel! };
  return [{ ...key, entry_id: entry.id, window_length: window.length, conversation_ttl: window.conversationTtl }];
}

async function lockPeople(db: Transaction['db'], requests: Request[]): Promise<Map<string, PersonRow>> {
  const { rows } = await sql<PersonRow>`
    select person.workspace_id, person.respondent, person.language_code
    from ${positioned(requests)} join person using (workspace_id, respondent)
    order by position for key share of person`.execute(db);
  return new Map(rows.map((row) => [`${row.workspace_id}/${row.respondent}`, row]));
}

/** Locks the active ones. */
async function lockConversations(db: Transaction['db'], requests: Request[]): Promise<Map<string, string>> {
  const { rows } = await sql<WindowKey & { id: string }>`
    select conversation.workspace_id, conversation.respondent, conversation.business, conversation.id
    from ${positioned(requests)} join conversation using (workspace_id, respondent, business)
    where last_message_at + conversation_ttl * interval '1 ms' >= clock_timestamp()
    order by position for key share of conversation`.execute(db);
  return new Map(rows.map((row) => [nameOf(row), row.id]));
}

/** Claims windows by the database's clock. Those that are granted are returned. */
async function grant(db: Transaction['db'], requests: Request[]): Promise<Map<string, Date>> {
  if (requests.length === 0) return new Map();
  const { rows } = await sql<{ entry_id: string; closes_at: number }>`
    insert into feedback_window (workspace_id, business, respondent, entry_id, closes_at)
    select workspace_id, business, respondent, entry_id, clock_timestamp() + window_length * interval '1 ms'
    from ${recordset(requests)} as record (${definition})
    on conflict (workspace_id, business, respondent) do update
      set entry_id = excluded.entry_id, closes_at = excluded.closes_at
      where feedback_window.closes_at <= clock_timestamp()
    returning entry_id, ${milliseconds('closes_at')} as closes_at`.execute(db);
  return new Map(rows.map((row) => [row.entry_id, new Date(row.closes_at)]));
}

async function openWindows(db: Transaction['db'], requests: Request[]): Promise<Map<string, Date>> {
  if (requests.length === 0) return new Map();
  const { rows } = await sql<WindowKey & { closes_at: number }>`
    select feedback_window.workspace_id, respondent, business, ${milliseconds('closes_at')} as closes_at
    from ${recordset(requests)} as record (${definition})
    join feedback_window using (workspace_id, respondent, business)
    where closes_at > clock_timestamp()`.execute(db);
  return new Map(rows.map((row) => [nameOf(row), new Date(row.closes_at)]));
}

/** Rounded up, so that nobody is told to come back too early. */
function milliseconds(column: string): RawBuilder<unknown> {
  return sql.raw(`ceil(extract(epoch from ${column}) * 1000)::float8`);
}

function recordset(requests: Request[]): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(requests)}::json)`;
}

function positioned(requests: Request[]): RawBuilder<unknown> {
  return sql`rows from (${recordset(requests)} as (${definition})) with ordinality
    as record (workspace_id, respondent, business, entry_id, window_length, conversation_ttl, position)`;
}

/** Names a window, in the queue of submissions and in the marks of duplicates. */
export function windowKeyOf({
  workspaceId,
  respondent,
  channel,
}: Pick<Submission['entry'], 'workspaceId' | 'respondent' | 'channel'>): string {
  return nameOf({ workspace_id: workspaceId, respondent: respondent!, business: channel! });
}

function nameOf({ workspace_id: workspace, respondent, business }: WindowKey): string {
  return `${workspace}/${business}/${respondent}`;
}
