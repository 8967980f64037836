import { document } from './documented.js';

// An example has the shape of what it is an example of.
// oxlint-disable-next-line typescript/no-explicit-any
type Value = any;

interface Media {
  example?: Value;
  examples?: Record<string, { value: Value }>;
}

/** What the OpenAPI document shows of an operation: what is sent, and what is answered where all goes well. */
export function exampleOf(operationId: string): { request: Value; requests: [name: string, Value][]; response: Value } {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const { requestBody, responses } = operations.find((operation) => operation.operationId === operationId)!;
  const [sent = {}] = Object.values(requestBody?.content ?? {}) as Media[];
  const success = Object.entries(responses).findLast(([status]) => status.startsWith('2'))![1];
  const [answered = {}] = Object.values((success as { content?: Record<string, Media> }).content ?? {});
  const requests = Object.entries(sent.examples ?? {}).map(([name, { value }]): [string, Value] => [name, value]);
  return { request: sent.example ?? requests[0]?.[1], requests, response: answered.example };
}
