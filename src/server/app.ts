import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Background } from '#libs/background';
import { belowBasePath, completeLocations } from '#libs/base-path';
import { boundAnswers } from '#libs/byte-budget';
import { randomBase62 } from '#libs/ids';
import { jsonBody } from '#libs/json-body';
import type { PersistenceOptions } from '#libs/persistence';
import {
  maxHeadBytes,
  NotImplemented,
  ProblemFilter,
  refuseUnclear,
  refuseUnrouted,
  resetBrokenOff,
} from '#libs/problem-details';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import type { Logger as PinoLogger } from 'pino';
import { AppModule, doors } from '../app.module.js';
import { type Config, InvalidConfig } from './config.js';
import { Draining } from './draining.js';
import { keyIn } from '../idempotency/repetition.js';
import { HealthService } from '../health/health.service.js';
import { MetricsService } from '../health/metrics.service.js';
import { allowOrigins, originsIn } from './cors.js';
import { logRequests } from './logging.js';
import { holderOf } from './holder.js';
import { forgetPorts, trustIn } from './proxies.js';
import { CredentialUse } from '../workspaces/credential-use.js';

/**
 * The whole application, initialised and not yet listening.
 * @param connection a database that has been migrated
 */
export async function createApp(
  config: Config,
  connection: PersistenceOptions['connection'],
  logger: PinoLogger,
): Promise<NestFastifyApplication> {
  const adapter = newAdapter(config, () => app.get(ProblemFilter));
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  refuseUnclear(fastify);
  Draining.heed(fastify, () => draining);
  CredentialUse.heed(fastify, () => credentialUse);
  fastify.server.on('checkExpectation', (request, response) => fastify.routing(request, response));
  fastify.server.on('connect', (_request, socket: Socket) => {
    socket.on('error', () => undefined);
    const asked = { basePath: config.basePath, requestId: newRequestId() };
    app.get(ProblemFilter).answerUnreadable(new NotImplemented('this is no proxy'), socket, asked);
  });
  logRequests(fastify, logger);
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.observe(request, reply);
    done();
  });
  forgetPorts(fastify);
  allowOrigins(fastify, doors, originsIn(config.CORS_ORIGINS ?? '') ?? []);
  fastify.addHook('onListen', async () => app.get(Background).start());
  refuseUnrouted(fastify);
  completeLocations(fastify);
  refuseOwnPath(fastify, config.basePath);
  const answers = boundAnswers(fastify, { holderOf });
  resetBrokenOff(fastify);
  const bodies = jsonBody(fastify, { digested: (request) => keyIn(request) !== undefined });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config, connection, logger), adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
    routeConflictPolicy: { duplicate: 'error', shadow: 'error' },
  });
  const [draining, credentialUse, metrics] = [app.get(Draining), app.get(CredentialUse), app.get(MetricsService)];
  app.useLogger(app.get(Logger));
  app.get(HealthService).budgets = { bodies, answers };
  return app.init();
}

/** With the base path `/v1`, the path `/v1/bots` could be the server's own, or `/bots` below the base path. */
function refuseOwnPath(fastify: FastifyInstance, basePath: string): void {
  const [, first] = basePath.split('/');
  fastify.addHook('onRoute', ({ url }) => {
    if (first === url.split('/')[1])
      throw new InvalidConfig([`BASE_PATH must not begin with /${first}, where paths of the server begin`]);
  });
}

/** @param filter is called later: the adapter is made before the application, which has the filter */
function newAdapter({ TRUST_PROXY, basePath }: Config, filter: () => ProblemFilter): FastifyAdapter {
  const isTrusted = TRUST_PROXY === undefined ? null : trustIn(TRUST_PROXY);
  return new FastifyAdapter({
    trustProxy: isTrusted ?? false,
    rewriteUrl: belowBasePath(basePath, isTrusted ?? (() => false)),
    requestTimeout: 30_000,
    // Node would refuse a missing Host by itself, with neither a body nor a request id; and it looks for what is late twice
    // a minute.
    http: { requireHostHeader: false, headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxHeadBytes },
    genReqId: requestId,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      filter().answer(error, request, reply),
    clientErrorHandler: (error, socket) =>
      filter().answerUnreadable(error, socket, { basePath, requestId: newRequestId() }),
  });
}

/** The caller's own id if it is one that can be logged as it is, else ours. */
function requestId({ headers }: IncomingMessage): string {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(sent) ? sent : newRequestId();
}

function newRequestId(): string {
  return `req_${randomBase62(22)}`;
}
