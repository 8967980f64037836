import type { OpenAPIObject } from '@nestjs/swagger';
import type { Example } from './chapter.js';
import type { Operation, Schema } from './operation.js';
import { nameIn } from './schemas.js';

/** Shows what is sent to an operation and what it answers. */
export function addExamples(
  document: OpenAPIObject,
  { requestBody, responses }: Operation,
  example: Example = {},
): void {
  const body = requestBody && 'content' in requestBody ? Object.values(requestBody.content)[0] : undefined;
  if (body && example.request !== undefined) body.example = example.request;
  if (body && example.requests)
    body.examples = Object.fromEntries(
      Object.entries(example.requests).map(([summary, value]) => [summary, { summary, value }]),
    );
  for (const [status, response] of Object.entries(responses)) {
    const [media] = response && 'content' in response ? Object.values(response.content ?? {}) : [];
    const shown = status === '503' ? example.unavailable : example.response;
    if (media && shown !== undefined) media.example = completed(document, media.schema, shown);
  }
}

/** The answer, with null for what it always has and what is left out. */
function completed(document: OpenAPIObject, schema: Schema | undefined, answer: unknown): unknown {
  if (!schema || typeof answer !== 'object' || answer === null) return answer;
  if ('$ref' in schema) return completed(document, document.components!.schemas![nameIn(schema.$ref)], answer);
  if (Array.isArray(answer)) return answer.map((one) => completed(document, schema.items, one));
  const inner = [...(schema.anyOf ?? []), ...(schema.allOf ?? [])].find((one) => '$ref' in one);
  if (inner) return completed(document, inner, answer);
  const missing = (schema.required ?? []).filter((name) => !(name in answer)).map((name) => [name, null]);
  const known = Object.entries(answer).map(([name, part]) => [
    name,
    completed(document, schema.properties?.[name], part),
  ]);
  return Object.fromEntries([...known, ...missing]);
}
