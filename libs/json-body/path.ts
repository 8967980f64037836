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
    if (name === '') return legible(step);
    return /^[\w$-]+$/.test(step) ? `${name}.${step}` : `${name}[${JSON.stringify(legible(step))}]`;
  }, '');
}

/** What a path holds goes into answers and logs, where neither NUL nor half a character may stand. */
function legible(step: string | number): string {
  return String(step).toWellFormed().replaceAll('\0', '\uFFFD');
}
