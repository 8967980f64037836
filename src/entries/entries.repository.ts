import type { TimedPosition } from '#libs/validation';
import { ReadingTurns, type Transaction, Transactions } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { hasWords } from '../feedback/comment.js';
import { inLanguages } from '../feedback/earlier-entries.js';
import { columnOf, membersKeptAs, sqlOf } from '../feedback/entry.members.js';
import { isAbout } from '../feedback/respondent.js';
import { type EntryDto, shownMembers } from './entry.dto.js';

/** Members that are texts: a filter of that name is by equality with any of its values. */
export const textMembers = membersKeptAs('string', 'text');

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
  /** `from` <= countedAt < `to`. */
  from?: Date;
  to?: Date;
  /** `recordedAt` <= this. */
  recordedUntil?: Date;
}

export interface EntryPage {
  entries: EntryDto[];
  hasNext: boolean;
}

interface WantedPage {
  workspaceId: string;
  filter: EntryFilter;
  limit: number;
  after: TimedPosition | undefined;
  bytes: number;
}

/** An entry may hold 2 MiB. A page with more than this is shorter than was asked for; it has one entry at least. */
const pageBytes = 4_194_304;
/** Of a page that is held until a client has taken it. */
const heldPageBytes = 1_048_576;
/** Milliseconds that such a page may take the database: entries that fit may be rare. */
const heldPagePatience = 10_000;

const size = sql.raw(
  membersKeptAs('text', 'json')
    .map((member) => `coalesce(octet_length(${columnOf(member)}::text), 0)`)
    .join(' + '),
);
const times = membersKeptAs('datetime') as (keyof EntryDto)[];
/** Under the names of the entry's members; times in epoch milliseconds. An export has no time for entities. */
const columns = sql.raw(
  shownMembers
    .map((member) => {
      const column = sqlOf(member);
      return `${times.includes(member) ? `(extract(epoch from ${column}) * 1000)::float8` : column} as "${member}"`;
    })
    .join(', '),
);
const countedAt = sql.raw(sqlOf('countedAt'));
const newestFirst = sql`${countedAt} desc, id desc`;

/** Entries of one workspace, read page by page. */
@Injectable()
export class EntriesRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly turns: ReadingTurns,
  ) {}

  /** At most `limit` of the entries that fit, newest first, from behind `after` on. */
  page(workspaceId: string, filter: EntryFilter, limit: number, after?: TimedPosition): Promise<EntryPage> {
    const wanted = { workspaceId, filter, limit, after, bytes: pageBytes };
    return this.turns.take(() => this.pageIn(this.em.fork().getKysely(), wanted));
  }

  /** The same for a file, which has time. Its first page is refused where too many are reading; the others are not. */
  filePage(workspaceId: string, filter: EntryFilter, limit: number, after?: TimedPosition): Promise<EntryPage> {
    const wanted = { workspaceId, filter, limit, after, bytes: heldPageBytes };
    const read = (): Promise<EntryPage> =>
      this.transactions.run(({ db }) => this.pageIn(db, wanted), { patience: heldPagePatience });
    return after ? this.turns.await(read) : this.turns.take(read);
  }

  private async pageIn(
    db: Transaction['db'],
    { workspaceId, filter, limit, after, bytes }: WantedPage,
  ): Promise<EntryPage> {
    const conditions = [sql`workspace_id = ${workspaceId}`, ...conditionsOf(filter)];
    if (filter.texts?.language) conditions.push(await inLanguages(db, workspaceId, filter.texts.language));
    if (after) conditions.push(sql`(${countedAt}, id) < (${after.at}, ${after.id}::uuid)`);
    const { rows } = await sql<EntryDto & { hasNext: boolean }>`
      select ${columns}, has_next as "hasNext" from (
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
    const found = rows.map(({ hasNext, ...row }) => ({ hasNext, entry: withTimes(row) }));
    return { entries: found.map(({ entry }) => entry), hasNext: found.at(-1)?.hasNext ?? false };
  }

  /** The database's clock. */
  async now(): Promise<Date> {
    const [row] = await this.em.fork().execute<{ now: number }[]>(`
      select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now`);
    return new Date(row!.now);
  }

  async get(workspaceId: string, id: string): Promise<EntryDto | null> {
    const { rows } = await sql<EntryDto>`
      select ${columns} from feedback_entry where workspace_id = ${workspaceId} and id = ${id}`.execute(
      this.em.fork().getKysely(),
    );
    return rows[0] ? withTimes(rows[0]) : null;
  }
}

/** Makes dates of the milliseconds in a row. */
function withTimes(row: EntryDto): EntryDto {
  return Object.assign(row, Object.fromEntries(times.map((time) => [time, new Date(row[time] as Date)])));
}

function conditionsOf(filter: EntryFilter): RawBuilder<unknown>[] {
  const { texts = {}, about, scoreMin, scoreMax, resolved, hasComment, from, to, recordedUntil } = filter;
  return [
    ...comparedMembers.flatMap((member) => (texts[member] ? [isAnyOf(columnOf(member), texts[member])] : [])),
    ...(about === undefined ? [] : [isAbout(about)]),
    ...(scoreMin === undefined ? [] : [sql`score >= ${scoreMin}`]),
    ...(scoreMax === undefined ? [] : [sql`score <= ${scoreMax}`]),
    ...(resolved === undefined ? [] : [sql`resolved = ${resolved}`]),
    ...(hasComment === undefined ? [] : [hasComment ? hasWords : sql`${hasWords} is not true`]),
    ...(from ? [sql`${countedAt} >= ${from}`] : []),
    ...(to ? [sql`${countedAt} < ${to}`] : []),
    ...(recordedUntil ? [sql`recorded_at <= ${recordedUntil}`] : []),
  ];
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
