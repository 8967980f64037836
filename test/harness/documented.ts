import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { doors as vendorsDoors } from '../../src/app.module.js';
import { doorAt } from './doors.js';
import { problemCatalogue } from '../../src/server/problem.catalogue.js';

type Node = Record<string, unknown>;

/** The document as it is committed, with every object of an answer closed: a member that it does not know is an error. */
export const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8'),
) as Documented;

interface Documented {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { responses: Record<string, object>; schemas: Record<string, object> };
}

interface DocumentedOperation {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: { content: Record<string, object> };
  responses: Record<string, object>;
  security?: Record<string, string[]>[];
}

/** What is open to everybody, for people or watchers, and no part of the API. */
const besides = /^\/(docs|problems|openapi\.(json|yaml)|dashboard)(\/|$)/;

/** What the server says by itself, whatever the operation. */
const serversOwn = new Set([405, 408, 414, 431, 501]);
/** And where there is no operation. */
const beforeRouting = new Set([400, 404, ...serversOwn]);

/** Header fields of HTTP, of browsers and of caches, which answers of every server have. */
const fieldsOfHttp =
  /^(access-control-.*|cache-control|connection|content-(length|type)|date|etag|keep-alive|transfer-encoding|vary)$/;

export interface Seen {
  method: string;
  /** As it was sent, with the query. */
  path: string;
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[] | number | undefined>;
  /** JSON where it is JSON, else text; undefined where nobody looked. */
  body: unknown;
}

/** The media type of the body that an operation takes: JSON where it takes none. */
export function mediaTypeFor(method: string, path: string): string {
  const operation = document.paths[templateOf(decoded(path.split('?', 1)[0]!)) ?? '']?.[method.toLowerCase()];
  return Object.keys(operation?.requestBody?.content ?? {})[0] ?? 'application/json';
}

/** @throws Error where the document does not say that this request can have this answer */
export function expectDocumented(seen: Seen): void {
  const path = decoded(seen.path.split('?', 1)[0]!.replace(/^http:\/\/[^/]+/, ''));
  const method = seen.method.toLowerCase() === 'head' ? 'get' : seen.method.toLowerCase();
  if (besides.test(path) || method === 'options' || seen.status === 304) return;
  const template = templateOf(path);
  const operation = template === undefined ? undefined : document.paths[template]![method];
  const what = `${seen.method} ${seen.path}: ${seen.status} ${JSON.stringify(seen.headers)} ${JSON.stringify(seen.body)?.slice(0, 500)}`;
  if (!operation) {
    if (!beforeRouting.has(seen.status)) throw new Error(`not documented: ${what}`);
    const door = doorAt(path).name;
    expectAnswer(pointerTo('components', 'responses', `${door}BeforeRouting`), seen, what);
    return;
  }
  const key = serversOwn.has(seen.status) ? 'default' : String(seen.status);
  const response = operation.responses[key];
  if (!response) throw new Error(`the document knows no such status: ${what}`);
  const pointer =
    '$ref' in response ? (response.$ref as string) : pointerTo('paths', template!, method, 'responses', key);
  expectAnswer(pointer, seen, what);
}

/** Where the types of problems lead, below whatever path. */
const pages = new Set(problemCatalogue(vendorsDoors).map(({ example }) => `/problems/${example.kind.slug}`));

interface Response {
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema?: object }>;
}

function expectAnswer(pointer: string, { method, headers, body }: Seen, what: string): void {
  const response = at(pointer) as Response;
  expectHeaders(response, headers, what);
  const { content } = response;
  if (!content) {
    if (body !== '') throw new Error(`the document knows no body: ${what}`);
    return;
  }
  const media = String(headers['content-type'] ?? '').split(';', 1)[0]!;
  if (!content[media]) throw new Error(`the document knows no such content type: ${what}`);
  if (!content[media].schema || method === 'HEAD' || body === undefined) return;
  const validate = validatorOf(`${pointer}/content/${escaped(media)}/schema`);
  if (!validate(body)) throw new Error(`${JSON.stringify(validate.errors, null, 1)}\n${what}`);
  if (
    media === 'application/problem+json' &&
    !pages.has((body as { type: string }).type.replace(/^.*(?=\/problems\/)/, ''))
  )
    throw new Error(`the type leads nowhere: ${what}`);
}

function expectHeaders({ headers: known = {} }: Response, seen: Seen['headers'], what: string): void {
  const names = Object.keys(known).map((name) => name.toLowerCase());
  const other = Object.keys(seen).find((name) => !names.includes(name) && !fieldsOfHttp.test(name));
  if (other) throw new Error(`the document knows no header field ${other} here: ${what}`);
  for (const [name, { $ref }] of Object.entries(known)) {
    const isRequired = (at($ref) as { required?: boolean }).required;
    if (isRequired && seen[name.toLowerCase()] === undefined) throw new Error(`${name} is missing: ${what}`);
  }
}

/** The longest template that fits wins: `/v1/feedback/export` before `/v1/feedback/{id}`. */
function templateOf(path: string): string | undefined {
  const bare = withoutSlash(path);
  return templates.find(({ form }) => form.test(bare))?.template;
}

/** The server takes every path with and without a slash at its end. */
function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/$/, '');
}

const templates = Object.keys(document.paths)
  .map((template) => ({
    template,
    form: new RegExp(
      `^${withoutSlash(template)
        .replaceAll('.', '\\.')
        .replaceAll(/\{\w+\}/g, '[^/]+')}$`,
    ),
    parameters: template.split('{').length,
  }))
  .toSorted((a, b) => a.parameters - b.parameters);

/** As the router reads it, but that an escaped slash stays one. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
ajv.addFormat('uri-reference', /^\/\S+$/);
ajv.addSchema({ ...closed(document), $id: 'document' });

const validators = new Map<string, ValidateFunction>();

function validatorOf(pointer: string): ValidateFunction {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `document${pointer}` });
  validators.set(pointer, known);
  return known;
}

function closed(node: object): Node {
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, child]) => [
      key,
      Array.isArray(child)
        ? child.map((one: unknown) => (isObject(one) ? closed(one) : one))
        : isObject(child)
          ? closed(child)
          : child,
    ]),
  );
  const isShape = copy['type'] === 'object' && isObject(copy['properties']);
  return isShape ? { additionalProperties: false, ...copy } : copy;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(pointer: string): object {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<object>((node, step) => (node as Record<string, object>)[unescaped(step)]!, document);
}

function pointerTo(...steps: string[]): string {
  return `#/${steps.map(escaped).join('/')}`;
}

function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function unescaped(step: string): string {
  return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
}
