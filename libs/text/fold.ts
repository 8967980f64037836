/** Grows when {@link fold} makes something else of a text, so that what was stored before is told from what is. */
export const foldVersion = 2;

/**
 * A text as searching sees it: without case and compatibility forms, as Unicode's caseless matching has it, the same on
 * every machine whatever its locale. Upper case is for ß, lower case before it for ẞ; the dot of a Turkish İ is left out,
 * and a final ς is the σ that it is within a word.
 */
export function fold(text: string): string {
  const cased = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase();
  return cased.replaceAll('\u0307', '').replaceAll('ς', 'σ').normalize('NFKC');
}
