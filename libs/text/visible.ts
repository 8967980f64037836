import { charactersIn } from './characters.js';

/** Control characters, and those that take no room or turn the direction: two names that look alike must be alike. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** NFC makes one character of at most four, each of at most two code units: anything longer need not be normalised. */
const maxUnitsPerCharacter = 8;

/** @returns `name` in NFC; null where it is empty, longer than `max` characters or holds some that cannot be seen */
export function visibleName(name: string, max: number): string | null {
  if (name === '' || name.length > max * maxUnitsPerCharacter) return null;
  const composed = name.normalize('NFC');
  return charactersIn(composed) > max || invisible.test(composed) ? null : composed;
}

/** What {@link visibleName} wants. */
export function visibleInWords(max: number): string {
  return `1 to ${max} characters, none of them invisible`;
}
