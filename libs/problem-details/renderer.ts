import type { Problem } from './problem.js';

/** What a renderer may know of the request besides the problem. */
export interface FailedRequest {
  /** The path as it was sent, without the query. */
  path: string;
  requestId: string;
}

/** An error answer, ready to send. `Retry-After` and the problem's own header fields are added by the filter. */
export interface RenderedProblem {
  status: number;
  contentType: string;
  /** Fields that this door adds or says otherwise. */
  headers?: Record<string, string>;
  body: object;
}

/** How one door says that something failed. Chosen by path, so that errors before routing wear the door's shape too. */
export type ProblemRenderer = (problem: Problem, request: FailedRequest) => RenderedProblem;

/** A renderer and the paths that it speaks for. */
export interface ProblemDoor {
  /** `/v1.0/` speaks for everything that begins with it; the longest prefix wins. */
  prefix: string;
  render: ProblemRenderer;
}

/** Phrase and code by status. The phrases are RFC 9110's, the code is the phrase in snake case. */
const phrases: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** `application/problem+json` (RFC 9457), with the older `error` object that clients of the message door read. */
export const renderProblemJson: ProblemRenderer = (problem, request) => {
  const { status, slug } = problem.kind;
  const title = phrases[status] ?? 'Error';
  const code = title.toLowerCase().replaceAll(' ', '_');
  return {
    status,
    contentType: 'application/problem+json',
    body: {
      type: `/problems/${slug}`,
      title,
      status,
      detail: problem.message,
      instance: request.path,
      requestId: request.requestId,
      code,
      error: { code, message: problem.message },
      ...(problem.errors.length > 0 && { errors: problem.errors }),
    },
  };
};

/** Chooses the renderer by path: the longest matching prefix of `doors`, else problem+json. */
export function rendererFor(doors: ProblemDoor[], path: string): ProblemRenderer {
  const spelled = decoded(path);
  const matching = doors.filter((door) => spelled.startsWith(door.prefix));
  matching.sort((a, b) => b.prefix.length - a.prefix.length);
  return matching[0]?.render ?? renderProblemJson;
}

/** As the router reads it: whatever spelling reaches a door's routes gets its errors in the door's shape. */
function decoded(path: string): string {
  const withoutOrigin = path.replace(/^https?:\/\/[^/]*/, '');
  try {
    return decodeURI(withoutOrigin);
  } catch {
    return withoutOrigin;
  }
}
