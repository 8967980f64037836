import { readFile, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { pino } from 'pino';
import { AppModule, doors } from '../app.module.js';
import { analyticsChapter } from '../analytics/analytics.chapter.js';
import { questionsChapter } from '../departments/departments.chapter.js';
import { feedbackChapter, respondentsChapter } from '../entries/entries.chapter.js';
import { healthChapter } from '../health/health.chapter.js';
import { botsChapter } from '../surveys/bots.chapter.js';
import { credentialsChapter } from '../workspaces/credentials.chapter.js';
import { workspacesChapter } from '../workspaces/workspaces.chapter.js';
import { Config } from '../server/config.js';
import { classComments } from '../openapi/comments.js';
import { documentOf } from '../openapi/document.js';
import { problemCatalogue } from '../server/problem.catalogue.js';

/** The chapters of the document, in the order in which they are shown. */
const chapters = [
  ...doors.map(({ chapter }) => chapter),
  questionsChapter,
  feedbackChapter,
  respondentsChapter,
  analyticsChapter,
  botsChapter,
  credentialsChapter,
  workspacesChapter,
  healthChapter,
];

/** The OpenAPI document of the whole application. Complete only in what `npm run build` built: it reads doc comments. */
async function buildDocument(app: INestApplication, root: URL): Promise<OpenAPIObject> {
  const { version } = JSON.parse(await readFile(root, 'utf8')) as { version: string };
  const problems = problemCatalogue(doors).map(({ example }) => example);
  const comments = await classComments(['src/', 'libs/'].map((folder) => new URL(folder, root)));
  return documentOf(app, { version, doors, chapters, problems, comments });
}

/** `npm run openapi`: writes the document; with `--check`, says whether the one that is there is the same. */
async function main(): Promise<void> {
  const root = pathToFileURL(findPackageJSON(import.meta.url)!);
  const app = await NestFactory.create(
    AppModule.forRoot(new Config(), {}, pino({ enabled: false })),
    new FastifyAdapter(),
    { preview: true, logger: false, abortOnError: false },
  );
  const text = `${JSON.stringify(await buildDocument(app, root), null, 2)}\n`;
  const file = new URL('openapi/openapi.json', root);
  if (!process.argv.includes('--check')) return writeFile(file, text);
  if ((await readFile(file, 'utf8')) === text) return;
  process.stderr.write('openapi/openapi.json is not what the code says: run `npm run openapi` and commit it.\n');
  process.exitCode = 1;
}

if (import.meta.main) await main();
