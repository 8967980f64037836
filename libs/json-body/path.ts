/** A way into a JSON value: the keys and indices from the root on. */
export type Path = readonly (string | number)[];

/** RFC 6901, '' for the root. */
export function pointerTo(path: Path): string {
  return path.map((step) => `/${legible(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The way one writes it in code, such as `reasons[0].label`; '' for the root. */
export function nameOf(path: Path): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    const key = legible(step);
    if (name === '') return key;
    return /^[\w$-]+$/.test(key) ? `${name}.${key}` : `${name}[${JSON.stringify(key)}]`;
  }, '');
}

/** Characters of a key that are shown. A key may be as long as the body. */
const shown = 255;

/** A key as it can be written into answers and logs: cut, and without NUL or half a surrogate pair. */
function legible(step: string | number): string {
  const text = String(step);
  const short = text.length > shown ? `${text.slice(0, shown)}…` : text;
  return short.toWellFormed().replaceAll('\0', '\uFFFD');
}
