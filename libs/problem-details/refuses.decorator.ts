import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

/** Extension of an operation in the unfinished OpenAPI document: a problem that it can answer with. */
const prefix = 'x-refuses-';

/** Declares, on a route or a controller, problems that this operation can answer with besides those that any can. */
export function Refuses(...kinds: { slug: string }[]) {
  return applyDecorators(...kinds.map(({ slug }) => ApiExtension(`${prefix}${slug}`, true)));
}

/** Takes the slugs that {@link Refuses} left in `operation` out of it. */
export function takeRefusals(operation: object): string[] {
  const keys = Object.keys(operation).filter((key) => key.startsWith(prefix));
  for (const key of keys) Reflect.deleteProperty(operation, key);
  return keys.map((key) => key.slice(prefix.length));
}
