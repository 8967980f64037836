export { BodyPipe } from './body.pipe.js';
export { bodyDigest, jsonBody, type JsonBodyOptions } from './json-body.js';
export { type Page, pageOf, PageQuery, positionIn, type TimedPosition, timedPositionIn, WrongCursor } from './page.js';
export { inspectText, parseJson } from './parse.js';
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
