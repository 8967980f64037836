import { AccessGuard, AccessModule, RefusalBudget } from '#libs/access';
import { Background, type BackgroundWork } from '#libs/background';
import {
  databaseProblem,
  type Fill,
  Fills,
  migrationsIn,
  PersistenceModule,
  type PersistenceOptions,
  Transactions,
} from '#libs/persistence';
import { ProblemFilter, ProblemModule } from '#libs/problem-details';
import { allowedIn } from '#libs/outgoing';
import { RedisModule } from '#libs/redis';
import { AddressBudget, ThrottlingGuard, ThrottlingModule, type ThrottlingOptions } from '#libs/throttling';
import { BodyPipe, millisecondsOf, StrayQueryGuard } from '#libs/validation';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AnalyticsModule } from './analytics/analytics.module.js';
import type { Config } from './server/config.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { DemoModule } from './demo/demo.module.js';
import { Department } from './departments/department.entity.js';
import { DepartmentsModule } from './departments/departments.module.js';
import { DocumentationModule } from './documentation/documentation.module.js';
import { CountingModule } from './counting/counting.module.js';
import { ScoreFolder } from './counting/folder.js';
import { ScoreRebuilder } from './counting/rebuilder.js';
import { EarlierEntries } from './feedback/earlier-entries.js';
import { EarlierWords } from './feedback/earlier-words.js';
import { FeedbackEntry } from './feedback/feedback-entry.entity.js';
import { FeedbackModule } from './feedback/feedback.module.js';
import { Message } from './feedback/message.entity.js';
import { Person } from './feedback/person.entity.js';
import { HealthModule } from './health/health.module.js';
import { Draining } from './server/draining.js';
import { BodyHolderGuard } from './server/holder.js';
import { encryptionKeyIn } from './server/encryption-key.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { IdempotencyPurge } from './idempotency/idempotency.purge.js';
import { serializers } from './server/logging.js';
import { messageFeedbackDoor } from './message-feedback/message-feedback.door.js';
import { MessageFeedbackLine } from './message-feedback/message-feedback.line.dto.js';
import { MessageFeedbackModule } from './message-feedback/message-feedback.module.js';
import type { Door } from './openapi/door.js';
import { NamesModule } from './names/names.module.js';
import { problemCatalogue } from './server/problem.catalogue.js';
import { ProblemsModule } from './problems/problems.module.js';
import { EarlierQuestions } from './questions/earlier-questions.js';
import { EarlierAnswers } from './questions/earlier-answers.js';
import { Question } from './questions/question.entity.js';
import { AnswerLine } from './questions/answer.line.dto.js';
import { QuestionsModule } from './questions/questions.module.js';
import { questionsDoor } from './questions/questions.door.js';
import { Bot } from './surveys/bot.entity.js';
import { SurveyLine } from './surveys/survey.line.dto.js';
import { surveysDoor } from './surveys/surveys.door.js';
import { SurveysModule } from './surveys/surveys.module.js';
import { type BatchLines, NativeLine } from './entries/batch.dto.js';
import { EntriesModule } from './entries/entries.module.js';
import { UserFeedbackLine } from './user-feedback/user-feedback.line.dto.js';
import { userFeedbackDoor } from './user-feedback/user-feedback.door.js';
import { UserFeedbackModule } from './user-feedback/user-feedback.module.js';
import { EndpointDirectory } from './webhooks/endpoint.directory.js';
import { WebhookEndpoint } from './webhooks/endpoint.entity.js';
import type { WebhookOptions } from './webhooks/webhook.options.js';
import { WebhookEvents } from './webhooks/webhook.events.js';
import { WebhookPurge } from './webhooks/webhook.purge.js';
import { WebhookSender } from './webhooks/webhook.sender.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { Release } from './watches/release.entity.js';
import { Watch } from './watches/watch.entity.js';
import { WatchListeners } from './watches/watch.listeners.js';
import { WatchLooks } from './watches/watch.looks.js';
import { WatchesModule } from './watches/watches.module.js';
import { CredentialUse } from './workspaces/credential-use.js';
import { CachedCredentialDirectory } from './workspaces/credential.directory.js';
import { Credential } from './workspaces/credential.entity.js';
import { Workspace } from './workspaces/workspace.entity.js';
import { WorkspaceSweeper } from './workspaces/workspace.sweeper.js';
import { WorkspacesModule, type WorkspacesOptions } from './workspaces/workspaces.module.js';

/** The vendors' dialects that this server speaks, in the order in which the document shows them. */
export const doors: Door[] = [messageFeedbackDoor, surveysDoor, userFeedbackDoor, questionsDoor];

/** The lines of a batch, by the source that they had. */
const lines: BatchLines = {
  message: MessageFeedbackLine,
  survey: SurveyLine,
  conversation: UserFeedbackLine,
  question: AnswerLine,
  native: NativeLine,
};

/** What the product keeps in PostgreSQL. */
export function persistence(connection: PersistenceOptions['connection'], logger: Logger): PersistenceOptions {
  const log = (message: string): void => logger.info({ context: 'MikroORM' }, message);
  return {
    connection,
    entities: [
      Bot,
      Credential,
      Department,
      FeedbackEntry,
      Message,
      Person,
      Question,
      Release,
      Watch,
      WebhookEndpoint,
      Workspace,
    ],
    // A migration that has been released is never edited.
    migrations: migrationsIn(new URL('migrations/', import.meta.url)),
    log,
  };
}

