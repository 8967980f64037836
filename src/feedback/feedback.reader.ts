import { type Page, pageOf, type PageQuery, type TimedPosition, timedPositionIn } from '#libs/validation';
import { firstWithin, ReadingTurns, type Transaction, Transactions } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { type BandSet, placesOf } from './bands.js';
import { hasWords as hasComments, inWords } from './comment.js';
import { inLanguages } from './earlier-entries.js';
import { columnOf, membersKeptAs, reviewMembers, sqlOf } from './entry.members.js';
import type { State } from './feedback-entry.entity.js';
import { isAbout } from './respondent.js';
import type { Entry } from './submission.js';

/** Texts by which entries are found in other ways, or not at all. */
const otherwise = new Set<string>([...reviewMembers, 'words']);

/** Members that are texts: a filter of that name is by equality with any of its values. */
export const textMembers = membersKeptAs('string', 'text').filter((member) => !otherwise.has(member));

/** All of them but the language, which is found in any spelling. */
const comparedMembers = textMembers.filter((member) => member !== 'language');

/** Which entries: those that fit every member that is there. */
export interface EntryFilter {
  /** By the names of {@link textMembers}. */
  texts?: Partial<Record<(typeof textMembers)[number], string[]>>;
  /** Those that {@link isAbout} finds. */
  about?: string;
  scoreMin?: number;
  scoreMax?: number;
  /** Whether the conversation settled the matter. */
  resolved?: boolean;
  /** Whether the respondent said something in words. */
  hasComment?: boolean;
  /** Only those with words, in the comment or a reason. */
  hasWords?: boolean;
  /** Every word of it is a part of what was said. */
  q?: string;
  /** Any of these labels is among the reasons; '' stands for no reason. */
  reasons?: string[];
  states?: State[];
  /** Bands of scores by name, `resolved` and `unresolved`; as `bandSet` draws them. */
  bands?: string[];
  bandSet?: BandSet;
  /** `from` <= countedAt < `to`. */
  from?: Date;
  to?: Date;
  /** `recordedAt` <= this. */
  recordedUntil?: Date;
}

/** Members of an entry, among them those that lists go by. */
type Read<M extends keyof Entry> = Pick<Entry, M | 'id' | 'countedAt'>;

/** Entries that follow one another in a list. */
export interface Stretch<M extends keyof Entry> {
  entries: Read<M>[];
  hasNext: boolean;
}

/** What is read of which entries, newest first. */
interface Wanted<M extends keyof Entry> {
  workspaceId: string;
  members: readonly M[];
  filter: EntryFilter;
  limit: number;
  /** Where the entry before the first stands. */
  after?: TimedPosition;
}

/** An entry may hold 2 MiB. A page with more than this is shorter than was asked for; it has one entry at least. */
const pageBytes = 4_194_304;
/** Of a page that is held until a client has taken it. */
const heldPageBytes = 1_048_576;
/** Milliseconds that such a page may take the database: entries that fit may be rare. */
const heldPageTimeout = 10_000;

const size = sql.raw(
  membersKeptAs('text', 'json')
    .map((member) => `coalesce(octet_length(${columnOf(member)}::text), 0)`)
    .join(' + '),
);
const times = membersKeptAs('datetime') as (keyof Entry)[];
const countedAt = sql.raw(sqlOf('countedAt'));
const newestFirst = sql`${countedAt} desc, id desc`;

