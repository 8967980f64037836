import type { Socket } from 'node:net';
import { ownPathIn } from '#libs/base-path';
import { HeaderFieldsTooLarge, MalformedRequest, RequestTimeout } from './common.problems.js';
import { Problem } from './problem.js';
import { doorFor, type FailedRequest, type ProblemDoor } from './renderer.js';

/** Node's error for bytes that are no request. */
export type UnreadableError = Error & { code?: string; rawPacket?: unknown };

/** How long a client may go on sending after the answer, before it is cut off. */
const lingerFor = 2_000;

/**
 * Answers bytes that are no HTTP, a request that was not complete in time, or a problem, and closes the connection. The
 * shape is that of the door, if the packet that failed begins with the request's first line.
 */
export function answerUnreadable(
  doors: ProblemDoor[],
  error: UnreadableError,
  socket: Socket,
  request: Omit<FailedRequest, 'path'>,
) {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    // Node reports each further packet. The first answer has been given.
    if (!socket.writableEnded) socket.destroy();
    return;
  }
  const path = /^[A-Z]+ (\/[^\s?]*)/.exec(firstLineOf(error))?.[1] ?? '/';
  const problem = problemOf(error);
  const { status, contentType, headers, body } = doorFor(doors, ownPathIn(path, request.basePath)).render(problem, {
    ...request,
    path,
  });
  const text = JSON.stringify(body);
  const fields = {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    connection: 'close',
    'cache-control': 'no-store',
    'x-request-id': request.requestId,
    ...problem.headers,
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} `, ...lines, '', text].join('\r\n'));
  // A client that is still sending would be reset by a destroyed socket, and lose the answer.
  const timer = setTimeout(() => socket.destroy(), lingerFor).unref();
  socket.once('close', () => clearTimeout(timer));
}

function problemOf(error: UnreadableError): Problem {
  if (error instanceof Problem) return error;
  const { code } = error;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeout();
  if (code === 'HPE_HEADER_OVERFLOW') return new HeaderFieldsTooLarge();
  return new MalformedRequest('the request is not valid HTTP');
}

/** Whether another answer is being sent. A second one would be taken for a part of it. */
function isAnswering(socket: Socket): boolean {
  return (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent === true;
}

function firstLineOf({ rawPacket }: UnreadableError): string {
  return Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1').split('\r\n', 1)[0]! : '';
}
