/**
 * What a spreadsheet may take for a formula: a sign that begins one, of full width or small too, behind whatever cannot be
 * seen; or a control character that ends the cell before it in some programs.
 */
const formula = /^[\s\p{C}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n\uFEFF]/u;

/**
 * A spreadsheet would run a text that begins like a formula: it gets an apostrophe before it, which a spreadsheet takes
 * for "this is text" (OWASP, CSV injection). A plain number such as -5 stays as it is. So that it can be taken away again, a
 * text that begins with an apostrophe gets one too.
 */
export function harmless(text: string): string {
  return text.startsWith("'") || (formula.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text)) ? `'${text}` : text;
}

/** A row by RFC 4180. null is an empty cell, and an empty text a quoted one. */
export function csvRow(cells: readonly (string | null)[], separator = ','): string {
  const quoted = (cell: string): boolean => cell === '' || cell.includes(separator) || /["\r\n]/.test(cell);
  const texts = cells.map((cell) => (cell !== null && quoted(cell) ? `"${cell.replaceAll('"', '""')}"` : (cell ?? '')));
  return `${texts.join(separator)}\r\n`;
}

/** The text that {@link harmless} made this of. */
export function asItWas(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text;
}
