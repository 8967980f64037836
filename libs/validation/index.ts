export { BodyPipe } from './body.pipe.js';
export { IsDuration, millisecondsOf } from './duration.js';
export { languageTag } from './language.js';
export { type Page, pageOf, PageQuery, positionIn, type TimedPosition, timedPositionIn, WrongCursor } from './page.js';
export { StrayQueryInterceptor } from './stray-query.interceptor.js';
export {
  charactersIn,
  Inspected,
  isInstant,
  IsInstant,
  IsPlainObject,
  Length,
  MaxLength,
  Nested,
  Open,
  parseInstant,
  QueryInteger,
  Strict,
} from './validators.js';
