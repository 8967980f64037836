import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type Fault, InvalidInput, MalformedRequest } from '#libs/problem-details';
import { inspectText, maxFaults, nameOf, type Path, pointerTo, textFaults } from '#libs/json-body';
import { type Dto, type DtoClass, type Member, shapeOf } from './shape.js';
import { isPlainObject, readQueryInteger } from './rules.js';

const natives = new Set<unknown>([undefined, Object, Array, String, Number, Boolean]);

/**
 * Makes a DTO of a body, a query or path parameters: an instance with those members that the class declares through
 * class-validator and the caller sent, nothing else. Absent members stay absent. What another type is declared for is
 * handed on as it is, if its strings can be stored.
 * @throws {MalformedRequest} if the body is no object
 * @throws {InvalidInput} with one fault for each member that is not valid, at most 50
 */
@Injectable()
export class BodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    const isBody = type === 'body';
    const faults: Fault[] = [];
    let result = value;
    if (data === undefined && !natives.has(metatype)) {
      if (!isPlainObject(value)) throw new MalformedRequest('the body must be a JSON object');
      result = fill(metatype as DtoClass, value, [], faults);
    }
    const unstorable = isBody ? textFaults(value) : inspectText(value, data === undefined ? [] : [data]);
    faults.push(...unstorable.filter(({ pointer }) => !faults.some((fault) => fault.pointer === pointer)));
    if (faults.length > 0) throw new InvalidInput(faults.slice(0, maxFaults));
    return result;
  }
}

function fill(type: DtoClass, plain: Dto, path: Path, faults: Fault[]): object {
  const { members, names, strict, sparse, open } = shapeOf(type);
  const dto = new type() as Dto;
  const isSent = (name: string): boolean => Object.hasOwn(plain, name) && !(sparse && plain[name] === null);
  for (const { name, isQueryInteger } of members)
    if (isSent(name)) dto[name] = isQueryInteger ? readQueryInteger(plain[name]) : plain[name];
  for (const member of members) check(dto, member, path, faults);
  if (strict)
    for (const key of Object.keys(plain))
      if (!names.has(key) && isSent(key)) report(faults, [...path, key], (name) => `${name} is not a known member`);
  return open ? plain : dto;
}

function check(dto: Dto, { name, conditions, rules, nested, inspect }: Member, path: Path, faults: Fault[]): void {
  const value = dto[name];
  if (!conditions.every((condition) => condition(dto, value))) return;
  const broken = rules.find((rule) => !rule.holds(dto, value));
  if (broken) report(faults, [...path, name], (full) => broken.sentence(dto, value, full));
  else if (nested?.each) dto[name] = fillItems(nested.type, value as unknown[], [...path, name], faults);
  else if (nested) dto[name] = fill(nested.type, value as Dto, [...path, name], faults);
  else if (inspect) faults.push(...inspect(value, dto).slice(0, maxFaults - faults.length));
}

function fillItems(type: DtoClass, items: unknown[], path: Path, faults: Fault[]): unknown[] {
  return items.map((item, index) => {
    const itemPath = [...path, index];
    if (isPlainObject(item)) return fill(type, item, itemPath, faults);
    report(faults, itemPath, (name) => `${name} must be an object`);
    return item;
  });
}

function report(faults: Fault[], path: Path, sentence: (name: string) => string): void {
  if (faults.length < maxFaults) faults.push({ pointer: pointerTo(path), detail: sentence(nameOf(path)) });
}
