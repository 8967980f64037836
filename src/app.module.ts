import { AccessModule, RefusalBudget } from '#libs/access';
import { BodyPipe, StrayQueryInterceptor } from '#libs/validation';
import { PersistenceModule, type PersistenceOptions, databaseProblem } from '#libs/persistence';
import { type ProblemDoor, ProblemModule } from '#libs/problem-details';
import { RedisModule } from '#libs/redis';
import { AddressBudget, ThrottlingGuard, ThrottlingModule, type ThrottlingOptions } from '#libs/throttling';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AnalyticsModule } from './analytics/analytics.module.js';
import type { Config } from './server/config.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { DemoModule } from './demo/demo.module.js';
import { Department } from './departments/department.entity.js';
import { DepartmentsModule } from './departments/departments.module.js';
import { DocumentationModule } from './documentation/documentation.module.js';
import { millisecondsOf } from '#libs/validation';
import { FeedbackEntry } from './feedback/feedback-entry.entity.js';
import { Message } from './feedback/message.entity.js';
import { Person } from './feedback/person.entity.js';
import { HealthModule } from './health/health.module.js';
import { encryptionKeyIn } from './server/encryption-key.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { serializers } from './server/logging.js';
import { MessageFeedbackModule } from './message-feedback/message-feedback.module.js';
import { migrations } from './migrations/index.js';
import { problemCatalogue } from './server/problem.catalogue.js';
import { ProblemsModule } from './problems/problems.module.js';
import { Question } from './questions/question.entity.js';
import { QuestionsModule } from './questions/questions.module.js';
import { acquireProblems } from './questions/questions.problems.js';
import { Bot } from './surveys/bot.entity.js';
import { SurveysModule } from './surveys/surveys.module.js';
import { EntriesModule } from './entries/entries.module.js';
import { koreProblems } from './surveys/surveys.problems.js';
import { UserFeedbackModule } from './user-feedback/user-feedback.module.js';
import { haptikProblems } from './user-feedback/user-feedback.problems.js';
import { Credential } from './workspaces/credential.entity.js';
import { Workspace } from './workspaces/workspace.entity.js';
import { WorkspacesModule, type WorkspacesOptions } from './workspaces/workspaces.module.js';

/** Who says errors otherwise than the rest of the house. */
export const problemDoors: ProblemDoor[] = [acquireProblems, haptikProblems, ...koreProblems];

/** What the product keeps in PostgreSQL. */
export function persistence(connection: PersistenceOptions['connection'], logger: Logger): PersistenceOptions {
  const log = (message: string): void => logger.info({ context: 'MikroORM' }, message);
  return {
    connection,
    entities: [Bot, Credential, Department, FeedbackEntry, Message, Person, Question, Workspace],
    migrations,
    log,
  };
}

/** Joins those who say who calls with those who count how often. Imported by the guard that verifies: comes after it. */
@Module({
  providers: [
    { provide: RefusalBudget, useExisting: AddressBudget },
    { provide: APP_GUARD, useExisting: ThrottlingGuard },
  ],
  exports: [RefusalBudget],
})
class BudgetsModule {}

@Module({})
export class AppModule {
  static forRoot(config: Config, connection: PersistenceOptions['connection'], logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // Requests are logged by a hook of Fastify's, once each; this is for what Nest and the modules say.
        LoggerModule.forRoot({ pinoHttp: { logger, serializers, wrapSerializers: false }, forRoutes: [] }),
        ProblemModule.forRoot({
          doors: problemDoors,
          translate: databaseProblem,
        }),
        PersistenceModule.forRoot(persistence(connection, logger)),
        RedisModule.forRoot(config.REDIS_URL),
        ThrottlingModule.forRoot(budgets(config)),
        AccessModule.forRoot([BudgetsModule, WorkspacesModule.forRoot(workspaces(config))]),
        HealthModule,
        DashboardModule,
        DocumentationModule,
        ProblemsModule.forRoot(problemCatalogue),
        DepartmentsModule,
        IdempotencyModule,
        MessageFeedbackModule,
        SurveysModule.forRoot(config.KORE_RATE_LIMIT),
        QuestionsModule,
        EntriesModule,
        AnalyticsModule,
        DemoModule,
        UserFeedbackModule.forRoot({
          window: {
            length: millisecondsOf(config.FEEDBACK_WINDOW),
            conversationTtl: millisecondsOf(config.CONVERSATION_TTL),
          },
          texts: config.HAPTIK_TEXTS,
        }),
      ],
      providers: [
        { provide: APP_PIPE, useClass: BodyPipe },
        // The native door says what it does not know; the vendors' pass it over.
        { provide: APP_INTERCEPTOR, useValue: new StrayQueryInterceptor('/v1/') },
      ],
    };
  }
}

function budgets({ RATE_LIMIT }: Config): ThrottlingOptions {
  // Off means off: for refused credentials too.
  return { limit: RATE_LIMIT, ...(RATE_LIMIT === 0 && { refusalLimit: Infinity }) };
}

function workspaces({ ADMIN_API_KEY, ENCRYPTION_KEY }: Config): WorkspacesOptions {
  return {
    adminApiKey: ADMIN_API_KEY,
    encryptionKey: ENCRYPTION_KEY === undefined ? undefined : encryptionKeyIn(ENCRYPTION_KEY),
  };
}
