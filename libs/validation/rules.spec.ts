import { describe, expect, it } from '@jest/globals';
import { IsOptional, validateSync } from 'class-validator';
import * as fc from 'fast-check';
import { charactersIn } from '#libs/text';
import * as rules from './rules.js';

/** A DTO whose only member, `it`, is held to these rules, the first of them on top. */
function dtoOf(...decorators: PropertyDecorator[]): new () => object {
  class Dto {}
  for (const decorate of decorators.toReversed()) decorate(Dto.prototype, 'it');
  return Dto;
}

/** What is said of the value; undefined where it is right. */
function said(value: unknown, ...decorators: PropertyDecorator[]): string | undefined {
  const dto = Object.assign(new (dtoOf(...decorators))(), value === undefined ? {} : { it: value });
  return validateSync(dto)
    .flatMap(({ constraints = {} }) => Object.values(constraints))
    .at(-1);
}

/** What the OpenAPI document is told of the member. */
function stated(...decorators: PropertyDecorator[]): Record<string, unknown> {
  const {
    type: _type,
    isArray: _isArray,
    ...schema
  } = Reflect.getMetadata('swagger/apiModelProperties', dtoOf(...decorators).prototype, 'it');
  return schema;
}

const none = undefined;
const isDigit = (text: unknown) => /^\d$/.test(text as string);
const each = { each: true };
const even = rules.Must('be even', (value) => Number(value) % 2 === 0);

const sentences: [string, PropertyDecorator, unknown, string | undefined][] = [
  ['Must', even, 2, none],
  ['Must', even, 3, 'it must be even'],
  ['Text', rules.Text(), '', none],
  ['Text', rules.Text(), 5, 'it must be a string'],
  ['Text', rules.Text(), null, 'it must be a string'],
  ['Text', rules.Text(), ['a'], 'it must be a string'],
  ['Text(1)', rules.Text(1), '', 'it must not be empty'],
  ['Text(1, 3)', rules.Text(1, 3), 'abc', none],
  ['Text(1, 3)', rules.Text(1, 3), '', 'it must be 1 to 3 characters long'],
  ['Text(1, 3)', rules.Text(1, 3), 'abcd', 'it must be 1 to 3 characters long'],
  ['Text(1, 3)', rules.Text(1, 3), 5, 'it must be a string'],
  ['Text(0, 3)', rules.Text(0, 3), 'abcd', 'it must be at most 3 characters long'],
  ['Text of each', rules.Text(1, 3, each), ['abc', 'a'], none],
  ['Text of each', rules.Text(1, 3, each), ['abc', ''], 'each value in it must be 1 to 3 characters long'],
  ['Text of each', rules.Text(1, 3, each), ['abc', 5], 'each value in it must be a string'],
  ['Matching', rules.Matching(/^[a-z]+$/, 'be lower case'), 'ab', none],
  ['Matching', rules.Matching(/^[a-z]+$/, 'be lower case'), 'aB', 'it must be lower case'],
  ['Matching', rules.Matching(/^[0-9]+$/, 'be digits'), 12, 'it must be digits'],
  ['OneOf', rules.OneOf(['a', 'b', 'c']), 'b', none],
  ['OneOf', rules.OneOf(['a', 'b', 'c']), 'd', 'it must be a, b or c'],
  ['OneOf', rules.OneOf(['a', 'b']), ['a'], 'it must be a or b'],
  ['OneOf', rules.OneOf(['a']), 'toString', 'it must be a'],
  ['OneOf', rules.OneOf(['a', null]), 'b', 'it must be a or null'],
  ['AnyOf', rules.AnyOf(['a', 'b']), 'a', none],
  ['AnyOf', rules.AnyOf(['a', 'b']), ['a', 'b', 'a'], none],
  ['AnyOf', rules.AnyOf(['a', 'b']), ['a', 'c'], 'it must be a or b'],
  ['AnyOf of any text', rules.AnyOf(), ['a', ''], none],
  ['AnyOf of any text', rules.AnyOf(), { a: '1' }, 'it must be a text'],
  ['Repeatable', rules.Repeatable('a digit', isDigit), ['1', '2'], none],
  ['Repeatable', rules.Repeatable('a digit', isDigit), ['1', '22'], 'it must be a digit'],
  ['Integer', rules.Integer(), -0, none],
  ['Integer', rules.Integer(), 1.5, 'it must be an integer'],
  ['Integer', rules.Integer(), '1', 'it must be an integer'],
  ['QueryInteger', rules.QueryInteger(), 1, none],
  ['QueryInteger', rules.QueryInteger(), '1x', 'it must be an integer, given once'],
  ['Between', rules.Between(1, 5), 5, none],
  ['Between', rules.Between(1, 5), 0, 'it must be from 1 to 5'],
  ['Between', rules.Between(1, 5), 6, 'it must be from 1 to 5'],
  ['Between', rules.Between(1, 5), NaN, 'it must be from 1 to 5'],
  ['AtLeast', rules.AtLeast(1), 1, none],
  ['AtLeast', rules.AtLeast(1), 0, 'it must be at least 1'],
  ['MinItems', rules.MinItems(1, 'name one'), ['a'], none],
  ['MinItems', rules.MinItems(1, 'name one'), [], 'it must name one'],
  ['MaxItems', rules.MaxItems(1, 'name one at most'), ['a'], none],
  ['MaxItems', rules.MaxItems(1, 'name one at most'), ['a', 'b'], 'it must name one at most'],
  ['IsPlainObject', rules.IsPlainObject(), {}, none],
  ['IsPlainObject', rules.IsPlainObject(), [], 'it must be an object'],
  ['IsPlainObject', rules.IsPlainObject(), null, 'it must be an object'],
];

