import { enumeration, positionIn, WrongCursor } from '#libs/validation';
import { NotFound } from '#libs/problem-details';
import { defineEntity, p } from '@mikro-orm/core';

export const statuses = enumeration('Status', ['active', 'disabled']);
/** Whether a department or a question is in use. */
export type Status = (typeof statuses)[number];

/** The status of that name, in whatever case it is written. */
export function statusNamed(name: unknown): Status | undefined {
  return statuses.find((status) => typeof name === 'string' && status === name.toLowerCase());
}

/** The number of a question or department, as a number or in decimal digits; undefined where it can be none. */
export function numberNamed(name: unknown): number | undefined {
  const number = typeof name === 'string' && isNumber(name) ? Number(name) : name;
  return Number.isSafeInteger(number) && (number as number) >= 1 ? (number as number) : undefined;
}

/**
 * The number of a question or department as it stands in a path.
 * @throws NotFound where the text is no such number: there is nothing of that name
 */
export function recordNumber(text: string): number {
  const number = numberNamed(text);
  if (number === undefined) throw new NotFound();
  return number;
}

/**
 * The number after which the page of `cursor` in `list` begins; undefined for the first page.
 * @throws InvalidInput where the cursor is none of ours
 */
export function numberIn(list: string, cursor: string | undefined): number | undefined {
  const [text] = positionIn(list, cursor, 1) ?? [];
  if (text === undefined) return undefined;
  if (!isNumber(text)) throw new WrongCursor();
  return Number(text);
}

const isNumber = (text: string): boolean => /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text));

const DepartmentSchema = defineEntity({
  name: 'Department',
  tableName: 'department',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.bigint('number').primary(),
    /** Unique in the workspace. */
    name: p.text(),
    status: p.string().$type<Status>(),
  },
});

/** A part of the organisation in which questions are asked. */
export class Department extends DepartmentSchema.class {}
DepartmentSchema.setClass(Department);

/** The department that has these columns of a statement as its workspace and id, in SQL: a JSON object of id and name. */
export function asJson(workspaceId: string, id: string): string {
  return `(select json_build_object('id', department.id, 'name', department.name) from department
    where department.workspace_id = ${workspaceId} and department.id = ${id})`;
}
