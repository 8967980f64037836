/*
 * From a JSON value or a query to a DTO. A DTO is a class whose members carry rules (`rules.ts` lists them). BodyPipe
 * makes an instance of it with the declared members that were sent, or answers with a fault for each member that is wrong,
 * named by its JSON pointer. A rule states its limits to the OpenAPI document as well, so that a limit is written once.
 * The rules are class-validator's kind of decorators, so its own can stand beside them; they are asked by BodyPipe, which
 * does without class-transformer.
 *
 * What many DTOs need is here too: instants, days, time zones, durations, and lists that are read page by page.
 */
export { BodyPipe } from './body.pipe.js';
export { IsDuration, millisecondsOf } from './duration.js';
export { enumeration, enumSchema, Values } from './enumeration.js';
export { isDay, IsInstant, isInstant, IsInstantOrDay, IsTimeZone, parseInstant } from './instant.js';
export { furtherMembers, Inspected, Nested, Open, Sparse, Strict } from './members.js';
export { type Page, pageOf, PageQuery, positionIn, type TimedPosition, timedPositionIn, WrongCursor } from './page.js';
export {
  AnyOf,
  AtLeast,
  Between,
  Bounded,
  IfSent,
  Integer,
  IsPlainObject,
  isPlainObject,
  Matching,
  MaxItems,
  MinItems,
  Must,
  OneOf,
  QueryInteger,
  Repeatable,
  Text,
} from './rules.js';
export { memberNamesOf } from './shape.js';
export { StrayQueryGuard } from './stray-query.guard.js';
export { Visible } from './visible.js';