/** Reads stored entries. */
@Injectable()
export class FeedbackReader {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly turns: ReadingTurns,
  ) {}

  /**
   * One page of a list. It does not shift when entries are stored or deleted meanwhile. With very long entries it is shorter
   * than `limit`.
   * @param list what is listed: another list takes none of its cursors
   */
  async page<M extends keyof Entry>(
    list: string,
    workspaceId: string,
    members: readonly M[],
    filter: EntryFilter,
    { limit, cursor }: PageQuery,
  ): Promise<Page<Read<M>>> {
    const wanted = { workspaceId, members, filter, limit, after: timedPositionIn(list, cursor, isUuid) };
    const read = () => stretchIn(this.em.fork().getKysely(), wanted, pageBytes);
    const { entries, hasNext } = await this.turns.take(workspaceId, read);
    // The entry in excess that tells of a next page is not at hand.
    const rows = hasNext ? [...entries, entries[0]!] : entries;
    return pageOf(list, rows, entries.length, ({ countedAt, id }) => [countedAt.toISOString(), id]);
  }

  /** A part of a file, which has time. The first is refused where too many are reading; the others are not. */
  forFile<M extends keyof Entry>(wanted: Wanted<M>): Promise<Stretch<M>> {
    const read = () =>
      this.transactions.run(({ db }) => stretchIn(db, wanted, heldPageBytes), { statementTimeout: heldPageTimeout });
    const { workspaceId, after } = wanted;
    return after ? this.turns.await(workspaceId, read) : this.turns.take(workspaceId, read);
  }

  /**
   * The entries with these ids, in their order, in parts that hold no more than a mebibyte or one entry. What has been
   * deleted meanwhile is not among them.
   * @param ids a hundred or two
   */
  async *inParts<M extends keyof Entry>(
    workspaceId: string,
    members: readonly M[],
    ids: string[],
  ): AsyncGenerator<Read<M>[]> {
    for (let left = ids; left.length > 0;) {
      const wanted = left;
      const db = this.em.fork().getKysely<unknown>();
      const part = await this.turns.await(workspaceId, () => this.partOf(db, workspaceId, members, wanted));
      if (part.length === 0) return;
      yield part;
      left = left.slice(left.indexOf(part.at(-1)!.id) + 1);
    }
  }

  /** The first of such parts, as `db` sees it. */
  async partOf<M extends keyof Entry>(
    db: Transaction['db'],
    workspaceId: string,
    members: readonly M[],
    ids: string[],
  ): Promise<Read<M>[]> {
    const first = await firstWithin(
      db,
      { table: 'feedback_entry', idType: 'uuid', size },
      workspaceId,
      ids,
      heldPageBytes,
    );
    const { rows } = await sql<Read<M>>`
      select ${columnsOf(members)} from feedback_entry
      where workspace_id = ${workspaceId} and id = any(${first}::uuid[])`.execute(db);
    return rows.map(withTimes).toSorted((a, b) => first.indexOf(a.id) - first.indexOf(b.id));
  }

  /** The database's clock. */
  now(): Promise<Date> {
    return this.transactions.run(async ({ now }) => now);
  }

  async get<M extends keyof Entry>(workspaceId: string, members: readonly M[], id: string): Promise<Read<M> | null> {
    const { rows } = await sql<Read<M>>`
      select ${columnsOf(members)} from feedback_entry where workspace_id = ${workspaceId} and id = ${id}`.execute(
      this.em.fork().getKysely(),
    );
    return rows[0] ? withTimes(rows[0]) : null;
  }
}

async function stretchIn<M extends keyof Entry>(
  db: Transaction['db'],
  { workspaceId, members, filter, limit, after }: Wanted<M>,
  bytes: number,
): Promise<Stretch<M>> {
  const conditions = [sql`workspace_id = ${workspaceId}`, ...conditionsOf(filter)];
  if (filter.texts?.language) conditions.push(await inLanguages(db, workspaceId, filter.texts.language));
  const { q, hasWords } = filter;
  if (q !== undefined || hasWords) conditions.push(await inWords(db, workspaceId, q));
  if (after) conditions.push(sql`(${countedAt}, id) < (${after.at}, ${after.id}::uuid)`);
  const { rows } = await sql<Read<M> & { hasNext: boolean }>`
    select ${columnsOf(members)}, has_next as "hasNext" from (
      select entry.*,
        sum(${size}) over (order by ${newestFirst} rows between unbounded preceding and 1 preceding) as bytes_before,
        row_number() over (order by ${newestFirst}) as position,
        lead(id) over (order by ${newestFirst}) is not null as has_next
      from (
        select * from feedback_entry where ${sql.join(conditions, sql` and `)}
        order by ${newestFirst} limit ${limit + 1}
      ) entry
    ) page
    where position <= ${limit} and coalesce(bytes_before, 0) < ${bytes}
    order by position`.execute(db);
  const found = rows.map(({ hasNext, ...row }) => ({ hasNext, entry: withTimes(row as unknown as Read<M>) }));
  return { entries: found.map(({ entry }) => entry), hasNext: found.at(-1)?.hasNext ?? false };
}

