import { describe, expect, it } from '@jest/globals';
import { type ArgumentMetadata } from '@nestjs/common';
import {
  Allow,
  IsArray,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
  validateSync,
} from 'class-validator';
import { InvalidInput, MalformedRequest } from '#libs/problem-details';
import { BodyPipe } from './body.pipe.js';
import { parseJson } from '#libs/json-body';
import { Nested, Sparse, Strict } from './members.js';
import { IsPlainObject, QueryInteger } from './rules.js';

class Detail {
  @IsNumber() weight: number;
}

@Strict()
class Reason {
  @IsString() @Length(1, 10) label: string;
  @IsOptional() @Nested(() => Detail) detail?: Detail | null;
}

class Feedback {
  @IsString({ message: 'messageId must be text' }) @Length(1, 255) messageId: string;
  @IsIn(['positive', 'negative'], { message: '$property must be positive or negative' }) type: string;
  @IsOptional() @IsArray() @IsString({ each: true }) tags?: string[] | null;
  @IsOptional() @Nested(() => Reason, { each: true }) reasons?: Reason[] | null;
  @IsOptional() @IsPlainObject() properties?: Record<string, unknown> | null;
  @ValidateIf((dto: Feedback) => dto.type === 'negative') @Nested(() => Detail) why?: Detail;
  @Allow() anything?: unknown;

  isPositive(): boolean {
    return this.type === 'positive';
  }
}

@Strict()
class StrictFeedback {
  @IsString() name: string;
}

@Sparse()
@Strict()
class SparseFeedback {
  @IsString() name: string;
  @Allow() anything?: unknown;
}

class Page {
  @IsOptional() @QueryInteger() @Min(0) @Max(100) limit?: number = 10;
  @IsOptional() @IsString() after?: string;
}

const pipe = new BodyPipe();
const body = (value: unknown, metatype: ArgumentMetadata['metatype'] = Feedback) =>
  pipe.transform(value, { type: 'body', metatype });
const query = (value: object) =>
  pipe.transform(Object.assign(Object.create(null), value), { type: 'query', metatype: Page });
const faults = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof InvalidInput) return error.errors;
    throw error;
  }
  return [];
};
const valid = { messageId: 'm', type: 'positive' };

