import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { isPlainObject } from '#libs/validation';
import { isTimeZone } from '#libs/wall-clock';
import { CORE_SCHEMA, load } from 'js-yaml';
import { reviewMembers } from '../feedback/entry.members.js';
import { shownMembers } from '../entries/entry.dto.js';
import { type Separator, separators } from './csv.records.js';
import { dateReader } from './dates.js';

/** Where the value of a member comes from, and what is made of it, in this order. docs/import.md tells it to people. */
export interface Rule {
  /** Only of rows in which each of these columns has the value, or one of them. */
  when?: Condition;
  /** The same for every row. */
  value?: unknown;
  /** The name of a column of CSV, or the names of members of JSON with dots between. */
  column?: string;
  /** The column may be missing. */
  optional?: boolean;
  /** An object: its members have rules of their own. */
  members?: Record<string, Rules>;
  /** What the first group finds. */
  match?: RegExp;
  values?: Map<string, unknown>;
  split?: string;
  date?: (text: string) => string;
}

/** The first that gives a value is the one. */
export type Rules = Rule[];

export type Condition = Map<string, string[]>;

export const formats = ['csv', 'ndjson', 'json'] as const;
export type Format = (typeof formats)[number];

/** What the rows of a file are, and which members of an entry are made of what is in them. */
export interface Mapping {
  format?: Format;
  separator?: Separator;
  encoding?: string;
  /** Names of the members of a JSON document whose items are rows. */
  rows?: string[];
  /** Rows of CSV that it finds in the first cell are left out. */
  skip?: RegExp;
  only?: Condition;
  /** Written by an export: an apostrophe was put before some texts, and an empty text is told from none. */
  exact?: boolean;
  members: Record<string, Rules>;
}

/** Of an exported entry what is ours or its team's: a new one is made. Where the door has no external id, the old id stands for it. */
const own = new Set<string>(['id', 'recordedAt', 'updatedAt', ...reviewMembers]);
const ofExport: Mapping = {
  exact: true,
  members: {
    ...Object.fromEntries(
      shownMembers.filter((name) => !own.has(name)).map((name) => [name, [{ column: name, optional: true }]]),
    ),
    externalId: [{ column: 'externalId' }, { column: 'id', optional: true }],
  },
};

const ready = new URL('ready/', import.meta.url);
const readyNames = readdirSync(ready).map((file) => basename(file, '.yaml'));

/**
 * The mapping of that name, or in that file.
 * @throws Error with a sentence for whoever wrote it
 */
export function mappingNamed(name: string): Mapping {
  if (name === 'export') return ofExport;
  const isReady = readyNames.includes(name) && !existsSync(name);
  const text = textOf(isReady ? new URL(`${name}.yaml`, ready) : name);
  try {
    return mappingOf(load(text, { schema: CORE_SCHEMA }));
  } catch (error) {
    throw new Error(`the mapping ${name}: ${(error as Error).message}`, { cause: error });
  }
}

function textOf(file: URL | string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = getSystemErrorMessage((error as NodeJS.ErrnoException).errno!);
    throw new Error(`there is no mapping ${String(file)} (${why}), but there are export, ${readyNames.join(', ')}`, {
      cause: error,
    });
  }
}

/** The same with members that are the same in every row. */
export function withConstants(mapping: Mapping, constants: Record<string, string>): Mapping {
  const members = Object.entries(constants).map(([name, value]): [string, Rules] => [known(name), [{ value }]]);
  return { ...mapping, members: { ...mapping.members, ...Object.fromEntries(members) } };
}

function mappingOf(written: unknown): Mapping {
  const { extends: base, members = {}, ...rest } = objectIn(written, 'it');
  const { format, separator, encoding, rows, skip, only, ...others } = rest;
  refuse(others, 'it');
  const before = base === undefined ? { members: {} } : mappingNamed(textIn(base, 'extends'));
  const rules = Object.entries(objectIn(members, 'members'));
  return {
    ...before,
    ...(format !== undefined && { format: oneOf(formats, format, 'format') }),
    ...(separator !== undefined && { separator: oneOf(separators, separator, 'separator') }),
    ...(encoding !== undefined && { encoding: textIn(encoding, 'encoding') }),
    ...(rows !== undefined && { rows: [rows].flat().map((name) => textIn(name, 'rows')) }),
    ...(skip !== undefined && { skip: expressionIn(skip, 'skip') }),
    ...(only !== undefined && { only: conditionIn(only, 'only') }),
    members: {
      ...before.members,
      ...Object.fromEntries(rules.map(([name, rule]) => [known(name), rulesIn(rule, name)])),
    },
  };
}

function known(name: string): string {
  if (own.has(name) || !shownMembers.some((member) => member === name))
    throw new Error(`${name} is no member that can be brought along`);
  return name;
}

function rulesIn(written: unknown, at: string): Rules {
  return [written].flat().map((one) => ruleIn(one, at));
}

function ruleIn(written: unknown, at: string): Rule {
  if (typeof written === 'string') return { column: written };
  const { when, value, column, optional, members, match, values, split, format, zone, ...others } = objectIn(
    written,
    at,
  );
  refuse(others, at);
  if ([value, column, members].filter((one) => one !== undefined).length !== 1)
    throw new Error(`${at} needs one of column, value and members`);
  const date = format !== undefined || zone !== undefined ? dateIn(format, zone, at) : undefined;
  return {
    ...(when !== undefined && { when: conditionIn(when, `${at}.when`) }),
    ...(value !== undefined && { value }),
    ...(column !== undefined && { column: textIn(column, `${at}.column`) }),
    ...(optional !== undefined && { optional: optional === true }),
    ...(members !== undefined && {
      members: Object.fromEntries(
        Object.entries(objectIn(members, at)).map(([name, rule]) => [name, rulesIn(rule, `${at}.${name}`)]),
      ),
    }),
    ...(match !== undefined && { match: expressionIn(match, `${at}.match`) }),
    ...(values !== undefined && { values: new Map(Object.entries(objectIn(values, `${at}.values`))) }),
    ...(split !== undefined && { split: textIn(split, `${at}.split`) }),
    ...(date && { date }),
  };
}

function dateIn(format: unknown, zone: unknown, at: string): (text: string) => string {
  if (zone !== undefined && !(typeof zone === 'string' && isTimeZone(zone)))
    throw new Error(`${at}.zone must be the IANA name of a time zone, such as Europe/Berlin`);
  const forms = format === undefined ? [] : [format].flat().map((one) => textIn(one, `${at}.format`));
  return dateReader(forms, zone);
}

function conditionIn(written: unknown, at: string): Condition {
  return new Map(Object.entries(objectIn(written, at)).map(([column, value]) => [column, [value].flat().map(String)]));
}

function expressionIn(written: unknown, at: string): RegExp {
  return new RegExp(textIn(written, at), 'u');
}

function objectIn(written: unknown, at: string): Record<string, unknown> {
  if (!isPlainObject(written)) throw new Error(`${at} must be an object`);
  return written;
}

function textIn(written: unknown, at: string): string {
  if (typeof written !== 'string' || written === '') throw new Error(`${at} must be a text`);
  return written;
}

function oneOf<T extends string>(known: readonly T[], written: unknown, at: string): T {
  const found = known.find((one) => one === written);
  if (found === undefined) throw new Error(`${at} must be ${known.map((one) => JSON.stringify(one)).join(' or ')}`);
  return found;
}

function refuse(others: object, at: string): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw new Error(`${at} has no member ${name}`);
}
