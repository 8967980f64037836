import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import type { Fault } from '#libs/problem-details';
import { inspectedRule, isOpen, isSparse, isStrict, nestedRule } from './members.js';
import { queryIntegerRule } from './rules.js';

export type Dto = Record<string, unknown>;
export type DtoClass = new () => object;

/** One validator of one member. */
export interface Rule {
  holds(dto: Dto, value: unknown): boolean;
  /** What is wanted, of the member called `name`. */
  sentence(dto: Dto, value: unknown, name: string): string;
}

export interface Member {
  name: string;
  /** While one of these is false (`@IsOptional`, `@ValidateIf`), the rules do not apply. */
  conditions: ((dto: Dto, value: unknown) => boolean)[];
  /** In the order in which they are written. */
  rules: Rule[];
  nested?: { type: DtoClass; each: boolean };
  /** Every fault within, with pointers from the body's root; asked when the rules hold. */
  inspect?: (value: unknown, dto: Dto) => Fault[];
  isQueryInteger: boolean;
}

/** What a DTO class declares, read once from class-validator's metadata. */
export interface Shape {
  members: Member[];
  names: Set<string>;
  strict: boolean;
  sparse: boolean;
  open: boolean;
}

/** The names of the members that a DTO class declares. */
export function memberNamesOf(type: DtoClass): string[] {
  return [...shapeOf(type).names];
}

const shapes = new Map<DtoClass, Shape>();

export function shapeOf(type: DtoClass): Shape {
  const known = shapes.get(type);
  if (known) return known;
  const metadata = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const byName = Object.entries(getMetadataStorage().groupByPropertyName(metadata));
  const members = byName.map(([name, own]) => memberOf(name, own));
  const shape = {
    members,
    names: new Set(members.map((member) => member.name)),
    strict: isStrict(type),
    sparse: isSparse(type),
    open: isOpen(type),
  };
  shapes.set(type, shape);
  return shape;
}

function memberOf(name: string, metadata: ValidationMetadata[]): Member {
  if (metadata.some(({ type }) => type === ValidationTypes.NESTED_VALIDATION))
    throw new Error(`${name}: use @Nested(() => Type) instead of @ValidateNested()`);
  const conditions = metadata.filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);
  const nested = metadata.find((one) => one.name === nestedRule);
  const inspected = metadata.find((one) => one.name === inspectedRule);
  return {
    name,
    conditions: conditions.map(({ constraints }) => constraints[0] as Member['conditions'][number]),
    // Decorators run from the bottom up.
    rules: metadata.toReversed().flatMap(rulesOf),
    nested: nested && { type: (nested.constraints[0] as () => DtoClass)(), each: nested.constraints[1] as boolean },
    inspect: inspected?.constraints[0] as Member['inspect'],
    isQueryInteger: metadata.some((one) => one.name === queryIntegerRule),
  };
}

/** What class-validator would do with it, without the bookkeeping that makes it slow on arrays of objects. */
function rulesOf(metadata: ValidationMetadata): Rule[] {
  const { constraintCls, validateIf, each, message, target } = metadata;
  const targetName = typeof target === 'function' ? target.name : target;
  const constraints = (metadata.constraints as unknown[] | undefined) ?? [];
  const args = (dto: Dto, value: unknown, property = metadata.propertyName): ValidationArguments => ({
    targetName,
    object: dto,
    property,
    value,
    constraints,
  });
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance, async }) => {
      if (async) throw new Error(`${metadata.propertyName}: asynchronous validators are not supported`);
      return {
        holds(dto, value) {
          if (validateIf && !validateIf(dto, value)) return true;
          const wanted = args(dto, value);
          return each && Array.isArray(value)
            ? value.every((one) => instance.validate(one, wanted))
            : Boolean(instance.validate(value, wanted));
        },
        sentence(dto, value, name) {
          const wanted = args(dto, value, name);
          const text = message || (instance.defaultMessage?.(wanted) ?? '$property is not valid');
          return withTokens(typeof text === 'function' ? text(wanted) : text, wanted);
        },
      };
    });
}

function withTokens(text: string, { property, constraints, value }: ValidationArguments): string {
  return text.replaceAll(/\$(property|value|constraint(\d+))/g, (token, word: string, number: string) => {
    if (word === 'property') return property;
    if (word === 'value') return typeof value === 'object' ? token : `${value}`;
    return [constraints[Number(number) - 1]].flat().join(', ');
  });
}
