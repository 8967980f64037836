import { ApiExtension } from '@nestjs/swagger';
import type { Operation } from './operation.js';

/** Extension of an operation in the unfinished document: what {@link Documented} says of it. */
const extension = 'x-documented';

/** What is sent and what is answered. */
export interface Example {
  request?: unknown;
  response?: unknown;
  /** What is answered where the server cannot serve. */
  unavailable?: unknown;
}

interface Note {
  names: string[];
  example: Example;
}

/**
 * Names an operation and shows an example of it. Generated clients make a method of the name: renaming one breaks those
 * who use such clients. A route with several paths has a name for each.
 */
export function Documented(name: string | string[], example: Example = {}): MethodDecorator {
  return ApiExtension(extension, { names: [name].flat(), example } satisfies Note);
}

/** Gives `operation` the name that {@link Documented} says, and takes the note out of it. Returns the example. */
export function takeNote(operation: Operation): Example {
  const note = (operation as { [extension]?: Note })[extension];
  // Of a route with several paths Nest gives the operations the keys `save[0]` and `save[1]`.
  const index = Number(/\[(\d+)\]$/.exec(operation.operationId!)?.[1] ?? 0);
  const name = note?.names[index];
  if (name === undefined) throw new Error(`${operation.operationId} has no name: it lacks @Documented()`);
  operation.operationId = name;
  Reflect.deleteProperty(operation, extension);
  return note!.example;
}
