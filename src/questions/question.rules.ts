import { charactersIn } from '#libs/json-body';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import { statusNamed } from '../departments/department.entity.js';
import { channelNamed, typeNamed } from './question.entity.js';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isId = (value: unknown): boolean => Number.isSafeInteger(value);
const isReference = (value: unknown): boolean => isId(value) || (isObject(value) && 'id' in value && isId(value.id));

/** What TypeScript's unions do not tell the OpenAPI document: to be given to `@ApiProperty`. */
export const schemas = {
  config: {
    oneOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: { type: 'object' } },
    ],
  },
  departments: {
    type: 'array',
    items: {
      oneOf: [{ type: 'integer' }, { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] }],
    },
  },
  texts: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  id: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
  value: {
    oneOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'array', items: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
    ],
  },
  options: { type: 'array', nullable: true, items: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
} satisfies Record<string, ApiPropertyOptions>;

/** What is sent must be right; what may be left out may not be null. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export const IsQuestionText = (): PropertyDecorator =>
  rule(
    'a string of 1 to 4000 characters, not all of them blank',
    (value) => typeof value === 'string' && charactersIn(value) <= 4_000 && /\S/.test(value),
  );

export const IsType = (): PropertyDecorator =>
  rule('rating, text, multiple_radio (Radio) or multiple_checkbox (Checkbox)', (value) => !!typeNamed(value));

export const IsStatus = (): PropertyDecorator => rule('active or disabled', (value) => !!statusNamed(value));

export const IsConfig = (): PropertyDecorator => rule('an object, or an array of options', isObject);

export const AreChannels = (): PropertyDecorator =>
  rule('chat, SMS or email, or an array of them', (value) => [value].flat().every((name) => !!channelNamed(name)));

export const AreDepartments = (): PropertyDecorator =>
  rule(
    'an array of department ids, or of objects with id',
    (value) => Array.isArray(value) && value.every(isReference),
  );

/** A member of a query that may be repeated: any of the values that `read` understands. */
export const AnyOf = (wanted: string, read: (value: unknown) => unknown): PropertyDecorator =>
  rule(wanted, (value) => [value].flat().every((one) => read(one) !== undefined));

export function rule(wanted: string, validate: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: wanted, validator: { validate, defaultMessage: () => `$property must be ${wanted}` } });
}