describe('a rule says what is wrong', () => {
  it.each(sentences)('%s', (_, decorator, value, sentence) => expect(said(value, decorator)).toBe(sentence));

  it('of which a function of the value and its siblings decides', () => {
    const bounded = rules.Must(
      (value, { most }: { most?: number }) => `be at most ${most}, not ${String(value)}`,
      (value, { most }: { most?: number }) => Number(value) <= (most ?? 0),
    );
    const dto = Object.assign(new (dtoOf(bounded))(), { it: 4, most: 3 });
    expect(Object.values(validateSync(dto)[0]!.constraints!)).toEqual(['it must be at most 3, not 4']);
  });
});

describe('a rule states its limits in the document', () => {
  it.each<[string, PropertyDecorator, object]>([
    ['Must', rules.Must('be even', () => true, { multipleOf: 2 }), { multipleOf: 2 }],
    ['Text', rules.Text(1, 3), { minLength: 1, maxLength: 3 }],
    ['Text(0, 3)', rules.Text(0, 3), { maxLength: 3 }],
    ['Text()', rules.Text(), {}],
    ['Text of each', rules.Text(1, 3, each), { items: { type: 'string', minLength: 1, maxLength: 3 } }],
    ['Matching', rules.Matching(/^a$/, 'be a'), { pattern: '^a$' }],
    ['OneOf', rules.OneOf(['a', null]), { enum: ['a'] }],
    ['AnyOf', rules.AnyOf(['a', 'b']), { items: { type: 'string', enum: ['a', 'b'] } }],
    ['Between', rules.Between(1, 5), { minimum: 1, maximum: 5 }],
    ['AtLeast', rules.AtLeast(1), { minimum: 1 }],
    ['MinItems', rules.MinItems(1, ''), { minItems: 1 }],
    ['MaxItems', rules.MaxItems(9, ''), { maxItems: 9 }],
  ])('%s', (_, decorator, schema) => expect(stated(decorator)).toEqual(schema));

  it('together with those of the other rules', () =>
    expect(stated(rules.MinItems(1, ''), rules.MaxItems(9, ''), rules.Text(0, 3, each))).toEqual({
      minItems: 1,
      maxItems: 9,
      items: { type: 'string', maxLength: 3 },
    }));
});

it('IfSent lets absence pass and IsOptional null too; without either the member is required', () => {
  const missing = (...what: PropertyDecorator[]) => [undefined, null].map((value) => said(value, ...what));
  expect(missing(rules.Text())).toEqual(['it must be a string', 'it must be a string']);
  expect(missing(rules.IfSent(), rules.Text())).toEqual([none, 'it must be a string']);
  expect(missing(IsOptional(), rules.Text())).toEqual([none, none]);
});

it('Text counts code points, whichever they are', () => {
  const unit = fc.constantFrom('a', '\u00e9', '\u0301', '\ufe0f', '\ufe0e', '\u200d', '\u{1f600}');
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 5 }), (units) => {
      expect(charactersIn(units.join(''))).toBe(units.length);
      const isRight = said(units.join(''), rules.Text(2, 3)) === undefined;
      expect(isRight).toBe(units.length === 2 || units.length === 3);
    }),
  );
});
