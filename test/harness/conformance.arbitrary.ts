import { jsonLimits } from '#libs/json-body';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { document } from './documented.js';

/** What is used of JSON Schema in the document. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
}

export type Body = Record<string, unknown>;

const storable = (text: string): boolean => !text.includes('\0');
const freeText = (minLength = 0, maxLength = 40) =>
  fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, minLength + 40) }).filter(storable);
const anything = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' });
const memberName = freeText(0, 10).filter((name) => name !== '__proto__');

/** Any value that `schema` takes. Rules between members are not the schema's to tell. */
export function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return valid(resolved(schema));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const [choices] = [schema.oneOf ?? schema.anyOf ?? schema.allOf];
  if (choices) return fc.oneof(...choices.map(valid));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => valid({ ...schema, type })));
  return byType[schema.type ?? 'any']!(schema);
}

export function resolved(schema: Schema): Schema {
  return schema.$ref ? (document.components.schemas[schema.$ref.split('/').at(-1)!] as Schema) : schema;
}

const byType: Record<string, (schema: Schema) => fc.Arbitrary<unknown>> = {
  any: () => anything,
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  number: () => fc.double({ noNaN: true, noDefaultInfinity: true }),
  integer: ({ minimum: min = -(2 ** 31), maximum: max = 2 ** 31 }) =>
    fc.oneof({ weight: 4, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(min, max)),
  string: text,
  array: ({ items = {}, minItems: minLength = 0, maxItems = 5, uniqueItems }) => {
    const options = { minLength, maxLength: Math.min(maxItems, minLength + 4) };
    return uniqueItems ? fc.uniqueArray(valid(items), options) : fc.array(valid(items), options);
  },
  object: ({ properties = {}, required = [], additionalProperties }) => {
    const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valid(schema)]));
    const known = fc.record(members, { requiredKeys: required });
    const isFree = additionalProperties ?? Object.keys(properties).length === 0;
    if (!isFree) return known;
    const more = typeof additionalProperties === 'object' ? valid(additionalProperties) : anything;
    const free = fc.dictionary(
      memberName.filter((name) => !(name in properties)),
      more,
      { maxKeys: 3 },
    );
    return fc.tuple(free, known).map(([others, own]) => ({ ...others, ...own }));
  },
};

function text({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return instant;
  if (pattern?.startsWith('^')) {
    const whole = new RegExp(pattern);
    // fast-check knows no lookahead.
    const positive = new RegExp(pattern.replaceAll(/\(\?!(?:[^()]|\([^()]*\))*\)/g, ''));
    return fc.stringMatching(positive).filter((value) => whole.test(value));
  }
  const free = freeText(minLength, maxLength).filter((value) => !pattern || new RegExp(pattern, 'u').test(value));
  // The longest, of characters that are two code units each.
  return isOwn(maxLength) ? fc.oneof({ weight: 8, arbitrary: free }, fc.constant(wide.repeat(maxLength))) : free;
}

/** Whether a member has a limit of its own: others have that of the body, which would be too large then. */
const isOwn = (limit: number | undefined): limit is number => limit !== undefined && limit < jsonLimits.maxValues;

/** One character, two code units. */
const wide = '\u{1D4B3}';

const instant = fc
  .tuple(fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }), fc.nat(1439))
  .map(([date, minutes]) => {
    const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
    const offset = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
    return `${local}+${offset}`;
  });

const gone = Symbol('the member is left out');
/** What is hardly ever wanted. */
const wrong = [
  gone,
  null,
  true,
  12.5,
  -1,
  1e300,
  '',
  'x'.repeat(5_000),
  'no such thing',
  [],
  [null],
  [[]],
  {},
  { a: 1 },
];

/** What is just outside of what a schema takes. */
function beyond({ type, minLength = 0, maxLength, minimum, maximum, maxItems, format }: Schema): unknown[] {
  const isInteger = [type].flat().includes('integer');
  return [
    ...(isOwn(maxLength) ? [wide.repeat(maxLength + 1), 'x'.repeat(maxLength + 1)] : []),
    ...(minLength > 0 ? ['x'.repeat(minLength - 1)] : []),
    ...(minimum === undefined ? [] : [minimum - 1, String(minimum)]),
    ...(maximum === undefined ? [] : [maximum + 1, 2 ** 63]),
    ...(isInteger ? [(minimum ?? 0) + 0.5] : []),
    ...(isOwn(maxItems) ? [Array.from({ length: maxItems + 1 }, () => 'x')] : []),
    ...(format === 'date-time' ? ['2026-02-30T00:00:00Z', '2026-01-31T12:00:00', '2026-01-31', 'now'] : []),
  ];
}

/** The schema of the member at `place`, as far as it can be told. */
function schemaAt(schema: Schema, place: string[]): Schema {
  const own = resolved(schema);
  const choices = (own.oneOf ?? own.anyOf ?? own.allOf ?? [own]).map(resolved);
  const [step, ...rest] = place;
  if (step === undefined) return choices.find(({ type }) => type !== 'null') ?? own;
  const holder = choices.find(({ properties, items }) => (properties ? step in properties : items)) ?? {};
  return schemaAt(holder.properties?.[step] ?? holder.items ?? {}, rest);
}

/**
 * `body` with one member, at whatever depth, left out, replaced by what is hardly ever wanted or by what is just outside
 * of what `schema` takes, or with one too many.
 */
export function broken(body: Body, schema: Schema): fc.Arbitrary<Body> {
  return fc.constantFrom(...placesIn(body)).chain((place) => {
    const outside = beyond(schemaAt(schema, place));
    const values = fc.oneof(fc.constantFrom(...wrong), ...(outside.length > 0 ? [fc.constantFrom(...outside)] : []));
    return values.map((value) => {
      const copy = structuredClone(body);
      const holder = place.slice(0, -1).reduce<Body>((node, step) => node[step] as Body, copy);
      const name = place.at(-1)!;
      if (value !== gone) holder[name] = value;
      else if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete holder[name];
      return copy;
    });
  });
}

function placesIn(node: Body, path: string[] = []): string[][] {
  const inside = Object.entries(node).flatMap(([name, child]) => {
    const place = [...path, name];
    return typeof child === 'object' && child !== null ? [place, ...placesIn(child as Body, place)] : [place];
  });
  return path.length === 0 ? [...inside, ['a member too many']] : inside;
}

const ajv = new Ajv2020({ strict: false, validateSchema: false });
ajv.addFormat('date-time', (text) => {
  const day = /^\d{4}-\d\d-(\d\d)T[\d:.]+(Z|[+-]\d\d:\d\d)$/.exec(text)?.[1];
  return day !== undefined && new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(day);
});
ajv.addSchema({ ...document, $id: 'document' });

/** Whether the document takes it. */
export function takes(schema: Schema): (body: unknown) => boolean {
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object;
  return ajv.compile(absolute) as (body: unknown) => boolean;
}
