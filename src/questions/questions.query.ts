import { inspectText, parseJson } from '#libs/json-body';
import { type Fault, InvalidInput, MalformedRequest } from '#libs/problem-details';
import { enumeration } from '#libs/validation';
import { numberNamed, type Status, statusNamed } from '../departments/department.entity.js';
import { type QuestionType, typeNamed } from './question.config.js';
import { type Channel, channelNamed } from './question.entity.js';

/** A query as Fastify reads it: flat, a repeated key as an array. */
export type RawQuery = Record<string, unknown>;

/** The members of a question in the dialect. */
export const questionMembers = enumeration('QuestionMember', [
  'id',
  'question',
  'type',
  'config',
  'departments',
  'channels',
  'dateCreated',
  'status',
]);
export type QuestionMember = (typeof questionMembers)[number];

/** Which questions are wanted: those that fit every member, and of a list any one of its items. */
export interface Criteria {
  /** Parts of the question, whatever their case. */
  search?: string[];
  id?: number[];
  type?: QuestionType[];
  status?: Status[];
  departments?: number[];
  channels?: Channel[];
}

/** What a list is asked for. */
export interface ListQuery {
  order: Record<string, 'asc' | 'desc'>[];
  where: Criteria;
  /** The only members to answer with; undefined: all. */
  select?: QuestionMember[];
}

/** The attributes that a list can be sorted by, and what they are called in the entity. */
const sortable = new Map([
  ['id', 'id'],
  ['question', 'question'],
  ['type', 'type'],
  ['status', 'status'],
  ['dateCreated', 'createdAt'],
]);

/** What `where` knows. `read` says undefined of a value that is none. */
const criteria = new Map<string, { read: (value: unknown) => unknown; wanted: string }>([
  ['search', { read: (value) => (typeof value === 'string' ? value : undefined), wanted: 'a string' }],
  ['id', { read: numberNamed, wanted: 'the id of a question' }],
  ['type', { read: typeNamed, wanted: 'rating, text, multiple_radio or multiple_checkbox' }],
  ['status', { read: statusNamed, wanted: 'active or disabled' }],
  ['departments', { read: numberNamed, wanted: 'the id of a department' }],
  ['channels', { read: channelNamed, wanted: 'chat, sms or email' }],
]);

/** @throws InvalidInput with every fault of `order`, `where` and `select`; other names are ignored */
export function readListQuery(query: RawQuery): ListQuery {
  const faults: Fault[] = [];
  const order = readOrder(objectIn(query, 'order', faults), faults);
  const where = readWhere(objectIn(query, 'where', faults), faults);
  const select = readSelect(query, faults);
  if (faults.length > 0) throw new InvalidInput(faults);
  return { order, where, select };
}

/** The only members to answer with; undefined: all. @throws InvalidInput where one is unknown */
export function readSelectQuery(query: RawQuery): QuestionMember[] | undefined {
  const faults: Fault[] = [];
  const select = readSelect(query, faults);
  if (faults.length > 0) throw new InvalidInput(faults);
  return select;
}

/** The members of an object that is written as JSON (`where={"id":1}`) or in brackets (`where[id]=1`). */
function objectIn(query: RawQuery, name: string, faults: Fault[]): Map<string, unknown> {
  const members = new Map<string, unknown>();
  for (const [key, value] of Object.entries(query)) {
    if (!key.startsWith(`${name}[`)) continue;
    const [, member] = /^\w+\[([^[\]]*)\]$/.exec(key) ?? [];
    if (member === undefined)
      faults.push({ pointer: `/${name}`, detail: `${name} must be written ${name}[name]=value` });
    else members.set(member, value);
  }
  if (!Object.hasOwn(query, name)) return members;
  const text = query[name];
  if (typeof text === 'string' && members.size === 0) return jsonObject(text, name, faults);
  faults.push({ pointer: `/${name}`, detail: `${name} must be given once, as JSON or in brackets` });
  return new Map();
}

function jsonObject(text: string, name: string, faults: Fault[]): Map<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(Buffer.from(text));
  } catch (error) {
    if (!(error instanceof MalformedRequest)) throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push({ pointer: `/${name}`, detail: `${name} must be a JSON object` });
    return new Map();
  }
  const unstorable = inspectText(value, [name]);
  faults.push(...unstorable);
  return new Map(unstorable.length > 0 ? [] : Object.entries(value));
}

function readOrder(members: Map<string, unknown>, faults: Fault[]): ListQuery['order'] {
  return [...members].flatMap(([name, value]) => {
    const attribute = sortable.get(name);
    const direction = typeof value === 'string' ? value.toLowerCase() : '';
    if (attribute && (direction === 'asc' || direction === 'desc')) return [{ [attribute]: direction }];
    const wanted = attribute ? 'must be ASC or DESC' : `is unknown, use ${[...sortable.keys()].join(', ')}`;
    faults.push(faultOf('order', name, wanted));
    return [];
  });
}

function readWhere(members: Map<string, unknown>, faults: Fault[]): Criteria {
  const where: Record<string, unknown> = {};
  for (const [name, value] of members) {
    const criterion = criteria.get(name);
    if (!criterion) {
      faults.push(faultOf('where', name, `is unknown, use ${[...criteria.keys()].join(', ')}`));
      continue;
    }
    const values = [value].flat().map(criterion.read);
    if (values.includes(undefined)) faults.push(faultOf('where', name, `must be ${criterion.wanted}`));
    where[name] = values;
  }
  return where;
}

function readSelect(query: RawQuery, faults: Fault[]): QuestionMember[] | undefined {
  if (Object.keys(query).some((key) => key.startsWith('select[')))
    faults.push({ pointer: '/select', detail: 'select must be written select=name, repeated for each name' });
  if (!Object.hasOwn(query, 'select')) return undefined;
  const names = [query['select']].flat() as QuestionMember[];
  const unknown = names.filter((name) => !questionMembers.includes(name));
  if (unknown.length > 0)
    faults.push({ pointer: '/select', detail: `select must be of ${questionMembers.join(', ')}` });
  return names;
}

function faultOf(object: string, name: string, wanted: string): Fault {
  const pointer = `/${object}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { pointer, detail: `${object}.${name} ${wanted}` };
}
