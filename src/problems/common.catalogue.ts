import {
  type CataloguedProblem,
  ContentTooLarge,
  Forbidden,
  HeaderFieldsTooLarge,
  InternalError,
  InvalidInput,
  MalformedRequest,
  MethodNotAllowed,
  NotFound,
  RequestTimeout,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
  UriTooLong,
} from '#libs/problem-details';

/** What any operation can answer. The problems of a room stand beside their classes. */
export const commonProblems: CataloguedProblem[] = [
  {
    example: new MalformedRequest('the body is not valid JSON: unexpected character at byte 12'),
    when: 'The bytes are no JSON of ours: not UTF-8, nested deeper than 64, a key twice in one object, a `__proto__`, not an object; or a header field is missing, repeated or not what it must be.',
    remedy: 'Build the body with a JSON library and send each header field once. The detail says what was found.',
  },
  {
    example: new Unauthorized('no credential was sent: send "Authorization: Bearer <API key>"', false),
    when: 'No credential was sent, or one that is unknown, expired, revoked or wrongly signed. Why, is not said.',
    remedy:
      'Send the credential in the header fields that the operation asks for. A lost key can only be rotated, with POST /v1/credentials/{id}/rotation.',
  },
  {
    example: new Forbidden('the credential lacks the scope feedback:write'),
    when: 'The credential is valid but lacks the scope, is limited to bots and this is not about one of them, or is used from a web origin that it does not name.',
    remedy: 'Use another credential, or have an administrator make one with the scope that the detail names.',
  },
  {
    example: new NotFound(),
    when: 'The path or the thing that it names does not exist, or it belongs to another workspace: the two look the same.',
    remedy:
      'Check the path against /docs and the id against the list of its kind, with the credential of its workspace.',
  },
  {
    example: new MethodNotAllowed(['GET', 'HEAD', 'POST']),
    when: 'The path exists, but not for this method.',
    remedy: 'Use one of the methods in the header field Allow.',
  },
  {
    example: new RequestTimeout(),
    when: 'The request was not complete within 30 seconds.',
    remedy: 'Send it again over a connection that is fast enough, or send less.',
  },
  {
    example: new ContentTooLarge(2_097_152),
    when: 'The body is larger than 2,097,152 bytes.',
    remedy: 'Send less in one request.',
  },
  {
    example: new UriTooLong(),
    when: 'A part of the path is longer than 16,384 characters.',
    remedy: 'Check what was put into the path: nothing has so long a name.',
  },
  {
    example: new UnsupportedMediaType('content type must be application/json: set the header Content-Type'),
    when: 'The body is not declared as application/json, has a charset other than UTF-8, or is compressed.',
    remedy: 'Set `Content-Type: application/json` and send the body as it is.',
  },
  {
    example: new InvalidInput([{ pointer: '/type', detail: 'type must be positive or negative' }]),
    when: 'The body is JSON, or the query readable, but not what this operation takes; or an Idempotency-Key is used again for another body.',
    remedy: 'Correct what `errors` lists: each has a JSON pointer to the member and says what is wanted there.',
  },
  {
    example: new TooManyRequests(17),
    when: 'The budget of the credential for this minute is used up; or too many requests with a wrong credential came from this address.',
    remedy: 'Wait Retry-After seconds. RateLimit and RateLimit-Policy say where the budget stands in every answer.',
  },
  {
    example: new HeaderFieldsTooLarge(),
    when: 'The first line and the header fields together are larger than 16 KiB.',
    remedy: 'Send fewer or shorter header fields.',
  },
  {
    example: new InternalError(undefined),
    when: 'A fault of ours. Whether the request was carried out is not known.',
    remedy:
      'Tell whoever runs the server the request id: what happened is in its log. A POST with an Idempotency-Key can be sent again safely.',
  },
  {
    example: new ServiceUnavailable(),
    when: 'The server is overloaded or stopping, or its database does not answer.',
    remedy:
      'Send the request again after Retry-After seconds; a POST with the same id or Idempotency-Key, so that it is stored once.',
  },
];
