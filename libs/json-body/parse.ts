import { isUtf8 } from 'node:buffer';
import { type Fault, MalformedRequest } from '#libs/problem-details';
import { ExactNumber, parseExactly } from './exact-number.js';
import { nameOf, type Path, pointerTo } from './path.js';
import { jsonLimits, scan } from './scan.js';

/** Faults beyond this number are not listed. */
export const maxFaults = 50;

export interface JsonOptions {
  /** How many values and keys there may be, together. Default: {@link jsonLimits}. */
  maxValues?: number;
  /** False: every number becomes the nearest double. */
  exactNumbers?: boolean;
}

const faultsByRoot = new WeakMap<object, Fault[]>();

/**
 * The value of a JSON text (RFC 8259), strictly: UTF-8 without byte order mark, within the limits, no member twice in
 * one object, no member `__proto__`, every number finite. −0 is 0, and a number that is no double an
 * {@link ExactNumber}. What is well-formed but no text that can be stored does not throw: ask {@link textFaults} of the root.
 * @throws {MalformedRequest} with a sentence for the caller
 */
export function parseJson(
  bytes: Uint8Array,
  { maxValues = jsonLimits.maxValues, exactNumbers = true }: JsonOptions = {},
): unknown {
  if (!isUtf8(bytes)) throw new MalformedRequest('the body is not valid UTF-8');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw new MalformedRequest('the body must not begin with a byte order mark');
  const { members, doubtfulEscapes, inexactNumbers } = scan(bytes, maxValues);
  const value = parse(bytes, exactNumbers && inexactNumbers ? parseExactly : JSON.parse);
  const inspection = new Inspection(doubtfulEscapes);
  inspection.visit(value);
  if (inspection.members !== members) throw new MalformedRequest('an object in the body has two members of one name');
  if (inspection.faults.length > 0 && typeof value === 'object') faultsByRoot.set(value!, inspection.faults);
  return value === 0 ? 0 : value;
}

/** The keys and strings with NUL or a lone surrogate that {@link parseJson} met under this root, at most 50. */
export function textFaults(root: unknown): Fault[] {
  return (typeof root === 'object' && root !== null && faultsByRoot.get(root)) || [];
}

/** The same for a value that did not come from {@link parseJson}, such as a query; `path` is where it stands. */
export function inspectText(value: unknown, path: Path = []): Fault[] {
  const inspection = new Inspection(true, [...path]);
  inspection.visit(value);
  return inspection.faults;
}

function parse(bytes: Uint8Array, read: (text: string) => unknown): unknown {
  try {
    return read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (error) {
    const where = /at position \d+/.exec((error as SyntaxError).message);
    throw new MalformedRequest(where ? `the body is not valid JSON (${where[0]})` : 'the body is not valid JSON');
  }
}

/** One walk over a parsed value: counts its members, refuses what must not be in it, makes −0 a 0. */
class Inspection {
  members = 0;
  readonly faults: Fault[] = [];

  constructor(
    private readonly readsText: boolean,
    private readonly path: (string | number)[] = [],
  ) {}

  visit(value: unknown): void {
    if (typeof value === 'string') {
      if (this.readsText && !isStorable(value)) this.fault(`${this.name()} must not contain`);
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw new MalformedRequest(`${this.name()} is a number too large for a double`);
    } else if (value instanceof ExactNumber) return;
    else if (Array.isArray(value)) this.visitItems(value);
    else if (typeof value === 'object' && value !== null) this.visitMembers(value as Record<string, unknown>);
  }

  private visitItems(items: unknown[]): void {
    for (let index = 0; index < items.length; index++) {
      this.path.push(index);
      if (items[index] === 0) items[index] = 0;
      else this.visit(items[index]);
      this.path.pop();
    }
  }

  private visitMembers(object: Record<string, unknown>): void {
    for (const key of Object.keys(object)) {
      this.members++;
      if (key === '__proto__') throw new MalformedRequest('an object in the body has a member named __proto__');
      if (this.readsText && !isStorable(key)) this.fault(`a member name in ${this.name()} must not contain`);
      this.path.push(key);
      if (object[key] === 0) object[key] = 0;
      else this.visit(object[key]);
      this.path.pop();
    }
  }

  private fault(sentence: string): void {
    if (this.faults.length === maxFaults) return;
    this.faults.push({ pointer: pointerTo(this.path), detail: `${sentence} NUL or a lone surrogate` });
  }

  private name(): string {
    return nameOf(this.path) || 'the body';
  }
}

/** PostgreSQL's text has no NUL, UTF-8 has no lone surrogates. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
