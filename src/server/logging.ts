import type { FastifyInstance } from 'fastify';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/** Members that may hold a secret or somebody's words, wherever they stand in what is logged. */
const secretMembers = [
  'authorization',
  'auth',
  'client-id',
  'client_id',
  'cookie',
  'password',
  'secret',
  'key',
  'body',
  'parameters',
];

/** The loggers of Nest itself, which write dozens of lines at each start. */
const framework = ['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver'];

/** How an error is logged. */
export const serializers = { err: errorSerializer };

/** Logs JSON lines, to standard output unless `destination` says otherwise. */
export function newLogger(level: string, destination?: DestinationStream): Logger {
  const paths = secretMembers.flatMap((member) => [`["${member}"]`, `*["${member}"]`, `*.*["${member}"]`]);
  const redact = { paths, censor: '[redacted]' };
  const hooks: LoggerOptions['hooks'] = {
    logMethod(args, method, at) {
      const { context } = args[0] as { context?: string };
      if (at === pino.levels.values['info'] && framework.includes(context!)) this.debug(...args);
      else method.apply(this, args);
    },
  };
  const options = { level, timestamp: pino.stdTimeFunctions.isoTime, redact, serializers, hooks };
  return destination ? pino(options, destination) : pino(options);
}

/** Errors of the database carry values in `detail` and `where`, and statements in the message of their wrapper. */
function errorSerializer(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, code, cause } = error as Error & { code?: unknown };
  return { type: name, message, code, stack, ...(cause !== undefined && { cause: errorSerializer(cause) }) };
}

/** One line per request: no path, in which a respondent may be named, no query, no header, no body. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const { id: reqId, method, routeOptions } = request;
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    const route = routeOptions.url ?? null;
    logger.info({ reqId, method, route, status: reply.statusCode, milliseconds }, 'request');
    done();
  });
}
