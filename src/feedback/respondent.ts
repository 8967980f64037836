/** A respondent is one exact NFC string in a workspace, whichever door it came through. */
export const maxRespondentLength = 255;

/** Control characters, and those that take no room or turn the direction: two names that look alike must be alike. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * The respondent of that name, in NFC.
 * @returns null where the name is empty, longer than 255 characters or holds characters that cannot be seen
 */
export function respondentNamed(name: string): string | null {
  const respondent = name.normalize('NFC');
  return respondent === '' || respondent.length > maxRespondentLength || invisible.test(respondent) ? null : respondent;
}
