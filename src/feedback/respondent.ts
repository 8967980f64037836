import { type RawBuilder, sql } from 'kysely';

/** A respondent is one exact NFC string in a workspace, whichever door it came through. */
export const maxRespondentLength = 255;

/** Control characters, and those that take no room or turn the direction: two names that look alike must be alike. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** NFC makes one character of at most four, each of at most two code units: anything longer need not be normalised. */
const maxUnitsPerCharacter = 8;

/**
 * The respondent of that name, in NFC.
 * @param maxLength in characters
 * @returns null where the name is empty, too long or holds characters that cannot be seen
 */
export function respondentNamed(name: string, maxLength = maxRespondentLength): string | null {
  if (name === '' || name.length > maxLength * maxUnitsPerCharacter) return null;
  const respondent = name.normalize('NFC');
  return Array.from(respondent).length > maxLength || invisible.test(respondent) ? null : respondent;
}

/**
 * The entries that are about a person: those whose respondent it is, and those that name it besides, as the `id` of a
 * message feedback whose respondent is the `userId`. The index of second names serves the latter.
 */
export function isAbout(respondent: string): RawBuilder<boolean> {
  return sql`(respondent = ${respondent} or (user_properties ->> 'userId' is not null
    and user_properties ->> 'id' is not null and left(normalize(user_properties ->> 'id'), 256) = ${respondent}))`;
}
