import { InvalidInput } from '#libs/problem-details';
import { IsOptional, IsString, Max, Min } from 'class-validator';
import { QueryInteger } from './validators.js';

/** What every native list takes. To be extended by the query DTO of a list that has filters. */
export class PageQuery {
  /** How many to answer with, at most. */
  @IsOptional()
  @QueryInteger()
  @Min(1, { message: '$property must be from 1 to 200' })
  @Max(200, { message: '$property must be from 1 to 200' })
  limit: number = 50;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/**
 * Cuts a page from `rows`, of which one more than `limit` was read to learn whether there is a next one.
 * @param positionOf the values that a row is sorted by, the same that {@link positionIn} gives back
 */
export function pageOf<T>(rows: T[], limit: number, positionOf: (row: T) => string[]): Page<T> {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  const nextCursor = last ? Buffer.from(JSON.stringify(positionOf(last))).toString('base64url') : null;
  return { data, nextCursor };
}

/**
 * The position after which the page of `cursor` begins: `length` texts; undefined for the first page.
 * @throws InvalidInput where the cursor is none of ours. What its texts mean is still to be checked by the list.
 */
export function positionIn(cursor: string | undefined, length: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const fits = Array.isArray(position) && position.length === length;
    if (fits && position.every((value) => typeof value === 'string')) return position;
  } catch {
    // Answered below, like any other text that is no cursor of ours.
  }
  throw new InvalidInput([{ pointer: '/cursor', detail: 'cursor must be the nextCursor of an earlier answer' }]);
}
