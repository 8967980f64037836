import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { pace } from './pace.js';

/** Bytes of an unread body that are discarded after the answer, before the connection is cut. */
const maxDiscardedBytes = 8 * 1024 * 1024;
/** Milliseconds without a byte after which the client has had the answer. */
const maxSilence = 2_000;
/** Milliseconds for all of it. With 2 s, one client in ten was cut off while the machine was busy. */
const maxMilliseconds = 10_000;

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
  let silence: NodeJS.Timeout | undefined;
  const deadline = performance.now() + maxMilliseconds;
  // Node calls this when the last response of a connection is finished.
  const destroySoon = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    silence = setTimeout(destroySoon, maxSilence).unref();
    socket.once('close', () => clearTimeout(silence));
    if (request.complete) socket.end();
    else request.once('end', () => socket.end());
  };
  pace(request);
  request.on('error', () => undefined);
  request.on('data', function discard(chunk: Buffer) {
    discarded += chunk.length;
    if (performance.now() < deadline) silence?.refresh();
    if (discarded <= maxDiscardedBytes) return;
    request.off('data', discard);
    destroySoon();
  });
}
