import {
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
import { DuplicateDepartment } from '../departments/departments.problems.js';
import { RequestStillRunning } from '../idempotency/idempotency.problems.js';
import type { CataloguedProblem } from '../problems/problem.page.js';
import { BotIdInUse, UnknownBot } from '../surveys/surveys.problems.js';
import { DuplicateFeedback, NoActiveConversation, UnknownUser } from '../user-feedback/user-feedback.problems.js';
import { BeyondItsMaker, CredentialInUse, NoEncryptionKey, SlugInUse } from '../workspaces/workspaces.problems.js';

/** Every kind of problem, by status. test/problems.e2e-spec.ts sees that none is missing. */
export const problemCatalogue: CataloguedProblem[] = [
  {
    example: new MalformedRequest('the body is not valid JSON: unexpected character at byte 12'),
    when: 'The bytes are no JSON of ours: not UTF-8, nested deeper than 64, a key twice in one object, a `__proto__`, not an object; or a header field is missing, repeated or not what it must be.',
    remedy: 'Build the body with a JSON library and send each header field once. The detail says what was found.',
  },
  {
    example: new UnknownBot(),
    when: 'The path of the survey door names a bot that the workspace of the credential does not have.',
    remedy: 'Look the id up with GET /v1/bots, or make the bot with POST /v1/bots.',
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
    example: new BeyondItsMaker('your credential lacks the scope questions:write'),
    when: 'A credential was to be made that may do more than the one that makes it: a scope, a bot, an origin or a longer life that it does not have.',
    remedy: 'Ask for less, or make it with a credential that may do as much.',
  },
  {
    example: new UnknownUser('2021'),
    when: 'Nobody was registered in this workspace with that auth_id.',
    remedy: 'Register the user first, with POST /v1.0/user/.',
  },
  {
    example: new NotFound(),
    when: 'The path or the thing that it names does not exist, or it belongs to another workspace: the two look the same.',
    remedy:
      'Check the path against /docs and the id against the list of its kind, with the credential of its workspace.',
  },
  {
    example: new NoActiveConversation(),
    when: 'The user has said nothing to that business, or nothing lately: feedback is about a conversation that goes on.',
    remedy: 'Log a message of the user first, with POST /v1.0/log_message_from_user/.',
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
    example: new DuplicateFeedback(1799),
    when: 'The user rated that business within the last hour already. The first rating stands.',
    remedy:
      'Do not repeat it by yourself. After Retry-After seconds the user may rate again, which is then a new rating.',
  },
  {
    example: new RequestStillRunning(),
    when: 'A request with the same Idempotency-Key has arrived before and has not been answered yet.',
    remedy: 'Wait Retry-After seconds and send the same request again: it is answered as the first one.',
  },
  {
    example: new DuplicateDepartment(['/name']),
    when: 'The workspace has a department of that name, or one request names it twice. Nothing was stored.',
    remedy: 'Choose another name, or use the department that is there.',
  },
  {
    example: new BotIdInUse('st-053cd130-f983-577a-8aad-2504aebd60b9'),
    when: 'A bot was to be made with an id that another bot of the workspace has.',
    remedy: 'Leave the id out to have one made, or change the bot that is there.',
  },
  {
    example: new SlugInUse('sales'),
    when: 'Another workspace of the instance has this slug.',
    remedy: 'Choose another slug.',
  },
  {
    example: new CredentialInUse(),
    when: 'The key or client id that was brought along is in use somewhere in the instance. Where, nobody is told.',
    remedy: 'Revoke the credential that has it, or leave the member out to have one made.',
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
  {
    example: new NoEncryptionKey(),
    when: 'A client was to be made, but the server has no ENCRYPTION_KEY to seal its secret with.',
    remedy: 'Whoever runs the server must set ENCRYPTION_KEY. API keys can be made without it.',
  },
];
