/** JSON.rawJSON and the third parameter of a reviver are in Node, and not yet in TypeScript's declarations. */
const exactJson = JSON as unknown as {
  rawJSON(text: string): object;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/**
 * A number of a JSON text that is no double: reading it as one and writing it again would give another value, as with
 * 12345678901234567890. It keeps its digits and is written into JSON as they are. It is no JavaScript number, so it is
 * none to calculate with, and where a number of some size is wanted it is refused.
 */
export class ExactNumber {
  /** @param text as it was written, in JSON's grammar */
  constructor(readonly text: string) {}

  toJSON(): object {
    return exactJson.rawJSON(this.text);
  }

  toString(): string {
    return this.text;
  }
}

/** Whether `value` is a number, be it a double or not. */
export function isJsonNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** Whether the number that `text` writes in JSON's grammar would become another one as a double; not if it is beyond all. */
export function isInexact(text: string): boolean {
  // Fewer than 16 digits without an exponent are always a double.
  if (text.length < 16 && !/e/i.test(text)) return false;
  const double = Number(text);
  const again = String(double);
  return again !== text && Number.isFinite(double) && valueOf(text) !== valueOf(again);
}

/** The same text for the same number, however it is written: its digits without zeros at either end, and an exponent. */
function valueOf(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = whole + fraction;
  let first = 0;
  while (digits[first] === '0') first++;
  let end = digits.length;
  while (end > first && digits[end - 1] === '0') end--;
  return first === end
    ? '0'
    : `${sign}${digits.slice(first, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}

/** Numbers of 16 digits or more, and those with an exponent of three: with fewer every number is a double. */
const doubtful = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;
const doubtfulNumbers = /(?<=^|[:,[\s])-?\d(?:[\d.]{15,}(?:[eE][+-]?\d+)?|[\d.]*[eE][+-]?\d{3,})/g;

/** JSON.parse for text that was valid before, such as a json column's, with an {@link ExactNumber} for what is no double. */
export function parseStored(text: string): unknown {
  const isExact = !doubtful.test(text) || !text.match(doubtfulNumbers)?.some(isInexact);
  return isExact ? JSON.parse(text) : parseExactly(text);
}

/** The same, slowly and without a look before. */
export function parseExactly(text: string): unknown {
  return exactJson.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && isInexact(source!) ? new ExactNumber(source!) : value,
  );
}
