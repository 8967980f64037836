import { isJsonNumber } from '#libs/json-body';
import { charactersIn } from '#libs/text';
import { enumeration, isPlainObject } from '#libs/validation';
import type { Fault } from '#libs/problem-details';
import {
  maxLabelLength,
  maxOptions,
  maxValueLength,
  type QuestionConfig,
  type QuestionOption,
} from './question.config.dto.js';

/** The types, as they are stored and as the Acquire dialect says them. */
export const questionTypes = enumeration('AcquireQuestionType', [
  'rating',
  'text',
  'multiple_radio',
  'multiple_checkbox',
]);
export type QuestionType = (typeof questionTypes)[number];

/** The same as the native API says them. */
export const typeNames = {
  rating: 'Rating',
  text: 'Text',
  multiple_radio: 'Radio',
  multiple_checkbox: 'Checkbox',
} as const;
export type NativeType = (typeof typeNames)[QuestionType];
export const nativeTypes = enumeration(
  'QuestionType',
  questionTypes.map((type) => typeNames[type]),
);

const typesByName: ReadonlyMap<string, QuestionType> = new Map([
  ['rating', 'rating'],
  ['text', 'text'],
  ['radio', 'multiple_radio'],
  ['multiple_radio', 'multiple_radio'],
  ['checkbox', 'multiple_checkbox'],
  ['multiple_checkbox', 'multiple_checkbox'],
]);

/** The type of that name, in either of the vendor's spellings and in whatever case. */
export function typeNamed(name: unknown): QuestionType | undefined {
  return typeof name === 'string' ? typesByName.get(name.toLowerCase()) : undefined;
}

/** What a rating offers where its configuration lists no values. */
const usualOptions: Record<string, QuestionOption[]> = {
  star: range(1, 5),
  number: range(1, 5),
  thumb: range(0, 1),
};
const ratingTypes = [...Object.keys(usualOptions), 'image'];

function range(from: number, to: number): QuestionOption[] {
  return Array.from({ length: to - from + 1 }, (_, step) => ({ label: String(from + step), value: from + step }));
}

/** What a question of this type and configuration offers to choose from; nothing where the answer is free text. */
export function optionsOf(type: QuestionType, { values, rating_type: ratingType }: QuestionConfig): QuestionOption[] {
  if (type === 'text') return [];
  if (values?.length) return values;
  return type === 'rating' ? (usualOptions[ratingType?.toLowerCase() ?? ''] ?? []) : [];
}

/** The configuration that was sent: an array of options is taken as its `values`. */
export function configIn(sent: QuestionConfig | QuestionOption[]): QuestionConfig {
  return Array.isArray(sent) ? { values: sent } : sent;
}

/** Every fault of a configuration for a question of this type; without a type, what is wrong whatever it is. */
export function configFaults(type: QuestionType | undefined, config: QuestionConfig): Fault[] {
  const faults = [
    ...memberFaults(config),
    ...(type ? ratingTypeFaults(type, config.rating_type) : []),
    ...valuesFaults(config.values),
  ];
  if (type && type !== 'text' && faults.length === 0 && optionsOf(type, config).length === 0)
    faults.push(fault('values', 'must list what there is to choose from'));
  return faults;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

/** The members that mean the same for every type. */
const members: Record<string, [holds: (value: unknown) => boolean, wanted: string]> = {
  required: [isFlag, 'must be true or false'],
  error_message: [isText, 'must be a string'],
  multiline: [isFlag, 'must be true or false'],
  limit: [(value) => Number.isSafeInteger(value) && (value as number) >= 1, 'must be an integer of at least 1'],
};

function memberFaults(config: QuestionConfig): Fault[] {
  return Object.entries(members).flatMap(([name, [holds, wanted]]) =>
    isAbsent(config[name]) || holds(config[name]) ? [] : [fault(name, wanted)],
  );
}

/** What `rating_type` may be: of a rating how it looks, of a choice its type again. To a text it means nothing. */
const ratingTypesOf: Record<QuestionType, [holds: (name: string) => boolean, wanted: string]> = {
  rating: [(name) => ratingTypes.includes(name.toLowerCase()), `must be ${ratingTypes.join(', ')}`],
  text: [() => true, 'must be a string'],
  multiple_radio: [(name) => typeNamed(name) === 'multiple_radio', 'must be multiple_radio'],
  multiple_checkbox: [(name) => typeNamed(name) === 'multiple_checkbox', 'must be multiple_checkbox'],
};

function ratingTypeFaults(type: QuestionType, ratingType: unknown): Fault[] {
  const [holds, wanted] = ratingTypesOf[type];
  const fits = isAbsent(ratingType) || (typeof ratingType === 'string' && holds(ratingType));
  return fits ? [] : [fault('rating_type', wanted)];
}

function valuesFaults(values: unknown): Fault[] {
  if (isAbsent(values)) return [];
  if (!Array.isArray(values)) return [fault('values', 'must be an array')];
  if (values.length > maxOptions) return [fault('values', `must list at most ${maxOptions} options`)];
  const faults = values.flatMap((option: unknown, index) => optionFaults(option, index));
  return faults.length > 0 ? faults : repeatedValues(values as QuestionOption[]);
}

function optionFaults(option: unknown, index: number): Fault[] {
  if (!isPlainObject(option)) return [fault(`values/${index}`, 'must be an object')];
  const { label, value, icon } = option;
  const faults: Fault[] = [];
  if (typeof label !== 'string' || charactersIn(label) > maxLabelLength)
    faults.push(fault(`values/${index}/label`, `must be a string of at most ${maxLabelLength} characters`));
  if (!isValue(value))
    faults.push(fault(`values/${index}/value`, `must be a number or a string of 1 to ${maxValueLength} characters`));
  if (!isAbsent(icon) && !isText(icon)) faults.push(fault(`values/${index}/icon`, 'must be a string'));
  return faults;
}

export function isValue(value: unknown): boolean {
  return isJsonNumber(value) || (typeof value === 'string' && value !== '' && charactersIn(value) <= maxValueLength);
}

/** 5 and "5" are one value: an answer may be written either way. */
function repeatedValues(options: QuestionOption[]): Fault[] {
  const texts = options.map(({ value }) => String(value));
  return texts.flatMap((text, index) =>
    texts.indexOf(text) < index ? [fault(`values/${index}/value`, 'must not be there twice')] : [],
  );
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function fault(path: string, wanted: string): Fault {
  const name = `config.${path}`.replaceAll(/\/(\d+)/g, '[$1]').replaceAll('/', '.');
  return { pointer: `/config/${path}`, detail: `${name} ${wanted}` };
}
