import { AccessModule } from '#libs/access';
import { BodyPipe } from '#libs/json-body';
import { PersistenceModule, type PersistenceOptions, databaseProblem } from '#libs/persistence';
import { ProblemModule } from '#libs/problem-details';
import { ThrottlingModule } from '#libs/throttling';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { FeedbackEntry } from './feedback/feedback-entry.entity.js';
import { HealthModule } from './health/health.module.js';
import { serializers } from './logging.js';
import { MessageFeedbackModule } from './message-feedback/message-feedback.module.js';
import { migrations } from './migrations/index.js';
import { acquireProblems } from './questions/questions.problems.js';
import { koreProblems } from './surveys/surveys.problems.js';
import { haptikProblems } from './user-feedback/user-feedback.problems.js';
import { Credential } from './workspaces/credential.entity.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';

/** What the product keeps in PostgreSQL. */
export function persistence(connection: PersistenceOptions['connection'], logger: Logger): PersistenceOptions {
  const log = (message: string): void => logger.info({ context: 'MikroORM' }, message);
  return { connection, entities: [Credential, FeedbackEntry], migrations, log };
}

@Module({})
export class AppModule {
  static forRoot(config: Config, connection: PersistenceOptions['connection'], logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // Requests are logged by a hook of Fastify's, once each; this is for what Nest and the modules say.
        LoggerModule.forRoot({ pinoHttp: { logger, serializers, wrapSerializers: false }, forRoutes: [] }),
        ProblemModule.forRoot({
          doors: [acquireProblems, haptikProblems, ...koreProblems],
          translate: databaseProblem,
        }),
        PersistenceModule.forRoot(persistence(connection, logger)),
        AccessModule.forRoot([WorkspacesModule.forRoot(config.ADMIN_API_KEY)]),
        ThrottlingModule.forRoot({ limit: 0 }),
        HealthModule,
        MessageFeedbackModule,
      ],
      providers: [{ provide: APP_PIPE, useClass: BodyPipe }],
    };
  }
}
