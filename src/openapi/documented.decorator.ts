import { ApiExtension } from '@nestjs/swagger';
import type { Operation } from './operation.js';

/** Extension of an operation in the unfinished document: the names that {@link Documented} gives it. */
const extension = 'x-documented';

/**
 * Names an operation. Generated clients make a method of the name: renaming one breaks those who use such clients. A route
 * with several paths has a name for each.
 */
export function Documented(...names: string[]): MethodDecorator {
  return ApiExtension(extension, names);
}

/** Gives `operation` the name that {@link Documented} says, and takes the extension out of it. */
export function takeName(operation: Operation): void {
  // Of a route with several paths Nest gives the operations the keys `save[0]` and `save[1]`.
  const index = Number(/\[(\d+)\]$/.exec(operation.operationId!)?.[1] ?? 0);
  const name = (operation as { [extension]?: string[] })[extension]?.[index];
  if (name === undefined) throw new Error(`${operation.operationId} has no name: it lacks @Documented()`);
  operation.operationId = name;
  Reflect.deleteProperty(operation, extension);
}
