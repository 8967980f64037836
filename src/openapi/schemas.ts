import type { OpenAPIObject } from '@nestjs/swagger';
import type { Schema } from './operation.js';

type Node = Record<string, unknown>;

/** Sets of values that get a name, in the order in which they are said: generated clients make a type of each. */
const enums: Record<string, string[]> = {
  Metric: ['share', 'nps', 'mean', 'resolved', 'options'],
  Bands: ['standard', 'kore'],
  Interval: ['hour', 'day', 'week', 'month'],
  Grouping: ['channel', 'language', 'instrument', 'bot', 'source'],
  Verdict: ['higher', 'lower', 'not distinguishable', 'too few answers'],
  IntervalMethod: ['wilson-once', 'newcombe-once', 'newcombe-widened-once', 'likelihood-once', 'mixture-always'],
};

/** Gives every schema the name that it has for clients, and a description from the doc comment of its class. */
export function nameSchemas(document: OpenAPIObject, comments: Record<string, string>): void {
  const classes = document.components!.schemas!;
  const named: Record<string, Schema> = {};
  for (const [className, schema] of Object.entries(classes)) {
    const name = schemaName(className);
    if (name in named) throw new Error(`two schemas are named ${name}`);
    named[name] = comments[className] ? { description: comments[className], ...schema } : schema;
  }
  document.components!.schemas = named;
  visit(document, (node) => {
    if (typeof node['$ref'] === 'string')
      node['$ref'] = node['$ref'].replace(/(?<=^#\/components\/schemas\/).*/, schemaName);
  });
}

/** Makes components of the sets of values above and of objects with a title, wherever they stand. */
export function nameParts(document: OpenAPIObject): void {
  const schemas = document.components!.schemas as Record<string, Node>;
  visit(document, (node) => nameObject(node, schemas));
  for (const root of [document.paths, { ...schemas }]) visit(root, (node) => nameValues(node, schemas));
}

function nameObject(node: Node, schemas: Record<string, Node>): void {
  const { title, ...part } = node;
  if (part['type'] !== 'object' || typeof title !== 'string') return;
  visit(part, (inner) => nameObject(inner, schemas));
  schemas[title] ??= part;
  replace(node, { $ref: referenceTo(title) });
}

function nameValues(node: Node, schemas: Record<string, Node>): void {
  if (!Array.isArray(node['enum'])) return;
  const values = node['enum'].filter((value) => value !== null) as string[];
  const name =
    (node['title'] as string | undefined) ?? Object.keys(enums).find((one) => sameValues(enums[one]!, values));
  if (!name) return;
  schemas[name] ??= { type: 'string', enum: enums[name] ?? values };
  const { enum: all, type: _type, title: _title, ...rest } = node;
  const isNullable = (all as unknown[]).includes(null);
  replace(node, {
    ...rest,
    ...(isNullable ? { anyOf: [{ $ref: referenceTo(name) }, { type: 'null' }] } : { $ref: referenceTo(name) }),
  });
}

/** The name of a class's schema, which generated clients make a type of: the class's own, without its ending. */
export function schemaName(className: string): string {
  return className.replace(/Dto$/, '');
}

function sameValues(these: string[], those: string[]): boolean {
  return these.length === those.length && these.every((value) => those.includes(value));
}

export function referenceTo(name: string): string {
  return `#/components/schemas/${name}`;
}

function replace(node: Node, by: Node): void {
  for (const key of Object.keys(node)) delete node[key];
  Object.assign(node, by);
}

/** Shows `change` every object below `node`, parents first. */
export function visit(node: object, change: (node: Node) => void): void {
  change(node as Node);
  for (const child of Object.values(node))
    if (typeof child === 'object' && child !== null) visit(child as object, change);
}
