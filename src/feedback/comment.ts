import { fold } from '#libs/text';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Entry } from './submission.js';

/** Unicode's white space and line ends, and U+200B and U+FEFF. A comment of nothing else says nothing. */
const blanks =
  '\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF';

/** Whether `text` says nothing. */
export function isBlank(text: string): boolean {
  for (const character of text) if (!blanks.includes(character)) return false;
  return true;
}

/**
 * The opposite, of the column `comment`. Its first condition is that of an index, which serves it. PostgreSQL takes 30 ms to
 * trim 2 MiB, and the beginning tells of most comments.
 */
export const hasWords: RawBuilder<boolean> = sql`(comment <> '' and (
  btrim(left(comment, 1000), ${sql.lit(blanks)}) <> '' or btrim(comment, ${sql.lit(blanks)}) <> ''))`;

/** UTF-16 units of each text that searching sees: folding 2 MiB would hold up everybody else. */
const mostSearched = 65_536;

/**
 * All that was said in words, the comment and then the details of the reasons, as searching sees it: the beginning of each
 * text; '' where that is nothing, null where there is neither comment nor reason. Where a release folds otherwise, its migration sets it to null,
 * and it is filled again.
 */
export function wordsOf({ comment, reasons }: Pick<Entry, 'comment' | 'reasons'>): string | null {
  if (comment === null && reasons === null) return null;
  const said = [comment ?? '', ...(reasons ?? []).map(({ details }) => details)];
  const beginnings = said.filter((text) => !isBlank(text)).map((text) => text.slice(0, mostSearched).toWellFormed());
  const words = beginnings.join('\n');
  // Folding may leave nothing of a text: a lone dot above is left out.
  return fold(words) || words;
}

/** An entry whose words are yet to be filled. */
export const isUnfilled: RawBuilder<boolean> = sql`(words is null and (comment is not null or reasons is not null))`;

/** The same words without our own folding, for as long as an entry is not filled. */
const unfolded = sql`lower(normalize(concat_ws(chr(10), comment,
  (select string_agg(reason ->> 'details', chr(10)) from json_array_elements(reasons) reason)), NFKC))`;

/** Which entries say something in words, and each of the words of `sought` if there are any. */
export async function inWords(
  db: Kysely<unknown>,
  workspaceId: string,
  sought: string | undefined,
): Promise<RawBuilder<unknown>> {
  const parts = fold(sought ?? '')
    .split(/\s+/u)
    .filter((part) => part !== '');
  const holdsAll = (words: RawBuilder<unknown>, isSaid: RawBuilder<unknown>) =>
    sql.join([isSaid, ...parts.map((part) => sql`strpos(${words}, ${part}) > 0`)], sql` and `);
  // The first condition is that of an index.
  const filled = holdsAll(sql`words`, sql`words <> ''`);
  const { rows } = await sql`
    select from feedback_entry where workspace_id = ${workspaceId} and ${isUnfilled} limit 1`.execute(db);
  if (rows.length === 0) return sql`(${filled})`;
  const asSent = holdsAll(unfolded, sql`btrim(${unfolded}, ${sql.lit(blanks)}) <> ''`);
  return sql`case when words is null then ${asSent} else ${filled} end`;
}