/** Under the names of the members; times in epoch milliseconds. An export has no time for entities. */
function columnsOf(members: readonly (keyof Entry)[]): RawBuilder<unknown> {
  const columns = [...new Set([...members, 'id' as const, 'countedAt' as const])].map((member) => {
    const column = sqlOf(member);
    return `${times.includes(member) ? `(extract(epoch from ${column}) * 1000)::float8` : column} as "${member}"`;
  });
  return sql.raw(columns.join(', '));
}

/** Makes dates of the milliseconds in a row. */
function withTimes<Row extends Partial<Entry>>(row: Row): Row {
  const read = times.filter((time) => row[time] != null);
  return Object.assign(row, Object.fromEntries(read.map((time) => [time, new Date(row[time] as Date)])));
}

export function conditionsOf(filter: EntryFilter): RawBuilder<unknown>[] {
  const { texts = {}, about, scoreMin, scoreMax, resolved, hasComment, from, to, recordedUntil } = filter;
  const { reasons, states, bands, bandSet = 'standard' } = filter;
  return [
    ...comparedMembers.flatMap((member) => (texts[member] ? [isAnyOf(columnOf(member), texts[member])] : [])),
    ...(about === undefined ? [] : [isAbout(about)]),
    ...(scoreMin === undefined ? [] : [sql`score >= ${scoreMin}`]),
    ...(scoreMax === undefined ? [] : [sql`score <= ${scoreMax}`]),
    ...(resolved === undefined ? [] : [sql`resolved = ${resolved}`]),
    ...(hasComment === undefined ? [] : [hasComment ? hasComments : sql`${hasComments} is not true`]),
    ...(reasons ? [hasReason(reasons)] : []),
    ...(states ? [isIn(states)] : []),
    ...(bands ? [inBands(bands, bandSet)] : []),
    ...(from ? [sql`${countedAt} >= ${from}`] : []),
    ...(to ? [sql`${countedAt} < ${to}`] : []),
    ...(recordedUntil ? [sql`recorded_at <= ${recordedUntil}`] : []),
  ];
}

function hasReason(labels: string[]): RawBuilder<unknown> {
  const among = sql`exists (select from json_array_elements(reasons) reason where reason ->> 'label' = any(${labels}::text[]))`;
  return labels.includes('') ? sql`(coalesce(json_array_length(reasons), 0) = 0 or ${among})` : among;
}

/** Without \`new\` the index over what has been seen or done serves it. */
function isIn(states: State[]): RawBuilder<unknown> {
  return states.includes('new')
    ? sql`coalesce(state, 'new') = any(${states}::text[])`
    : sql`state = any(${states}::text[])`;
}

/** A band lies elsewhere on each scale. */
function inBands(names: string[], set: BandSet): RawBuilder<unknown> {
  const places = names.flatMap((name) => {
    if (name === 'resolved' || name === 'unresolved') return [sql`resolved = ${name === 'resolved'}`];
    return placesOf(name, set).map(
      ({ scale, low, high }) => sql`(scale = ${scale} and score between ${low} and ${high})`,
    );
  });
  return sql`(${sql.join(places, sql` or `)})`;
}

/** An empty one identifies nothing. Of all other texts an empty value means entries without one, as analytics have it. */
const identifiers = ['external_id', 'respondent', 'conversation', 'message'];

/** With one value an index over that column keeps its order, with several it does not. */
function isAnyOf(column: string, values: string[]): RawBuilder<unknown> {
  if (values.includes('') && !identifiers.includes(column))
    return sql`coalesce(${sql.ref(column)}, '') = any(${values}::text[])`;
  return values.length === 1
    ? sql`${sql.ref(column)} = ${values[0]}`
    : sql`${sql.ref(column)} = any(${values}::text[])`;
}
