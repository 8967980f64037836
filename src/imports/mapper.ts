import { isJsonNumber, parseJson } from '#libs/json-body';
import { isPlainObject } from '#libs/validation';
import { membersKeptAs } from '../feedback/entry.members.js';
import type { Condition, Mapping, Rule, Rules } from './mapping.js';
import type { Fields } from './rows.js';

export interface Mapper {
  /** Makes the line of a batch of what is in a row; null leaves the row out. @throws Error with a sentence about the row */
  lineOf(fields: Fields): Record<string, unknown> | null;
  /** The columns of CSV that it does nothing with. */
  unused: string[];
}

type Getter = (fields: Fields) => unknown;

const integers = new Set<string>(membersKeptAs('smallint'));
const booleans = new Set<string>(membersKeptAs('boolean'));
const objects = new Set<string>(membersKeptAs('json'));

/**
 * @param header the columns of CSV; undefined for JSON
 * @throws Error where the mapping wants a column that there is not
 */
export function mapperOf(mapping: Mapping, header: readonly string[] | undefined): Mapper {
  const columnsOf = new Columns(header);
  const isWanted = holds(mapping.only, columnsOf);
  const members = Object.entries(mapping.members).map(
    ([name, rules]) => [name, typed(name, getterOf(name, rules, columnsOf, mapping), header, mapping)] as const,
  );
  const lineOf = (fields: Fields): Record<string, unknown> | null => {
    if (header && !isRecord(fields as (string | null)[], header, mapping)) return null;
    if (!isWanted(fields)) return null;
    const line: Record<string, unknown> = {};
    for (const [name, get] of members) {
      const value = get(fields);
      if (value !== undefined) line[name] = value;
    }
    return line;
  };
  return { lineOf, unused: mapping.exact ? [] : columnsOf.unused };
}

/** Whether the cells are a row of the table. */
function isRecord(cells: (string | null)[], header: readonly string[], { skip }: Mapping): boolean {
  if (skip?.test(cells[0] ?? '')) return false;
  if (cells.length !== header.length) throw new Error(`there are ${cells.length} cells, and ${header.length} columns`);
  return true;
}

/** Knows columns by their names, in capitals or not; members of JSON as they are written. */
class Columns {
  private readonly places: Map<string, number> | undefined;
  private readonly used = new Set<number>();

  constructor(private readonly header: readonly string[] | undefined) {
    this.places = header && new Map(header.map((name, place) => [name.toLowerCase(), place]));
    const twice = header?.find((name, place) => name !== '' && this.places!.get(name.toLowerCase()) !== place);
    if (twice !== undefined) throw new Error(`the column ${twice} is there twice`);
  }

  get unused(): string[] {
    return (this.header ?? []).filter((_, place) => !this.used.has(place));
  }

  /** What is in the column of that name. */
  at(column: string, isOptional = false): Getter {
    if (!this.places) {
      const path = column.split('.');
      return (fields) =>
        path.reduce<unknown>((value, name) => (isPlainObject(value) ? value[name] : undefined), fields);
    }
    const place = this.places.get(column.toLowerCase());
    if (place === undefined && isOptional) return () => undefined;
    if (place === undefined) throw new Error(`there is no column ${column}; there are ${this.header!.join(', ')}`);
    this.used.add(place);
    return (fields) => (fields as (string | null)[])[place];
  }
}

function holds(condition: Condition | undefined, columns: Columns): (fields: Fields) => boolean {
  const wanted = [...(condition ?? [])].map(([column, values]) => [columns.at(column), values] as const);
  return (fields) => wanted.every(([get, values]) => values.includes(wordFor(get(fields) ?? '')));
}

/** The first of the rules that gives something. */
function getterOf(name: string, rules: Rules, columns: Columns, mapping: Mapping): Getter {
  const getters = rules.map((rule) => ruleGetter(name, rule, columns, mapping));
  if (getters.length === 1) return getters[0]!;
  return (fields) => {
    for (const get of getters) {
      const value = get(fields);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function ruleGetter(name: string, rule: Rule, columns: Columns, mapping: Mapping): Getter {
  const source = sourceOf(name, rule, columns, mapping);
  const steps = stepsOf(name, rule);
  const isMeant = rule.when ? holds(rule.when, columns) : undefined;
  const keepsEmpty = mapping.exact || rule.value !== undefined;
  const isNothing = (value: unknown): boolean => value == null || (value === '' && !keepsEmpty);
  return (fields) => {
    if (isMeant && !isMeant(fields)) return undefined;
    let value = source(fields);
    for (const step of steps) {
      if (isNothing(value)) return undefined;
      value = step(value);
    }
    return isNothing(value) ? undefined : value;
  };
}

function sourceOf(
  name: string,
  { value, column, optional, members }: Rule,
  columns: Columns,
  mapping: Mapping,
): Getter {
  if (value !== undefined) return () => value;
  if (column !== undefined) return columns.at(column, optional);
  const getters = Object.entries(members!).map(
    ([inner, rules]) => [inner, getterOf(`${name}.${inner}`, rules, columns, mapping)] as const,
  );
  return (fields) => {
    const found = getters.map(([inner, get]) => [inner, get(fields)]).filter(([, inside]) => inside !== undefined);
    return found.length > 0 ? Object.fromEntries(found) : undefined;
  };
}

function stepsOf(name: string, { match, values, date, split }: Rule): ((value: unknown) => unknown)[] {
  return [
    ...(match ? [(value: unknown) => match.exec(wordFor(value))?.[1]] : []),
    ...(values ? [(value: unknown) => among(name, values, wordFor(value))] : []),
    ...(date ? [(value: unknown) => date(wordFor(value))] : []),
    ...(split === undefined ? [] : [(value: unknown) => wordFor(value).split(split)]),
  ];
}

function among(name: string, values: Map<string, unknown>, value: string): unknown {
  if (values.has(value)) return values.get(value);
  throw new Error(
    `${name}: the mapping says nothing of ${JSON.stringify(value)}, only of ${[...values.keys()].join(', ')}`,
  );
}

/** Cells are texts, and so are constants that were typed: what a member wants is made of them, as far as it can be. */
function typed(name: string, get: Getter, header: readonly string[] | undefined, { exact }: Mapping): Getter {
  const read = (text: string): unknown => {
    if (integers.has(name)) return /^[+-]?\d{1,15}(\.0+)?$/.test(text) ? Number(text) : text;
    if (booleans.has(name)) return /^(true|false)$/i.test(text) ? /^true$/i.test(text) : text;
    if (!objects.has(name)) return text;
    if (name === 'options' && !exact) return [text];
    return jsonIn(text, name);
  };
  const isText = !integers.has(name) && !booleans.has(name) && !objects.has(name);
  if (!header && exact) return get;
  if (isText) return header ? get : (fields) => asText(get(fields));
  return (fields) => {
    const value = get(fields);
    return typeof value === 'string' ? read(value) : value;
  };
}

/** What stands for a value of JSON in a mapping. */
function wordFor(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Ids are numbers in some places, and texts here. */
function asText(value: unknown): unknown {
  return isJsonNumber(value) ? String(value) : value;
}

function jsonIn(text: string, name: string): unknown {
  try {
    return parseJson(Buffer.from(text));
  } catch (error) {
    throw new Error(`${name} is not valid JSON`, { cause: error });
  }
}
