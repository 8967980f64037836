/** Longer tags name no language that anybody speaks, and would widen every key that holds one. */
const maxLength = 35;

/**
 * The canonical BCP 47 form of a language code in any spelling: `zh_cn` is `zh-CN`.
 * @returns null where it has none
 */
export function languageTag(code: string): string | null {
  if (code.length > maxLength) return null;
  try {
    return Intl.getCanonicalLocales(code.replaceAll('_', '-'))[0] ?? null;
  } catch {
    return null;
  }
}
