import type { Located } from './operation.js';

/**
 * Drops the path parameters of the controller's other routes, shows examples beside schemas, and says of no parameter that
 * has a default that it must be sent.
 */
export function describeParameters({ path, operation }: Located): void {
  operation.parameters = operation.parameters?.filter(
    (parameter) => '$ref' in parameter || parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
  );
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter || !parameter.schema || '$ref' in parameter.schema) continue;
    const { example, ...schema } = parameter.schema;
    if (example !== undefined) Object.assign(parameter, { schema, example });
    if ('default' in schema) parameter.required = false;
  }
}
