import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject, Logger } from '@nestjs/common';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  InternalError,
  MalformedRequest,
  NotFound,
  ServiceUnavailable,
  UnsupportedMediaType,
  UriTooLong,
} from './common.problems.js';
import { Problem } from './problem.js';
import { doorFor, type FailedRequest, failedRequest, type ProblemDoor } from './renderer.js';
import { answerUnreadable, type UnreadableError } from './unreadable.js';

export interface ProblemModuleOptions {
  doors: ProblemDoor[];
  /** Makes a problem of another library's error, such as the database's; undefined for errors that it does not know. */
  translate?: (exception: unknown) => Problem | undefined;
}
export const ProblemModuleOptions = Symbol('ProblemModuleOptions');

/** Answers every failure in the shape of the door that the path belongs to. An error that is no {@link Problem} is made one. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);
  private saidUnavailable = 0;

  constructor(@Inject(ProblemModuleOptions) private readonly options: ProblemModuleOptions) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(exception, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** The same for failures that never reach Nest, such as a malformed URL. */
  answer(exception: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = this.options.translate?.(exception) ?? asProblem(exception);
    this.log(problem, request);
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const rendered = doorFor(this.options.doors, request.url).render(problem, failedRequest(request));
    // The route may have set it before it failed.
    void reply.removeHeader('location');
    if (problem.retryAfter !== undefined) void reply.header('retry-after', String(problem.retryAfter));
    void reply
      .headers({ 'x-request-id': request.id, 'cache-control': 'no-store', ...problem.headers, ...rendered.headers })
      .code(rendered.status)
      .type(rendered.contentType)
      .serializer(JSON.stringify)
      .send(rendered.body);
  }

  /** Logs every defect, but outages and overload, which come by the thousand, once a second. */
  private log(problem: Problem, request: FastifyRequest): void {
    const entry = { err: problem.cause ?? problem, reqId: request.id };
    if (problem.kind.status === 503 && Date.now() - this.saidUnavailable > 1_000) {
      this.saidUnavailable = Date.now();
      this.logger.warn(entry, problem.message);
    } else if (problem.kind.status >= 500 && problem.kind.status !== 503) this.logger.error(entry, problem.message);
  }

  /** The same for bytes that never become a request. */
  answerUnreadable(error: UnreadableError, socket: Socket, request: Omit<FailedRequest, 'path'>): void {
    answerUnreadable(this.options.doors, error, socket, request);
  }
}

/** The frameworks' own errors, by the status that they carry. */
function asProblem(exception: unknown): Problem {
  if (exception instanceof Problem) return exception;
  const status =
    exception instanceof HttpException
      ? exception.getStatus()
      : (exception as { statusCode?: number } | null)?.statusCode;
  const options = { cause: exception };
  if (status === 404) return new NotFound(undefined, options);
  if (status === 414) return new UriTooLong(options);
  if (status === 415) return new UnsupportedMediaType('content type must be application/json', options);
  if (status === 503) return new ServiceUnavailable(undefined, options);
  if (status !== undefined && status >= 400 && status < 500) return new MalformedRequest('malformed request', options);
  return new InternalError(exception);
}