describe('BodyPipe on a body', () => {
  it('fills an instance with the members that were sent, and no others', () => {
    const dto = body({ ...valid, reasons: null, unknown: 1, constructor: 1 }) as Feedback;
    expect(dto.isPositive()).toBe(true);
    expect(Object.keys(dto)).toEqual(['messageId', 'type', 'reasons']);
    expect(dto.reasons).toBeNull();
  });

  it.each([[undefined], [null], ['text'], [1], [[]]])('400 for a root that is %j', (value) =>
    expect(() => body(value)).toThrow(new MalformedRequest('the body must be a JSON object')),
  );

  it('hands free members on as they are', () => {
    const properties = parseJson(Buffer.from('{"constructor":{"prototype":1},"a":[{"b":null}]}'));
    const anything = [1, { x: 1 }];
    const dto = body({ ...valid, properties, anything }) as Feedback;
    expect(dto.properties).toBe(properties);
    expect(dto.anything).toBe(anything);
  });

  it('makes instances of nested members', () => {
    const dto = body({
      ...valid,
      reasons: [
        { label: 'a', detail: { weight: 1, more: 2 } },
        { label: 'b', detail: null },
      ],
    });
    const [first, second] = (dto as Feedback).reasons!;
    expect(first).toBeInstanceOf(Reason);
    expect(first?.detail).toBeInstanceOf(Detail);
    expect(first?.detail).not.toHaveProperty('more');
    expect(second?.detail).toBeNull();
  });

  it('names one fault for each member, in the order of the class and of the rules', () =>
    expect(faults(() => body({ tags: ['a', 1], properties: [] }))).toEqual([
      { pointer: '/messageId', detail: 'messageId must be text' },
      { pointer: '/type', detail: 'type must be positive or negative' },
      { pointer: '/tags', detail: 'each value in tags must be a string' },
      { pointer: '/properties', detail: 'properties must be an object' },
    ]));

  it('names faults of nested members with the whole path', () =>
    expect(
      faults(() => body({ ...valid, reasons: [{ label: 1 }, 'x', { label: 'a', detail: { weight: 'x' }, 'y/z': 1 }] })),
    ).toEqual([
      { pointer: '/reasons/0/label', detail: 'reasons[0].label must be a string' },
      { pointer: '/reasons/1', detail: 'reasons[1] must be an object' },
      {
        pointer: '/reasons/2/detail/weight',
        detail: 'reasons[2].detail.weight must be a number conforming to the specified constraints',
      },
      { pointer: '/reasons/2/y~1z', detail: 'reasons[2]["y/z"] is not a known member' },
    ]));

  it('says the second rule where the first holds', () =>
    expect(faults(() => body({ ...valid, messageId: '' }))[0]?.detail).toBe(
      'messageId must be longer than or equal to 1 characters',
    ));

  it.each([
    [{ reasons: {} }, 'reasons must be an array'],
    [{ reasons: 'x' }, 'reasons must be an array'],
    [{ type: 'negative', why: null }, 'why must be an object'],
    [{ type: 'negative', why: [] }, 'why must be an object'],
    [{ type: 'negative' }, 'why must be an object'],
  ])('refuses %j: %s', (more, detail) =>
    expect(faults(() => body({ ...valid, ...more })).map((fault) => fault.detail)).toEqual([detail]),
  );

  it('does not look at what a condition excludes', () => expect(faults(() => body({ ...valid, why: 1 }))).toEqual([]));

  it('takes null for absent where a class says so, of members that it does not know as well', () => {
    expect(body({ name: 'a', anything: null, mood: null }, SparseFeedback)).toEqual({ name: 'a' });
    expect(faults(() => body({ name: null, mood: 1 }, SparseFeedback))).toEqual([
      { pointer: '/name', detail: 'name must be a string' },
      { pointer: '/mood', detail: 'mood is not a known member' },
    ]);
  });

  it('names unknown members of a strict class, constructor and toString too', () =>
    expect(faults(() => body({ name: 'a', constructor: 1, toString: 2 }, StrictFeedback))).toEqual([
      { pointer: '/constructor', detail: 'constructor is not a known member' },
      { pointer: '/toString', detail: 'toString is not a known member' },
    ]));

  it('names text that cannot be stored beside the other faults, once for each member', () => {
    const value = parseJson(Buffer.from('{"messageId":"\\u0000","type":"\\ud800","other":["\\u0000"]}'));
    expect(faults(() => body(value))).toEqual([
      { pointer: '/type', detail: 'type must be positive or negative' },
      { pointer: '/messageId', detail: 'messageId must not contain NUL or a lone surrogate' },
      { pointer: '/other/0', detail: 'other[0] must not contain NUL or a lone surrogate' },
    ]);
  });

  it('names it where the route takes a plain object too', () =>
    expect(faults(() => body(parseJson(Buffer.from('{"a":"\\u0000"}')), Object))).toHaveLength(1));

  it('lists at most 50 faults', () =>
    expect(faults(() => body({ ...valid, reasons: Array(60).fill(1) }))).toHaveLength(50));

  it('says what class-validator says', () => {
    for (const value of [{}, { messageId: '', type: 1, tags: [1] }, { messageId: 'x', type: 'negative', tags: 3 }]) {
      const said = validateSync(Object.assign(new Feedback(), value)).map(({ constraints = {} }) =>
        Object.values(constraints).at(-1),
      );
      expect(faults(() => body(value)).map((fault) => fault.detail)).toEqual(said);
    }
  });
});

describe('BodyPipe on a query', () => {
  it('reads integers, and keeps defaults and absence', () => {
    expect(query({ limit: '5' })).toEqual({ limit: 5 });
    expect(query({ limit: '-0', after: '7' })).toEqual(expect.objectContaining({ after: '7' }));
    expect(Object.keys(query({ constructor: '1', x: 'y' }) as object)).toEqual(['limit']);
    expect(query({})).toEqual({ limit: 10 });
  });

  it.each([
    ['abc'],
    ['1e1'],
    [''],
    [' 5'],
    ['5.0'],
    ['0x5'],
    ['99999999999999999'],
    ['9007199254740993'],
    [['5', '6']],
  ])('422 for limit=%j', (limit) =>
    expect(faults(() => query({ limit }))).toEqual([
      { pointer: '/limit', detail: 'limit must be an integer, given once' },
    ]),
  );

  it('422 beyond the bounds', () =>
    expect(faults(() => query({ limit: '101' }))).toEqual([
      { pointer: '/limit', detail: 'limit must not be greater than 100' },
    ]));

  it('422 for NUL in a value or name, known or not', () =>
    expect(faults(() => query({ after: 'a\0', 'x\0': ['b'] })).map((fault) => fault.pointer)).toEqual(['/after', '']));

  it('422 for NUL in a path parameter', () =>
    expect(faults(() => pipe.transform('a\0', { type: 'param', metatype: String, data: 'id' }))).toEqual([
      { pointer: '/id', detail: 'id must not contain NUL or a lone surrogate' },
    ]));
});
