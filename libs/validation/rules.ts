import { ExactNumber } from '#libs/json-body';
import { charactersIn } from '#libs/text';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { registerDecorator, ValidateIf, type ValidationArguments } from 'class-validator';
import { enumSchema } from './enumeration.js';

/*
 * The words that members of DTOs are written in. A rule says three things in one place: which values are right, the
 * sentence that answers a wrong one, and the keywords by which the OpenAPI document states the same limit. All are made
 * by `Must`, and a room that needs one of its own makes it by `Must` too.
 *
 * The rules of a member are asked in the order in which they are written, and the first that is broken is the one that
 * is said. What may be missing is said above them: `@IsOptional()` lets absence and null pass, `@IfSent()` absence only;
 * without either the member is required.
 */

/** What a value must do or be, such as `be an integer`; where that hangs on the value, a function that says it. */
type Wanted = string | ((value: unknown, dto: object) => string);

interface RuleOptions {
  /** The member is an array, and the rule is about each item. */
  each?: boolean;
}

/**
 * A rule: `<member> must <wanted>` answers a value that `holds` refuses.
 * @param schema what the OpenAPI document says of the member, or with `each` of each text in it
 */
export function Must(
  wanted: Wanted,
  holds: (value: unknown, dto: object) => boolean,
  schema: ApiPropertyOptions = {},
  options: RuleOptions = {},
): PropertyDecorator {
  return rule('must', wanted, holds, schema, options);
}

/** The same with a name and constraints, by which the shape of a DTO finds the rules that do more than refuse. */
export function rule(
  name: string,
  wanted: Wanted,
  holds: (value: unknown, dto: object) => boolean,
  schema: ApiPropertyOptions,
  { each = false, constraints = [] }: RuleOptions & { constraints?: unknown[] } = {},
): PropertyDecorator {
  const validate = (value: unknown, { object }: ValidationArguments): boolean => holds(value, object);
  const defaultMessage = ({ value, object }: ValidationArguments): string =>
    `${each ? 'each value in ' : ''}$property must ${typeof wanted === 'string' ? wanted : wanted(value, object)}`;
  const stated = each ? ({ type: 'array', items: { type: 'string', ...schema } } as ApiPropertyOptions) : schema;
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: property as string,
      options: { each },
      constraints,
      validator: { validate, defaultMessage },
    });
    ApiProperty(stated)(target, property);
  };
}

/** Absent, or right: null is neither. */
export const IfSent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

const isText = (value: unknown): value is string => typeof value === 'string';

/** Text of `min` to `max` code points. */
export function Text(min = 0, max = Infinity, options?: RuleOptions): PropertyDecorator {
  const areTexts = (value: unknown): boolean => (options?.each ? [value].flat().every(isText) : isText(value));
  const wanted = (value: unknown): string => (areTexts(value) ? lengthInWords(min, max) : 'be a string');
  const holds = (value: unknown): boolean => {
    if (!isText(value)) return false;
    const characters = charactersIn(value);
    return characters >= min && characters <= max;
  };
  return Must(
    wanted,
    holds,
    { ...(min > 0 && { minLength: min }), ...(max < Infinity && { maxLength: max }) },
    options,
  );
}

function lengthInWords(min: number, max: number): string {
  if (max === Infinity) return 'not be empty';
  return `be ${min > 0 ? `${min} to` : 'at most'} ${max} characters long`;
}

/**
 * Text in which `form` is found; `wanted` says the form.
 * @param maxLength the most characters that `form` takes, if it has a limit
 */
export function Matching(form: RegExp, wanted: string, maxLength?: number): PropertyDecorator {
  // Not every reader of the document knows that `\/` is a slash.
  const pattern = form.source.replaceAll('\\/', '/');
  const schema = { pattern, ...(maxLength !== undefined && { maxLength }) };
  return Must(wanted, (value) => isText(value) && form.test(value), schema);
}

/** One of these values. */
export function OneOf(values: readonly (string | null)[]): PropertyDecorator {
  const texts = values.every(isText) ? values : values.filter(isText);
  return Must(`be ${listed(values)}`, (value) => values.includes(value as string), enumSchema(texts));
}

/** In words: `a, b or c`. */
function listed(values: readonly (string | null)[]): string {
  const last = String(values.at(-1));
  return values.length === 1 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}

/**
 * A member of a query that may be repeated, and then means any of its values: a text, or an array of texts.
 * @param wanted what `holds` takes, such as `the id of a department`
 */
export function Repeatable(wanted: string, holds: (text: unknown) => boolean, items = {}): PropertyDecorator {
  const schema = { type: 'array' as const, items: { type: 'string', ...items } };
  return Must(`be ${wanted}`, (value) => [value].flat().every(holds), schema);
}

/** A member of a query that may be repeated: any of these values, or without any given any text. */
export function AnyOf(values?: readonly string[]): PropertyDecorator {
  if (!values) return Repeatable('a text', isText);
  return Repeatable(listed(values), (text) => values.includes(text as string), enumSchema(values));
}

/** A whole number. To be written above its bounds. */
export const Integer = (): PropertyDecorator => Must('be an integer', Number.isInteger, { type: 'integer' });

export const queryIntegerRule = 'queryInteger';

/** A whole number in a query, in decimal digits without zeros before it; the DTO gets it as a number. */
export const QueryInteger = (): PropertyDecorator =>
  rule(queryIntegerRule, 'be an integer, given once', Number.isSafeInteger, { type: 'integer' });

/** The number that a query's text stands for; anything else stays as it is, for the rule to refuse. */
export function readQueryInteger(value: unknown): unknown {
  return isText(value) && /^-?(0|[1-9]\d{0,15})$/.test(value) ? Number(value) + 0 : value;
}

/** A number from `min` to `max`. */
export function Between(min: number, max: number): PropertyDecorator {
  const holds = (value: unknown): boolean => typeof value === 'number' && value >= min && value <= max;
  return Must(`be from ${min} to ${max}`, holds, { minimum: min, maximum: max });
}

/** A number that is `min` or greater. */
export function AtLeast(min: number): PropertyDecorator {
  return Must(`be at least ${min}`, (value) => typeof value === 'number' && value >= min, { minimum: min });
}

/** An array of `min` items or more; `wanted` says so, such as `name at least one reader`. To be written below `IsArray`. */
export function MinItems(min: number, wanted: string): PropertyDecorator {
  return Must(wanted, (value) => Array.isArray(value) && value.length >= min, { minItems: min });
}

/** An array of `max` items or fewer: see {@link MinItems}. */
export function MaxItems(max: number, wanted: string): PropertyDecorator {
  return Must(wanted, (value) => Array.isArray(value) && value.length <= max, { maxItems: max });
}

/** The most bytes that a value of free form may have as JSON, in UTF-8. */
const maxFreeBytes = 65_536;

/** Of free form, or with members of free length, within {@link maxFreeBytes}. To be written last. */
export const Bounded = (): PropertyDecorator =>
  Must(
    `be at most ${maxFreeBytes} bytes long as JSON`,
    (value) => Buffer.byteLength(JSON.stringify(value) ?? '') <= maxFreeBytes,
  );

/** A JSON object: neither an array nor null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** A JSON object whose members are free. */
export const IsPlainObject = (): PropertyDecorator => Must('be an object', isPlainObject);
