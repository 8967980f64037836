import type { OpenAPIObject } from '@nestjs/swagger';
import type { Located, Operation } from './operation.js';

type Parameter = Extract<NonNullable<Operation['parameters']>[number], { name: string }>;
type Header = Exclude<NonNullable<NonNullable<OpenAPIObject['components']>['headers']>[string], { $ref: string }>;

/** How requests of one method are named so that they can be sent again, and how they are answered then. */
export interface Repetition {
  method: Located['method'];
  parameter: Parameter;
  /** The header field that marks the answer to a repetition. */
  replayed: Header & { name: string };
  /** The slug of what is said while the first request is still running. */
  refusal: string;
}

/** The parts of the document that {@link addRepetition} refers to. */
export function partsOf({ parameter, replayed: { name: _name, ...header } }: Repetition): OpenAPIObject['components'] {
  return { parameters: { IdempotencyKey: parameter }, headers: { IdempotencyReplayed: header } };
}

/** Adds the header fields by which a request can be sent again, after all others of the operation. */
export function addRepetition(operation: Operation, { replayed }: Repetition): void {
  operation.parameters = [...(operation.parameters ?? []), { $ref: '#/components/parameters/IdempotencyKey' }];
  for (const [status, response] of Object.entries(operation.responses))
    if (status.startsWith('2') && response && !('$ref' in response))
      response.headers = { ...response.headers, [replayed.name]: { $ref: '#/components/headers/IdempotencyReplayed' } };
}
