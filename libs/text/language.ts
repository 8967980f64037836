/** Longer tags name no language that anybody speaks, and would widen every key that holds one. */
const maxLength = 35;

/** A look-up takes longer than all else that is asked of an answer, and answers are in few languages. */
const remembered = new Map<string, string | null>();
const maxRemembered = 1_000;

/**
 * The canonical BCP 47 form of a language code in any spelling: `zh_cn` is `zh-CN`, `iw` is `he`, `en_UK` is `en-GB`.
 * @returns null where it has none
 */
export function languageTag(code: string): string | null {
  if (code.length > maxLength) return null;
  const known = remembered.get(code);
  if (known !== undefined) return known;
  if (remembered.size >= maxRemembered) remembered.clear();
  const tag = lookUp(code);
  remembered.set(code, tag);
  return tag;
}

function lookUp(code: string): string | null {
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
