import { ExactNumber } from '#libs/json-body';

/** How a client names a user. */
export type UserName = string | number | ExactNumber;

/** The name as a text: of a number its decimal digits, of an integer those that were sent. */
export function nameInWords(name: UserName): string {
  if (typeof name !== 'number') return String(name);
  return name.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 17 });
}
