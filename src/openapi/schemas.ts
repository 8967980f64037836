import type { OpenAPIObject } from '@nestjs/swagger';
import type { Schema } from './operation.js';

type Node = Record<string, unknown>;

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

/** Makes components of objects and sets of values with a title, wherever they stand. */
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
  const { enum: all, title: name, type, ...rest } = node;
  if (!Array.isArray(all) || typeof name !== 'string') return;
  schemas[name] ??= { type: 'string', enum: all.filter((value) => value !== null) };
  const reference = { $ref: referenceTo(name) };
  const isNullable = [type].flat().includes('null');
  replace(node, { ...rest, ...(isNullable ? { anyOf: [reference, { type: 'null' }] } : reference) });
}

/** The name of a class's schema, which generated clients make a type of: the class's own, without its ending. */
export function schemaName(className: string): string {
  return className.replace(/Dto$/, '');
}

export function referenceTo(name: string): string {
  return `#/components/schemas/${name}`;
}

/** The name of the schema that a reference leads to. */
export function nameIn(reference: string): string {
  return reference.split('/').at(-1)!;
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
