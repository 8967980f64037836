export { BodyPipe } from './body.pipe.js';
export { IsDuration, millisecondsOf } from './duration.js';
export { IsInstant, isInstant, parseInstant } from './instant.js';
export { languageTag } from './language.js';
export { Inspected, Nested, Open, Strict } from './members.js';
export { type Page, pageOf, PageQuery, positionIn, type TimedPosition, timedPositionIn, WrongCursor } from './page.js';
export {
  AnyOf,
  AtLeast,
  Between,
  charactersIn,
  IfSent,
  Integer,
  IsPlainObject,
  Matching,
  MaxItems,
  MinItems,
  Must,
  OneOf,
  QueryInteger,
  Repeatable,
  Text,
} from './rules.js';
export { StrayQueryInterceptor } from './stray-query.interceptor.js';
