import type { Fault } from './problem.dto.js';
import { Problem, type ProblemOptions } from './problem.js';

/** The request cannot be read: its body is not JSON in UTF-8, is nested too deeply or is ambiguous, or a header field is wrong. */
export class MalformedRequest extends Problem {
  static override readonly status = 400;
  static override readonly slug = 'malformed-request';
  static override readonly title = 'The request could not be read';
}

/** The credential is missing (`sent` false) or not one of ours. */
export class Unauthorized extends Problem {
  static override readonly status = 401;
  static override readonly slug = 'unauthorized';
  static override readonly title = 'The credential is missing or not valid';

  constructor(
    detail: string,
    readonly sent: boolean,
    options: ProblemOptions = {},
  ) {
    const challenge = sent ? 'Bearer error="invalid_token"' : 'Bearer';
    super(detail, { ...options, headers: { 'www-authenticate': challenge, ...options.headers } });
  }
}

/** The credential is valid and may not do this. */
export class Forbidden extends Problem {
  static override readonly status = 403;
  static override readonly slug = 'forbidden';
  static override readonly title = 'The credential may not do this';
}

/** There is no such thing, or it belongs to somebody else: the two look the same. */
export class NotFound extends Problem {
  static override readonly status = 404;
  static override readonly slug = 'not-found';
  static override readonly title = 'There is no such thing';

  constructor(detail = 'not found', options: ProblemOptions = {}) {
    super(detail, options);
  }
}

/** The path exists, the method does not. `allowed` are the methods that do. */
export class MethodNotAllowed extends Problem {
  static override readonly status = 405;
  static override readonly slug = 'method-not-allowed';
  static override readonly title = 'The path does not know this method';

  constructor(readonly allowed: string[]) {
    super(`method not allowed, use ${allowed.join(', ')}`, { headers: { allow: allowed.join(', ') } });
  }
}

/** The request was not complete in time. */
export class RequestTimeout extends Problem {
  static override readonly status = 408;
  static override readonly slug = 'request-timeout';
  static override readonly title = 'The request was not complete in time';

  constructor() {
    super('the request was not complete in time');
  }
}

/** The body is larger than `limit` bytes. */
export class ContentTooLarge extends Problem {
  static override readonly status = 413;
  static override readonly slug = 'content-too-large';
  static override readonly title = 'The body is too large';

  constructor(limit: number, unit: 'bytes' | 'lines' = 'bytes') {
    super(`the body is larger than ${limit} ${unit}`);
  }
}

/** A part of the path is longer than anything that could be there. */
export class UriTooLong extends Problem {
  static override readonly status = 414;
  static override readonly slug = 'uri-too-long';
  static override readonly title = 'The path is too long';

  constructor(options: ProblemOptions = {}) {
    super('a part of the path is too long', options);
  }
}

/** The body is not `application/json` in UTF-8 without a content encoding. */
export class UnsupportedMediaType extends Problem {
  static override readonly status = 415;
  static override readonly slug = 'unsupported-media-type';
  static override readonly title = 'The body must be JSON';
}

/** JSON, but not what this operation takes. Every fault is named in `errors`. */
export class InvalidInput extends Problem {
  static override readonly status = 422;
  static override readonly slug = 'invalid-input';
  static override readonly title = 'The input is not valid';

  constructor(errors: Fault[], options: ProblemOptions = {}) {
    super(errors.map((fault) => fault.detail).join('; '), { ...options, errors });
  }
}

/** The budget is used up for `retryAfter` seconds. */
export class TooManyRequests extends Problem {
  static override readonly status = 429;
  static override readonly slug = 'too-many-requests';
  static override readonly title = 'Too many requests';

  constructor(retryAfter: number, options: ProblemOptions = {}) {
    super('too many requests', { ...options, retryAfter });
  }
}

/** The first line and the header fields together are larger than 16 KiB. */
export class HeaderFieldsTooLarge extends Problem {
  static override readonly status = 431;
  static override readonly slug = 'header-fields-too-large';
  static override readonly title = 'The header fields are too large';

  constructor() {
    super('the first line and the header fields are larger than 16 KiB');
  }
}

/** A defect of the server. The log says more under the request id. */
export class InternalError extends Problem {
  static override readonly status = 500;
  static override readonly slug = 'internal-error';
  static override readonly title = 'Something broke on our side';

  constructor(cause: unknown) {
    super('internal error', { cause });
  }
}

/** HTTP has it, and this server does not. */
export class NotImplemented extends Problem {
  static override readonly status = 501;
  static override readonly slug = 'not-implemented';
  static override readonly title = 'The server does not do this';
}

/** Not now: overloaded, or the database is away. The same request may succeed after `retryAfter` seconds. */
export class ServiceUnavailable extends Problem {
  static override readonly status = 503;
  static override readonly slug = 'service-unavailable';
  static override readonly title = 'The service cannot answer right now';

  constructor(detail = 'the service cannot answer right now', options: ProblemOptions = {}) {
    super(detail, { retryAfter: 1, ...options });
  }
}
