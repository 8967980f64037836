import { visibleName } from '#libs/text';
import { type RawBuilder, sql } from 'kysely';

/** A respondent is one exact NFC string in a workspace, whichever door it came through. */
export const maxRespondentLength = 255;

/** The respondent of that name; null where it can name nobody. */
export function respondentNamed(name: string, maxLength = maxRespondentLength): string | null {
  return visibleName(name, maxLength);
}

/**
 * The entries that are about a person: those whose respondent it is, and those that name it besides, as the `id` of a
 * message feedback whose respondent is the `userId`. The index of second names serves the latter.
 */
export function isAbout(respondent: string): RawBuilder<boolean> {
  return sql`(respondent = ${respondent} or (user_properties ->> 'userId' is not null
    and user_properties ->> 'id' is not null and left(normalize(user_properties ->> 'id'), 256) = ${respondent}))`;
}
