import { securitySchemes } from '#libs/access';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Chapter } from './chapter.js';
import { type Example, takeNote } from './documented.decorator.js';
import { addFailures, type Failures } from './failures.js';
import { addHeaders, headers } from './headers.js';
import { type Located, type Operation, operationsOf, type Schema } from './operation.js';
import { describeParameters } from './parameters.js';
import { nameParts, nameSchemas, visit } from './schemas.js';

const description = `Collects what people say after a conversation with an agent, keeps every answer exactly once, and reads it back in one vocabulary.

Four doors speak the dialects of Inkeep, Kore.ai, Haptik and Acquire, so that clients written for them work unchanged; the native API under \`/v1\` reads and manages everything. Where a vendor’s contract says nothing, we decided: such a decision is marked **Ours**.

A 2xx means that it is stored. After a 5xx or a broken connection a request can be sent again without being stored twice where it names itself: by the \`id\` of a message feedback, by an \`Idempotency-Key\`, by the hour of a user feedback. Elsewhere it may then be stored twice.

**Ours**, on every door:
- Bodies are JSON in UTF-8 of at most 2,097,152 bytes, 64 levels and 50,000 values and keys, sent as \`application/json\` without a content encoding. A key twice in one object, or \`__proto__\` as a key, is refused with 400.
- Texts with NUL or half a surrogate pair are not valid input. Lengths are in code points.
- What is sent is checked in this order: path (404), method (405), content type (415), size (413), bytes (400), credential (401), scope, budget (429), content, the door’s own rules.
- Members and query parameters that are not known are ignored on the vendors’ doors and refused on the native one.
- Instants are RFC 3339 with an offset, a real day of the years 1 to 9999; answers are in UTC with milliseconds.
- A respondent is one exact text in Unicode’s form NFC; the same text through two doors is the same person.
- Every response carries \`X-Request-Id\`. Paths work with and without a slash at the end, and HEAD wherever GET does.

What can go wrong, and what to do, is at [/problems](/problems).`;

/** What a success is called where neither the operation nor the schema says more. */
const phrases: Record<string, string> = { '200': 'OK', '201': 'Created', '204': 'It is deleted' };

/** What the document is made of besides the application. */
export interface Contents {
  version: string;
  /** In the order in which they are shown. */
  chapters: Chapter[];
  failures: Failures;
  /** The doc comments of the classes that schemas are made of. */
  comments: Record<string, string>;
}

/**
 * The OpenAPI document of the application, which need not be initialised. The same code gives the same document.
 */
export function documentOf(app: INestApplication, contents: Contents): OpenAPIObject {
  const builder = new DocumentBuilder().setOpenAPIVersion('3.1.0').setTitle('Afterword').setDescription(description);
  const config = builder
    .setVersion(contents.version)
    .setLicense('MIT', 'https://spdx.org/licenses/MIT')
    .addServer('/')
    .build();
  const made = SwaggerModule.createDocument(app, config, { operationIdFactory: (_, method) => method });
  // A copy: parts of it are constants of the DTOs.
  const document = JSON.parse(JSON.stringify(made)) as OpenAPIObject;
  Reflect.deleteProperty(document.info, 'contact');
  nameSchemas(document, contents.comments);
  const operations = operationsOf(document);
  const used = new Set(operations.flatMap(({ operation }) => operation.tags ?? []));
  document.tags = contents.chapters.filter(({ name }) => used.has(name));
  document.components = { ...document.components, headers, securitySchemes };
  for (const located of operations) finish(document, located, contents.failures);
  tidy(document);
  return document;
}

function finish(document: OpenAPIObject, located: Located, failures: Failures): void {
  const { path, operation } = located;
  const example = takeNote(operation);
  describe(document, operation);
  describeParameters(located);
  operation.security ??= [];
  if (path.startsWith('/v1/')) closeBody(document, operation);
  addExamples(operation, example);
  addFailures(document, operation, path, failures);
  addHeaders(operation, path);
}

/** The first sentence of the doc comment is the summary, the rest the description. */
function describe(document: OpenAPIObject, operation: Operation): void {
  const comment = operation.summary ?? '';
  const end = comment.search(/[.:] (?=[A-Z`])|\.$/);
  operation.summary = (end < 0 ? comment : comment.slice(0, end)).replaceAll('`', '');
  const rest = comment.slice(end + 1).trim();
  if (rest) operation.description = rest.replaceAll(/\s+/g, ' ').replaceAll('Ours:', '**Ours:**');
  for (const [status, response] of Object.entries(operation.responses)) {
    const described = response as { description?: string; content?: Record<string, { schema?: Schema }> };
    const reference = Object.values(described.content ?? {})[0]?.schema;
    const name = reference && '$ref' in reference ? reference.$ref.split('/').at(-1)! : '';
    described.description ||= descriptionOf(document, name) ?? phrases[status] ?? 'OK';
  }
}

/** The first sentence of what is said of a schema. */
function descriptionOf({ components }: OpenAPIObject, name: string): string | undefined {
  const schema = components!.schemas![name];
  return schema && 'description' in schema ? schema.description?.split(/\.(?: |$)/, 1)[0] : undefined;
}

/** The native API refuses members that it does not know. */
function closeBody({ components }: OpenAPIObject, { requestBody }: Operation): void {
  const schema = requestBody && 'content' in requestBody ? requestBody.content['application/json']?.schema : undefined;
  const name = schema && '$ref' in schema ? schema.$ref.split('/').at(-1)! : undefined;
  const body = name === undefined ? undefined : components!.schemas![name];
  if (body && !('$ref' in body)) body.additionalProperties = false;
}

function addExamples({ requestBody, responses }: Operation, example: Example): void {
  if (example.request !== undefined && requestBody && 'content' in requestBody)
    requestBody.content['application/json']!.example = example.request;
  for (const [status, response] of Object.entries(responses)) {
    const media = response && 'content' in response ? response.content?.['application/json'] : undefined;
    if (media) media.example = status === '503' ? example.unavailable : example.response;
  }
}

/** Schemas whose members are not all: the `@Open()` ones. */
const open = ['MessageFeedbackUser'];

/** What the compiler's plugin leaves: line breaks of the source in texts, and parts without a name. */
function tidy(document: OpenAPIObject): void {
  visit(document.components!.schemas!, (node) => {
    if (typeof node['description'] === 'string')
      node['description'] = node['description'].replaceAll(/\s+/g, ' ').replaceAll(/(?<!\*)Ours:/g, '**Ours:**');
  });
  for (const name of open) {
    const schema = document.components!.schemas![name];
    if (schema && !('$ref' in schema)) schema.additionalProperties = true;
  }
  nameParts(document);
  visit(document, (node) => {
    // The compiler's order is its own.
    if (Array.isArray(node['enum']) && !isNamed(document, node)) node['enum'] = node['enum'].toSorted();
  });
  document.components!.schemas = sorted<Schema>(document.components!.schemas!);
  const place = ({ operation }: Located): number =>
    document.tags!.findIndex(({ name }) => name === operation.tags?.[0]);
  const paths = operationsOf(document).toSorted((a, b) => place(a) - place(b));
  document.paths = Object.fromEntries(paths.map(({ path }) => [path, document.paths[path]!]));
}

function isNamed({ components }: OpenAPIObject, node: object): boolean {
  return Object.values(components!.schemas!).includes(node);
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
