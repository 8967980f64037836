/** Longer tags name no language that anybody speaks, and would widen every key that holds one. */
const maxLength = 35;

/**
 * The canonical BCP 47 form of a language code in any spelling: `zh_cn` is `zh-CN`, `iw` is `he`, `en_UK` is `en-GB`.
 * @returns null where it has none
 */
export function languageTag(code: string): string | null {
  if (code.length > maxLength) return null;
  try {
    return Intl.getCanonicalLocales(withHyphens(code))[0] ?? null;
  } catch {
    return null;
  }
}

/** The one form in which languages are compared: the {@link languageTag}, or the code in lower case where it has none. */
export function canonicalLanguage(code: string): string {
  return languageTag(code) ?? withHyphens(code).toLowerCase();
}

function withHyphens(code: string): string {
  return code.replaceAll('_', '-');
}
