import { charactersIn } from '#libs/text';
import { Bounded, enumeration, enumSchema, Inspected, isPlainObject, Must } from '#libs/validation';
import { applyDecorators } from '@nestjs/common';
import { type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';
import { statuses, statusNamed } from '../departments/department.entity.js';
import { maxOptions, QuestionOption, QuestionConfig } from './question.config.dto.js';
import { configFaults, configIn, nativeTypes, questionTypes, typeNamed } from './question.config.js';
import { channelNamed, channels, nativeChannels } from './question.entity.js';

const isObject = (value: unknown): value is object => isPlainObject(value) || Array.isArray(value);
const isId = (value: unknown): boolean => Number.isSafeInteger(value);
const isReference = (value: unknown): boolean => isId(value) || (isObject(value) && 'id' in value && isId(value.id));

/** Either spelling. Any case will do, but clients need not know. */
const anyChannel = enumSchema(enumeration('AnyChannel', [...channels, ...nativeChannels]));
const anyType = enumSchema(enumeration('AnyQuestionType', [...questionTypes, ...nativeTypes]));

/** What TypeScript's unions do not tell the OpenAPI document: to be given to `@ApiProperty`. */
export const schemas = {
  config: {
    oneOf: [
      { $ref: getSchemaPath(QuestionConfig) },
      { type: 'array', items: { $ref: getSchemaPath(QuestionOption) }, maxItems: maxOptions },
    ],
  },
  departments: {
    type: 'array',
    items: {
      oneOf: [
        { type: 'integer' },
        {
          title: 'DepartmentReference',
          type: 'object',
          description: 'A department, named by its number.',
          properties: { id: { type: 'integer' } },
          required: ['id'],
        },
      ],
    },
  },
  channels: { oneOf: [anyChannel, { type: 'array', items: anyChannel }] },
  id: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
  value: {
    oneOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'array', items: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
    ],
  },
} satisfies Record<string, ApiPropertyOptions>;

export const IsQuestionText = (): PropertyDecorator =>
  Must(
    'be a string of 1 to 4000 characters, not all of them blank',
    (value) => typeof value === 'string' && charactersIn(value) <= 4_000 && /\S/.test(value),
    { minLength: 1, maxLength: 4_000, pattern: '\\S' },
  );

export const IsType = (): PropertyDecorator =>
  Must(
    'be rating, text, multiple_radio (Radio) or multiple_checkbox (Checkbox)',
    (value) => !!typeNamed(value),
    anyType,
  );

export const IsStatus = (): PropertyDecorator =>
  Must('be active or disabled', (value) => !!statusNamed(value), enumSchema(statuses));

export const IsConfig = (): PropertyDecorator =>
  applyDecorators(
    Must('be an object, or an array of options', isObject),
    Bounded(),
    Inspected((config, { type }: { type?: unknown }) =>
      configFaults(typeNamed(type), configIn(config as QuestionConfig | QuestionOption[])),
    ),
  );

export const AreChannels = (): PropertyDecorator =>
  Must('be chat, SMS or email, or an array of them', (value) => [value].flat().every((name) => !!channelNamed(name)));

export const AreDepartments = (): PropertyDecorator =>
  Must(
    'be an array of department ids, or of objects with id',
    (value) => Array.isArray(value) && value.every(isReference),
  );
