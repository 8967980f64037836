import { securitySchemes } from '#libs/access';
import { doorFor, type Problem, problemJson } from '#libs/problem-details';
import { furtherMembers } from '#libs/validation';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Chapter } from './chapter.js';
import { takeName } from './documented.decorator.js';
import type { Door } from './door.js';
import { addExamples } from './examples.js';
import { addFailures } from './failures.js';
import { addHeaders, headers } from './headers.js';
import { stateLimits } from './limits.js';
import { type Located, type Operation, operationsOf, type Schema } from './operation.js';
import { describeParameters } from './parameters.js';
import { addRepetition, partsOf, type Repetition } from './repetition.js';
import { nameIn, nameParts, nameSchemas, visit } from './schemas.js';

/*
 * How the OpenAPI document is made. Nest's plug-in reads types and doc comments of the DTOs at compile time, rules add the
 * limits that they enforce, and decorators leave extensions (`x-…`) in the operations: names, problems, what a request
 * makes. That unfinished document is then completed here, each part by a file of its own: names of schemas, parameters,
 * examples (from the rooms' `*.chapter.yaml`), failures in the shape of the operation's door, header fields, limits. Every
 * extension is taken out where it is read. `npm run openapi` writes the result, and tests hold every answer against it.
 */

/** What a success is called where neither the operation nor the schema says more. */
const phrases: Record<string, string> = { '200': 'OK', '201': 'Created', '204': 'It is deleted' };

/** What the document is made of besides the application. */
export interface Contents {
  version: string;
  doors: Door[];
  repetition: Repetition;
  /** What it says before its chapters, in Markdown; `{vendors}` stands for those of the doors. */
  introduction: string;
  /** In the order in which they are shown. */
  chapters: Chapter[];
  /** One of every kind. */
  problems: Problem[];
  /** The doc comments of the classes that schemas are made of. */
  comments: Record<string, string>;
}

/** The OpenAPI document of the application, which need not be initialised. The same code gives the same document. */
export function documentOf(app: INestApplication, contents: Contents): OpenAPIObject {
  const { doors, chapters } = contents;
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Afterword')
    .setDescription(introduced(contents))
    .setVersion(contents.version)
    .setLicense('MIT', 'https://spdx.org/licenses/MIT')
    .addServer('/')
    .build();
  const made = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_, method) => method,
    extraModels: [problemJson, ...doors].map(({ body }) => body),
  });
  // A copy: parts of it are constants of the DTOs.
  const document = JSON.parse(JSON.stringify(made)) as OpenAPIObject;
  document.info.contact = { name: 'Afterword maintainers' };
  endPaths(document, doors);
  nameSchemas(document, contents.comments);
  const operations = operationsOf(document);
  document.tags = chapters.map(({ name, description }) => ({ name, description }));
  const { parameters, headers: marks } = partsOf(contents.repetition)!;
  document.components = { ...document.components, parameters, headers: { ...headers, ...marks }, securitySchemes };
  for (const located of operations) finish(document, located, contents);
  tidy(document);
  stateLimits(document);
  return document;
}

/** Nest drops the slash that ends a path. */
function endPaths(document: OpenAPIObject, doors: Door[]): void {
  const slashed = doors.filter(({ endsInSlash }) => endsInSlash);
  const ended = (path: string): string => (slashed.some((door) => door === doorFor(doors, path)) ? `${path}/` : path);
  document.paths = Object.fromEntries(Object.entries(document.paths).map(([path, item]) => [ended(path), item]));
}

function introduced({ introduction, doors }: Contents): string {
  const vendors = new Intl.ListFormat('en-GB').format(doors.map(({ vendor }) => vendor));
  return introduction.trimEnd().replace('{vendors}', vendors);
}

function finish(document: OpenAPIObject, located: Located, contents: Contents): void {
  const { doors, chapters, problems, repetition } = contents;
  const { method, operation } = located;
  const isRepeatable = method === repetition.method;
  takeName(operation);
  describe(document, operation);
  describeParameters(located);
  operation.security ??= [];
  addExamples(document, operation, chapterOf(operation, chapters).examples[operation.operationId!]);
  addFailures(document, located, problems, doors, isRepeatable ? [repetition.refusal] : []);
  addHeaders(operation);
  if (isRepeatable) addRepetition(operation, repetition);
}

function chapterOf({ operationId, tags }: Operation, chapters: Chapter[]): Chapter {
  const chapter = chapters.find(({ name }) => name === tags?.[0]);
  if (!chapter) throw new Error(`${operationId} is in no chapter`);
  return chapter;
}

/** The first sentence of the doc comment is the summary, the rest the description. */
function describe(document: OpenAPIObject, operation: Operation): void {
  const comment = operation.summary ?? '';
  const end = comment.search(/[.:] (?=[A-Z0-9`])|\.$/);
  operation.summary = (end < 0 ? comment : comment.slice(0, end)).replaceAll('`', '');
  const rest = comment.slice(end + 1).trim();
  if (rest) operation.description = rest.replaceAll(/\s+/g, ' ').replaceAll('Ours:', '**Ours:**');
  for (const [status, response] of Object.entries(operation.responses)) {
    const described = response as { description?: string; content?: Record<string, { schema?: Schema }> };
    const reference = Object.values(described.content ?? {})[0]?.schema;
    const name = reference && '$ref' in reference ? nameIn(reference.$ref) : '';
    described.description ||= descriptionOf(document, name) ?? phrases[status] ?? 'OK';
  }
}

/** The first sentence of what is said of a schema. */
function descriptionOf({ components }: OpenAPIObject, name: string): string | undefined {
  const schema = components!.schemas![name];
  return schema && 'description' in schema ? schema.description?.split(/\.(?: |$)/, 1)[0] : undefined;
}

/** What the compiler's plugin leaves: line breaks of the source in texts, and parts without a name. */
function tidy(document: OpenAPIObject): void {
  visit(document.components!.schemas!, (node) => {
    if (typeof node['description'] === 'string')
      node['description'] = node['description'].replaceAll(/\s+/g, ' ').replaceAll(/(?<!\*)Ours:/g, '**Ours:**');
    if (furtherMembers in node) {
      const { [furtherMembers]: additionalProperties } = node;
      Reflect.deleteProperty(node, furtherMembers);
      Object.assign(node, { additionalProperties });
    }
  });
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
