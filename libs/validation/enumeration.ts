import { ApiProperty } from '@nestjs/swagger';

const names = new WeakMap<readonly string[], string>();

/** Gives a set of values a name: that of a type in the OpenAPI document and in the clients generated from it. */
export function enumeration<const Values extends readonly string[]>(name: string, values: Values): Values {
  names.set(values, name);
  return values;
}

/** What the OpenAPI document says of something that is one of these values. */
export function enumSchema(values: readonly string[]): { type: 'string'; enum: string[]; title?: string } {
  const name = names.get(values);
  return { type: 'string', enum: [...values], ...(name !== undefined && { title: name }) };
}

/** A member of an answer that is one of these values, or with `each` an array of them. */
export function Values(values: readonly string[], { each = false } = {}): PropertyDecorator {
  return ApiProperty(each ? { type: 'array', items: enumSchema(values) } : enumSchema(values));
}
