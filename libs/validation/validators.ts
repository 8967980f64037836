import { applyDecorators } from '@nestjs/common';
import type { Fault } from '#libs/problem-details';
import { ApiProperty } from '@nestjs/swagger';
import { registerDecorator, type ValidationOptions } from 'class-validator';

export const nestedRule = 'nested';
export const inspectedRule = 'inspected';
export const queryIntegerRule = 'queryInteger';
const strictKey = Symbol('strict');
const openKey = Symbol('open');

/** A JSON object: neither an array nor null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A DTO inside a DTO, or with `each` an array of them; its faults carry the whole path. */
export function Nested(type: () => new () => object, { each = false } = {}): PropertyDecorator {
  return rule(nestedRule, each ? Array.isArray : isPlainObject, each ? 'an array' : 'an object', {}, [type, each]);
}

/**
 * A member of a body in which `faultsOf` finds what no rule about a single value can say, such as one among its own
 * members. It is asked where the member's rules hold, and points from the body's root.
 */
export function Inspected(faultsOf: (value: unknown, dto: object) => Fault[]): PropertyDecorator {
  return rule(inspectedRule, () => true, '', {}, [faultsOf]);
}

/** Members that the class does not declare are faults, instead of being ignored. */
export function Strict(): ClassDecorator {
  return (target) => Reflect.defineMetadata(strictKey, true, target);
}

export function isStrict(type: object): boolean {
  return Reflect.getMetadata(strictKey, type) === true;
}

/** For a nested DTO: members that the class does not declare are kept, so the DTO gets the object as it was sent. */
export function Open(): ClassDecorator {
  return (target) => Reflect.defineMetadata(openKey, true, target);
}

export function isOpen(type: object): boolean {
  return Reflect.getMetadata(openKey, type) === true;
}

/** How many characters a text has: to people a surrogate pair is one. */
export function charactersIn(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** Text of `min` to `max` code points. Instead of class-validator's, which does not count variation selectors. */
export function Length(min: number, max = Infinity, options?: ValidationOptions): PropertyDecorator {
  const holds = (value: unknown): boolean => {
    const characters = typeof value === 'string' ? charactersIn(value) : -1;
    return characters >= min && characters <= max;
  };
  return rule('isOfLength', holds, `${min} to ${max} characters long`, options);
}

/** Text of at most `max` code points: see {@link Length}. */
export function MaxLength(max: number, options?: ValidationOptions): PropertyDecorator {
  return Length(0, max, options);
}

/** A JSON object whose members are free. */
export function IsPlainObject(options?: ValidationOptions): PropertyDecorator {
  return rule('isPlainObject', isPlainObject, 'an object', options);
}

/**
 * A whole number in a query, in decimal digits without zeros before it; the DTO gets it as a number. Write it above the
 * bounds, so that a fault says first that it is no integer.
 */
export function QueryInteger(options?: ValidationOptions): PropertyDecorator {
  return applyDecorators(
    rule(queryIntegerRule, Number.isSafeInteger, 'an integer, given once', options),
    ApiProperty({ type: 'integer' }),
  );
}

/** The number that a query's text stands for; anything else stays as it is, for the rule to refuse. */
export function readQueryInteger(value: unknown): unknown {
  return typeof value === 'string' && /^-?(0|[1-9]\d{0,15})$/.test(value) ? Number(value) + 0 : value;
}

/** An RFC 3339 instant of the years 1 to 9999: see {@link parseInstant}. */
export function IsInstant(options?: ValidationOptions): PropertyDecorator {
  const wanted = 'an RFC 3339 date-time with offset, such as 2026-01-31T12:00:00Z';
  return applyDecorators(rule('isInstant', isInstant, wanted, options), ApiProperty({ format: 'date-time' }));
}

export function isInstant(value: unknown): value is string {
  return typeof value === 'string' && readInstant(value) !== undefined;
}

/**
 * The instant that an RFC 3339 date-time names: with offset, upper-case T and Z, on a real day, without leap second, in
 * the years 1 to 9999 both as written and in UTC. Digits finer than milliseconds are cut.
 * @throws {RangeError} if it is none: have it validated by {@link IsInstant} before
 */
export function parseInstant(text: string): Date {
  const instant = readInstant(text);
  if (!instant) throw new RangeError('not an RFC 3339 date-time');
  return instant;
}

const instantForm =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function readInstant(text: string): Date | undefined {
  const form = instantForm.exec(text);
  if (!form || form[1] === '0000' || !isRealDay(form[1]!, form[2]!, form[3]!)) return undefined;
  const instant = new Date(text.replace(/(\.\d{3})\d+/, '$1'));
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9999 ? instant : undefined;
}

/** Date counts 30 February on into March. */
function isRealDay(year: string, month: string, day: string): boolean {
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.getUTCDate() === Number(day);
}

function rule(
  name: string,
  validate: (value: unknown) => boolean,
  wanted: string,
  options?: ValidationOptions,
  constraints: unknown[] = [],
): PropertyDecorator {
  const defaultMessage = () => `${options?.each ? 'each value in ' : ''}$property must be ${wanted}`;
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: property as string,
      options,
      constraints,
      validator: { validate, defaultMessage },
    });
}
