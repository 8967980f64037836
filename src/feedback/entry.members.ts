import { types, UnderscoreNamingStrategy } from '@mikro-orm/core';
import { type RawBuilder, sql } from 'kysely';
import { countedAtSql } from '../counting/counted-at.js';
import { FeedbackEntrySchema } from './feedback-entry.entity.js';

// Whoever lists the members of an entry, or their columns, asks here: all of it follows from the entity's schema.

const { properties } = FeedbackEntrySchema.meta;
const naming = new UnderscoreNamingStrategy();

type Member = keyof typeof properties;

/** The members that a team writes, and no door. */
export const reviewMembers = ['state', 'note', 'reviewedBy', 'reviewedAt'] as const;
type ReviewMember = (typeof reviewMembers)[number];

/** All members, in the order of the schema. */
export const allMembers = Object.keys(properties) as Member[];

/** Those that a door writes. */
export const entryMembers = allMembers.filter(
  (member): member is Exclude<Member, ReviewMember> => !reviewMembers.some((one) => one === member),
);

/** The members that may be null. */
export const nullableMembers = entryMembers.filter((member) => properties[member].nullable);

/** The members that are kept as one of these types of MikroORM's. */
export function membersKeptAs(...kept: (keyof typeof types)[]): Member[] {
  const wanted = new Set<unknown>(kept.map((type) => types[type]));
  return allMembers.filter((member) => wanted.has(properties[member].type));
}

/** The SQL types of members whose column is no text. */
const sqlTypes = {
  uuid: 'uuid',
  smallint: 'smallint',
  boolean: 'boolean',
  json: 'json',
  datetime: 'timestamptz',
} as const;
const typeByMember = new Map(
  Object.entries(sqlTypes).flatMap(([kept, type]) =>
    membersKeptAs(kept as keyof typeof sqlTypes).map((member) => [member, type] as const),
  ),
);

/** The SQL type of the member's column. */
export function typeOf(member: Member): string {
  return typeByMember.get(member) ?? 'text';
}

export function columnOf(member: Member): string {
  return naming.propertyToColumnName(member);
}

/** What a statement reads as this member. */
export function sqlOf(member: Member): string {
  if (member === 'state') return "coalesce(state, 'new')";
  return member === 'countedAt' ? countedAtSql : columnOf(member);
}

/** What a statement selects or returns of entries, by the names of the columns. */
export function selectionOf(selected: readonly Member[]): RawBuilder<unknown> {
  return sql.raw(selected.map((member) => `${sqlOf(member)} as ${columnOf(member)}`).join(', '));
}

const columns = entryMembers.map((member) => [member, columnOf(member)] as const);

/**
 * What `entry` says, by the names of the columns: what is null or left open is not there. Times are texts, because
 * JSON.stringify takes three times as long for an object with a Date in it.
 */
export function toRow(entry: { [M in Member]?: unknown }): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [member, column] of columns) {
    const value = entry[member];
    if (value != null) row[column] = value instanceof Date ? value.toISOString() : value;
  }
  return row;
}

/** Values of one member as an array of PostgreSQL's in text: read at half the cost of rows in JSON. */
export function arrayOf(values: readonly unknown[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : elementOf(value))).join(',')}}`;
}

function elementOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${/[\\"]/.test(text) ? text.replaceAll(/[\\"]/g, '\\$&') : text}"`;
}
