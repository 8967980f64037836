import type { Fault } from '#libs/problem-details';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { isPlainObject, rule } from './rules.js';

export const nestedRule = 'nested';
export const inspectedRule = 'inspected';
const strictKey = Symbol('strict');
const openKey = Symbol('open');
const sparseKey = Symbol('sparse');

/** Extension of a class's schema in the unfinished OpenAPI document: whether members are taken that it does not declare. */
export const furtherMembers = 'x-further-members';

/** A DTO inside a DTO, or with `each` an array of them; its faults carry the whole path. */
export function Nested(type: () => new () => object, { each = false } = {}): PropertyDecorator {
  const constraints = [type, each];
  return each
    ? rule(nestedRule, 'be an array', Array.isArray, {}, { constraints })
    : rule(nestedRule, 'be an object', isPlainObject, {}, { constraints });
}

/**
 * A member of a body in which `faultsOf` finds what no rule about a single value can say, such as one among its own
 * members. It is asked where the member's rules hold, and points from the body's root.
 */
export function Inspected(faultsOf: (value: unknown, dto: object) => Fault[]): PropertyDecorator {
  return rule(inspectedRule, '', () => true, {}, { constraints: [faultsOf] });
}

/** Members that the class does not declare are faults, instead of being ignored. */
export function Strict(): ClassDecorator {
  return applyDecorators(SetMetadata(strictKey, true), ApiExtension(furtherMembers, false));
}

export function isStrict(type: object): boolean {
  return Reflect.getMetadata(strictKey, type) === true;
}

/** null is as good as absent, of members that the class does not declare as well: what is read off an answer has it where there is nothing. */
export function Sparse(): ClassDecorator {
  return SetMetadata(sparseKey, true);
}

export function isSparse(type: object): boolean {
  return Reflect.getMetadata(sparseKey, type) === true;
}

/** For a nested DTO: members that the class does not declare are kept, so the DTO gets the object as it was sent. */
export function Open(): ClassDecorator {
  return applyDecorators(SetMetadata(openKey, true), ApiExtension(furtherMembers, true));
}

export function isOpen(type: object): boolean {
  return Reflect.getMetadata(openKey, type) === true;
}
