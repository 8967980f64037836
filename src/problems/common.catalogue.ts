import { jsonLimits } from '#libs/json-body';
import {
  catalogued,
  ContentTooLarge,
  Forbidden,
  HeaderFieldsTooLarge,
  InternalError,
  InvalidInput,
  MalformedRequest,
  MethodNotAllowed,
  NotFound,
  NotImplemented,
  RequestTimeout,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
  UriTooLong,
} from '#libs/problem-details';
import texts from './common.catalogue.json' with { type: 'json' };

/** What any operation can answer. The problems of a room stand beside their classes. */
export const commonProblems = catalogued(texts, [
  new MalformedRequest('the body is not valid JSON: unexpected character at byte 12'),
  new Unauthorized('no credential was sent: send "Authorization: Bearer <API key>"', false),
  new Forbidden('the credential lacks the scope feedback:write'),
  new NotFound(),
  new MethodNotAllowed(['GET', 'HEAD', 'POST']),
  new RequestTimeout(),
  new ContentTooLarge(jsonLimits.maxBytes),
  new UriTooLong(),
  new UnsupportedMediaType('content type must be application/json: set the header Content-Type'),
  new InvalidInput([{ pointer: '/type', detail: 'type must be positive or negative' }]),
  new TooManyRequests(17),
  new HeaderFieldsTooLarge(),
  new InternalError(undefined),
  new NotImplemented('no transfer coding but chunked is understood'),
  new ServiceUnavailable(),
]);
