import { createHash } from 'node:crypto';
import { InvalidInput } from '#libs/problem-details';
import { IsOptional } from 'class-validator';
import { Between, QueryInteger, Text } from './rules.js';

/** What every native list takes. To be extended by the query DTO of a list that has filters. */
export class PageQuery {
  /** How many to answer with, at most. */
  @IsOptional()
  @QueryInteger()
  @Between(1, 200)
  limit: number = 50;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @Text()
  cursor?: string;
}

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/**
 * Cuts a page from `rows`, of which one more than `limit` was read to learn whether there is a next one.
 * @param list what is listed: another list takes none of these cursors
 * @param positionOf the values that a row is sorted by, without spaces; {@link positionIn} gives them back
 */
export function pageOf<T>(list: string, rows: T[], limit: number, positionOf: (row: T) => string[]): Page<T> {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last ? cursorTo(list, positionOf(last).join(' ')) : null };
}

/**
 * The position after which the page of `cursor` begins: `length` texts; undefined for the first page.
 * @throws InvalidInput where the cursor is none of this list's. What its texts mean is still to be checked by the list.
 */
export function positionIn(list: string, cursor: string | undefined, length: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  const position = Buffer.from(cursor, 'base64url').subarray(checkBytes).toString();
  const texts = position.split(' ');
  if (cursor !== cursorTo(list, position) || texts.length !== length) throw new WrongCursor();
  return texts;
}

/** Where a row stands in a list that is sorted by time and id. */
export interface TimedPosition {
  at: Date;
  id: string;
}

/**
 * The position after which the page of `cursor` begins in a list that is sorted by time, as ISO 8601, and id; undefined
 * for the first page.
 * @throws InvalidInput where the cursor is none of this list's, or `isId` refuses its id
 */
export function timedPositionIn(
  list: string,
  cursor: string | undefined,
  isId: (text: string) => boolean,
): TimedPosition | undefined {
  const position = positionIn(list, cursor, 2);
  if (!position) return undefined;
  const [time, id] = position as [string, string];
  const at = new Date(time);
  if (Number.isNaN(at.getTime()) || !isId(id)) throw new WrongCursor();
  return { at, id };
}

/** The cursor is none that this list has given out. */
export class WrongCursor extends InvalidInput {
  constructor() {
    super([{ pointer: '/cursor', detail: 'cursor must be the nextCursor of an earlier answer' }]);
  }
}

const checkBytes = 6;

/** Finds out mistakes. Whoever forges one gets no further than the list's own filters, which know what the caller may see. */
function cursorTo(list: string, position: string): string {
  const check = createHash('sha256').update(`${list} ${position}`).digest().subarray(0, checkBytes);
  return Buffer.concat([check, Buffer.from(position)]).toString('base64url');
}
