import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';

/** Members that may hold a secret or somebody's words, wherever they stand in what is logged. */
const secretMembers = [
  'authorization',
  'auth',
  'client-id',
  'cookie',
  'password',
  'secret',
  'key',
  'body',
  'parameters',
];

/** How an error is logged. */
export const serializers = { err: errorSerializer };

/** Logs JSON lines to standard output. */
export function newLogger(level: string): Logger {
  const paths = secretMembers.flatMap((member) => [`["${member}"]`, `*["${member}"]`, `*.*["${member}"]`]);
  return pino({
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, censor: '[redacted]' },
    serializers,
  });
}

/** Errors of the database carry values in `detail` and `where`, and statements in the message of their wrapper. */
function errorSerializer(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, code, cause } = error as Error & { code?: unknown };
  return { type: name, message, code, stack, ...(cause !== undefined && { cause: errorSerializer(cause) }) };
}

/** One line per request: no query, no header, no body. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0];
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    logger.info({ reqId: request.id, method: request.method, path, status: reply.statusCode, milliseconds }, 'request');
    done();
  });
}
