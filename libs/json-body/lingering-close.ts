import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** How much of a body that nobody reads is taken off the line after the answer, and for how long. */
const maxDiscardedBytes = 8 * 1024 * 1024;
const maxMilliseconds = 2_000;

const closing = new WeakSet<Socket>();

/** Whether the connection has had its last answer. */
export function isClosing(socket: Socket): boolean {
  return closing.has(socket);
}

/**
 * Lets a client read an answer that was given before its body had arrived (RFC 9112, section 9.6). Closing a socket
 * with unread bytes resets the connection, and a reset takes with it the answer that the client has not read yet. So
 * once the answer is sent, and `Connection: close` with it, the rest of the body is discarded, our side is closed, and
 * only then the connection destroyed.
 */
export function closeLingering(request: IncomingMessage): void {
  const { socket } = request;
  if (closing.has(socket)) return;
  closing.add(socket);
  let discarded = 0;
  // Node calls this when the last response of a connection is finished.
  const destroySoon = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    const timer = setTimeout(destroySoon, maxMilliseconds).unref();
    socket.once('close', () => clearTimeout(timer));
    if (request.complete) socket.end();
    else request.once('end', () => socket.end());
  };
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > maxDiscardedBytes) destroySoon();
  });
}
