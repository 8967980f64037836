import { charactersIn, enumeration, enumSchema, Inspected, isPlainObject, Must } from '#libs/validation';
import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { statuses, statusNamed } from '../departments/department.entity.js';
import {
  configFaults,
  configIn,
  maxLabelLength,
  maxOptions,
  maxValueLength,
  nativeTypes,
  type Option,
  type QuestionConfig,
  questionTypes,
  typeNamed,
} from './question.config.js';
import { channelNamed, channels, nativeChannels } from './question.entity.js';

const isObject = (value: unknown): value is object => isPlainObject(value) || Array.isArray(value);
const isId = (value: unknown): boolean => Number.isSafeInteger(value);
const isReference = (value: unknown): boolean => isId(value) || (isObject(value) && 'id' in value && isId(value.id));

/** Either spelling. Any case will do, but clients need not know. */
const anyChannel = enumSchema(enumeration('AnyChannel', [...channels, ...nativeChannels]));
const anyType = enumSchema(enumeration('AnyQuestionType', [...questionTypes, ...nativeTypes]));

const option = {
  title: 'QuestionOption',
  type: 'object',
  description: 'One thing to choose. Further members are kept.',
  properties: {
    label: { type: 'string', maxLength: maxLabelLength, description: 'What is shown.' },
    value: {
      oneOf: [{ type: 'string', minLength: 1, maxLength: maxValueLength }, { type: 'number' }],
      description: 'What is answered; no two options may have the same, as text. Kept as a string or a number.',
    },
    icon: { type: 'string', nullable: true, description: 'What is shown beside the label.' },
  },
  required: ['label', 'value'],
  additionalProperties: true,
};
const config = {
  title: 'QuestionConfig',
  type: 'object',
  description:
    'The details of a question: what its type knows is checked, everything else is kept as it was sent. Ours: a question of choices must list them, no two with the same value; `limit` is at least 1.',
  properties: {
    values: {
      type: 'array',
      nullable: true,
      items: option,
      maxItems: maxOptions,
      description:
        'What there is to choose from. A rating without them offers 1 to 5, of the `rating_type` thumb 0 and 1.',
    },
    rating_type: {
      type: 'string',
      nullable: true,
      description: 'Of a rating: `star`, `number`, `thumb` or `image`. Of a choice: its type.',
    },
    required: { type: 'boolean', nullable: true, description: 'Whether an answer must say something.' },
    error_message: {
      type: 'string',
      nullable: true,
      description: 'What the respondent is told of an answer that is none.',
    },
    limit: { type: 'integer', nullable: true, minimum: 1, description: 'The most characters of a text.' },
    multiline: { type: 'boolean', nullable: true, description: 'Whether a text has several lines.' },
  },
  additionalProperties: true,
};

/** What TypeScript's unions do not tell the OpenAPI document: to be given to `@ApiProperty`. */
export const schemas = {
  config: { oneOf: [config, { type: 'array', items: option, maxItems: maxOptions }] },
  storedConfig: { allOf: [config] },
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
    Inspected((config, { type }: { type?: unknown }) =>
      configFaults(typeNamed(type), configIn(config as QuestionConfig | Option[])),
    ),
  );

export const AreChannels = (): PropertyDecorator =>
  Must('be chat, SMS or email, or an array of them', (value) => [value].flat().every((name) => !!channelNamed(name)));

export const AreDepartments = (): PropertyDecorator =>
  Must(
    'be an array of department ids, or of objects with id',
    (value) => Array.isArray(value) && value.every(isReference),
  );
