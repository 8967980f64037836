import { type RawBuilder, sql } from 'kysely';

/** Unicode's white space and line ends, and U+200B and U+FEFF. A comment of nothing else says nothing. */
const blanks =
  '\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF';

/** Whether `text` says nothing. */
export function isBlank(text: string): boolean {
  return Array.from(text).every((character) => blanks.includes(character));
}

/**
 * The opposite, of the column `comment`. Its first condition is that of an index, which serves it. PostgreSQL takes 30 ms to
 * trim 2 MiB, and the beginning tells of most comments.
 */
export const hasWords: RawBuilder<boolean> = sql`(comment <> '' and (
  btrim(left(comment, 1000), ${sql.lit(blanks)}) <> '' or btrim(comment, ${sql.lit(blanks)}) <> ''))`;
