import { securitySchemes } from '#libs/access';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { examples } from './examples.js';
import { addFailures, type Failures } from './failures.js';
import { addHeaders, headers } from './headers.js';
import { operationName } from './names.js';
import { type Located, type Operation, operationsOf, type Schema } from './operation.js';
import { tags } from './tags.js';

const description = `Collects what people say after a conversation with an agent, keeps every answer exactly once, and reads it back in one vocabulary.

Four doors speak the dialects of Inkeep, Kore.ai, Haptik and Acquire, so that clients written for them work unchanged; the native API under \`/v1\` reads and manages everything. Where a vendor's contract says nothing, we decided: such a decision is marked **Ours**.

Bodies are JSON in UTF-8 of at most 2,097,152 bytes. Every response carries \`X-Request-Id\`. Instants are RFC 3339 with an offset; answers are in UTC with milliseconds. What can go wrong, and what to do, is at [/problems](/problems).`;

/** The OpenAPI document of the application, which need not be initialised. The same code gives the same document. */
export function documentOf(app: INestApplication, version: string, failures: Failures): OpenAPIObject {
  const builder = new DocumentBuilder().setOpenAPIVersion('3.1.0').setTitle('Afterword').setDescription(description);
  const config = builder.setVersion(version).setLicense('MIT', 'https://spdx.org/licenses/MIT').addServer('/').build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: operationName });
  const operations = operationsOf(document);
  const used = new Set(operations.flatMap(({ operation }) => operation.tags ?? []));
  document.tags = tags.filter(({ name }) => used.has(name));
  document.components = { ...document.components, headers, securitySchemes };
  for (const located of operations) finish(document, located, failures);
  tidy(document);
  return document;
}

function finish(document: OpenAPIObject, { method, path, operation }: Located, failures: Failures): void {
  describe(operation);
  operation.security ??= [];
  if (path.startsWith('/v1/')) closeBody(document, operation);
  addExamples(operation);
  addFailures(document, operation, path, failures);
  addHeaders(operation, method, path);
}

/** The first sentence of the doc comment is the summary, the rest the description. */
function describe(operation: Operation): void {
  const comment = operation.summary ?? '';
  const end = comment.search(/[.:] (?=[A-Z`])|\.$/);
  operation.summary = (end < 0 ? comment : comment.slice(0, end)).replaceAll('`', '');
  const rest = comment.slice(end + 1).trim();
  if (rest) operation.description = rest.replaceAll('Ours:', '**Ours:**');
  for (const response of Object.values(operation.responses)) {
    const described = response as { description?: string };
    described.description ||= 'As asked for';
  }
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    if (parameter.name === 'id' && parameter.in === 'path') parameter.description ??= 'Which one.';
    if (parameter.schema && 'default' in parameter.schema) parameter.required = false;
  }
}

/** The native API refuses members that it does not know. */
function closeBody({ components }: OpenAPIObject, { requestBody }: Operation): void {
  const schema = requestBody && 'content' in requestBody ? requestBody.content['application/json']?.schema : undefined;
  const name = schema && '$ref' in schema ? schema.$ref.split('/').at(-1)! : undefined;
  const body = name === undefined ? undefined : components!.schemas![name];
  if (body && !('$ref' in body)) body.additionalProperties = false;
}

function addExamples(operation: Operation): void {
  const example = examples[operation.operationId!.replace('V11', '')];
  const { requestBody, responses } = operation;
  if (example?.request !== undefined && requestBody && 'content' in requestBody)
    requestBody.content['application/json']!.example = example.request;
  const [success] = Object.values(responses);
  if (example?.response !== undefined && success && 'content' in success)
    success.content!['application/json']!.example = example.response;
}

/** Schemas whose members are not all: the `@Open()` ones. */
const open = ['MessageFeedbackUser'];

/** What the compiler's plugin leaves: line breaks of the source in texts, enums in an order of the compiler's. */
function tidy(document: OpenAPIObject): void {
  visit(document, (node) => {
    if (Array.isArray(node['enum'])) node['enum'] = node['enum'].toSorted();
  });
  visit(document.components!.schemas!, (node) => {
    if (typeof node['description'] === 'string')
      node['description'] = node['description'].replaceAll(/\s+/g, ' ').replaceAll('Ours:', '**Ours:**');
  });
  for (const name of open) {
    const schema = document.components!.schemas![name];
    if (schema && !('$ref' in schema)) schema.additionalProperties = true;
  }
  document.components!.schemas = sorted<Schema>(document.components!.schemas!);
}

function visit(node: object, change: (node: Record<string, unknown>) => void): void {
  change(node as Record<string, unknown>);
  for (const child of Object.values(node))
    if (typeof child === 'object' && child !== null) visit(child as object, change);
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
