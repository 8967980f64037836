import { jsonLimits } from '#libs/json-body';
import { maxHeadBytes } from '#libs/problem-details';
import { ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './operation.js';
import { nameIn, schemaName, visit } from './schemas.js';

type Node = Record<string, unknown>;
type Media = { content?: Record<string, { schema: Node }> };
/** An operation, as far as it is looked at. A parameter that is a reference has no schema. */
type Parts = { parameters?: { name?: string; schema?: Node }[]; requestBody?: Media; responses: Record<string, Media> };
type Limits = Record<'maxLength' | 'maxItems', number>;

/** What holds a text or a list also bounds it: the body, or the request's head. */
const inBody: Limits = { maxLength: jsonLimits.maxBytes, maxItems: jsonLimits.maxValues };
const inHead: Limits = { maxLength: maxHeadBytes, maxItems: maxHeadBytes };

/** Extension of a class's schema in the unfinished document: what {@link KeepsLimitsOf} says. */
const extension = 'x-keeps-limits';

/** The class is an answer whose members, or those that are named, keep what members of the same name in `sent` took. */
export function KeepsLimitsOf(sent: new () => object, ...members: string[]): ClassDecorator {
  return ApiExtension(extension, { name: schemaName(sent.name), members });
}

/**
 * States the limits that no single rule has: of what is sent, that of what holds it; of what is answered, that of what was
 * sent, and of a page the most that `limit` can be. To be called when schemas have their names.
 */
export function stateLimits(document: OpenAPIObject): void {
  const schemas = document.components!.schemas as Record<string, Node>;
  for (const { operation } of operationsOf(document)) {
    const { parameters = [], requestBody, responses } = operation as unknown as Parts;
    for (const { schema } of parameters) if (schema) limit(schema, inHead, schemas);
    for (const { schema } of Object.values(requestBody?.content ?? {})) limit(schema, inBody, schemas);
    const most = parameters.find(({ name }) => name === 'limit')?.schema?.['maximum'];
    const page = responses['200']?.content?.['application/json'];
    if (most !== undefined && page) limitLists(resolved(page.schema, schemas), most as number);
  }
  for (const schema of Object.values(schemas)) keepLimits(schema, schemas);
}

function limit(schema: Node, limits: Limits, schemas: Record<string, Node>, seen = new Set<string>()): void {
  visit(schema, (node) => {
    const { $ref, type, items } = node;
    if (typeof $ref === 'string' && !seen.has($ref)) {
      seen.add($ref);
      limit(schemas[nameIn($ref)]!, limits, schemas, seen);
    }
    const isBounded = ['enum', 'format', 'maxLength'].some((keyword) => keyword in node);
    if ([type].flat().includes('string') && !isBounded) node['maxLength'] = limits.maxLength;
    if (type !== 'array' && ![type].flat().includes('array')) return;
    const values = resolved(items as Node, schemas)['enum'] as unknown[] | undefined;
    node['maxItems'] ??= node['uniqueItems'] && values ? values.length : limits.maxItems;
  });
}

/** The lists of an answer, each of which is a page. */
function limitLists({ properties }: Node, maxItems: number): void {
  for (const member of Object.values(properties as Record<string, Node>))
    if (member['type'] === 'array') member['maxItems'] ??= maxItems;
}

function keepLimits(schema: Node, schemas: Record<string, Node>): void {
  const kept = schema[extension] as { name: string; members: string[] } | undefined;
  if (!kept) return;
  Reflect.deleteProperty(schema, extension);
  const sent = schemas[kept.name]!['properties'] as Record<string, Node>;
  for (const [name, member] of Object.entries(schema['properties'] as Record<string, Node>))
    if (sent[name] && (kept.members.length === 0 || kept.members.includes(name))) copyLimits(sent[name], member);
}

function copyLimits(from: Node, to: Node): void {
  for (const keyword of ['maxLength', 'maxItems']) if (keyword in from) to[keyword] ??= from[keyword];
  if (from['items'] && to['items']) copyLimits(from['items'] as Node, to['items'] as Node);
}

function resolved(schema: Node, schemas: Record<string, Node>): Node {
  return typeof schema['$ref'] === 'string' ? schemas[nameIn(schema['$ref'])]! : schema;
}