/** What a request passes on its way to its handler and back, in this order. A route adds what it needs by decorators. */
const stations: Provider[] = [
  { provide: APP_GUARD, useExisting: AccessGuard },
  { provide: APP_GUARD, useExisting: ThrottlingGuard },
  { provide: APP_GUARD, useClass: BodyHolderGuard },
  // The native door refuses the query parameters that it does not know; the vendors' doors ignore them.
  { provide: APP_GUARD, useValue: new StrayQueryGuard('/v1/') },
  { provide: APP_INTERCEPTOR, useExisting: IdempotencyInterceptor },
  { provide: APP_PIPE, useClass: BodyPipe },
  { provide: APP_FILTER, useExisting: ProblemFilter },
];

/** What migrations left to be filled while the server serves, in this order. */
const fills: Type<Fill>[] = [EarlierEntries, EarlierAnswers, EarlierQuestions, EarlierWords];

/** What watches say is told by webhooks; the two know nothing of each other. */
const newsOfWatches: Provider = {
  provide: Symbol('news of watches'),
  useFactory: (watches: WatchListeners, webhooks: WebhookEvents) =>
    watches.add((transaction, event) => webhooks.tell(transaction, event)),
  inject: [WatchListeners, WebhookEvents],
};

/** What goes on beside the requests, in the order in which it starts. {@link Background} says when. */
const backgroundWork: Type<BackgroundWork>[] = [
  CachedCredentialDirectory,
  CredentialUse,
  ScoreFolder,
  ScoreRebuilder,
  Fills,
  IdempotencyPurge,
  WorkspaceSweeper,
  EndpointDirectory,
  WebhookPurge,
  WebhookSender,
  WatchLooks,
];

@Module({})
export class AppModule {
  static forRoot(config: Config, connection: PersistenceOptions['connection'], logger: Logger): DynamicModule {
    const workspaces = WorkspacesModule.forRoot(secretsOf(config));
    return {
      module: AppModule,
      imports: [
        // Requests are logged by a hook of Fastify's, once each; this is for what Nest and the modules say.
        LoggerModule.forRoot({ pinoHttp: { logger, serializers, wrapSerializers: false }, forRoutes: [] }),
        ProblemModule.forRoot({ doors, translate: databaseProblem }),
        PersistenceModule.forRoot(persistence(connection, logger)),
        RedisModule.forRoot(config.REDIS_URL),
        ThrottlingModule.forRoot(budgets(config)),
        // Refused credentials are counted by their address.
        AccessModule.forRoot({
          imports: [workspaces],
          providers: [{ provide: RefusalBudget, useExisting: AddressBudget }],
        }),
        workspaces,
        CountingModule,
        FeedbackModule,
        HealthModule,
        DashboardModule,
        DocumentationModule,
        ProblemsModule.forRoot(problemCatalogue(doors)),
        NamesModule,
        DepartmentsModule,
        IdempotencyModule,
        MessageFeedbackModule,
        SurveysModule.forRoot(config.KORE_RATE_LIMIT),
        QuestionsModule,
        EntriesModule.forRoot(lines),
        AnalyticsModule,
        WatchesModule,
        DemoModule.forRoot(workspaces),
        WebhooksModule.forRoot(webhooks(config), workspaces),
        UserFeedbackModule.forRoot({
          window: {
            length: millisecondsOf(config.FEEDBACK_WINDOW),
            conversationTtl: millisecondsOf(config.CONVERSATION_TTL),
          },
          texts: config.HAPTIK_TEXTS,
        }),
      ],
      providers: [
        ...stations,
        Draining,
        newsOfWatches,
        {
          provide: Fills,
          useFactory: (transactions: Transactions, ...all: Fill[]) => new Fills(transactions, all),
          inject: [Transactions, ...fills],
        },
        {
          provide: Background,
          useFactory: (...work: BackgroundWork[]) => new Background(work),
          inject: backgroundWork,
        },
      ],
    };
  }
}

function budgets({ RATE_LIMIT }: Config): ThrottlingOptions {
  // Off means off: for refused credentials too.
  return { limit: RATE_LIMIT, ...(RATE_LIMIT === 0 && { refusalLimit: Infinity }) };
}

function webhooks({ WEBHOOK_HOSTS, WEBHOOK_RETENTION, PUBLIC_URL }: Config): WebhookOptions {
  return {
    allowed: allowedIn(WEBHOOK_HOSTS)!,
    retention: millisecondsOf(WEBHOOK_RETENTION),
    pageUrl: PUBLIC_URL && `${PUBLIC_URL.replace(/\/$/, '')}/dashboard`,
  };
}

function secretsOf({ ADMIN_API_KEY, ENCRYPTION_KEY }: Config): WorkspacesOptions {
  return {
    adminApiKey: ADMIN_API_KEY,
    encryptionKey: ENCRYPTION_KEY === undefined ? undefined : encryptionKeyIn(ENCRYPTION_KEY),
  };
}
