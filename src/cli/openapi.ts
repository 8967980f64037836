import { readFile, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { pino } from 'pino';
import { AppModule, doors } from '../app.module.js';
import { repetition } from '../idempotency/repetition.js';
import { Config } from '../server/config.js';
import { chapterIn } from '../openapi/chapter.js';
import { classComments } from '../openapi/comments.js';
import { documentOf } from '../openapi/document.js';
import { problemCatalogue } from '../server/problem.catalogue.js';

/** The files of the document's chapters, in the order in which they are shown. */
const chapters = [
  'message-feedback/message-feedback',
  'surveys/surveys',
  'user-feedback/user-feedback',
  'questions/acquire',
  'questions/questions',
  'entries/feedback',
  'entries/respondents',
  'analytics/analytics',
  'watches/releases',
  'watches/watches',
  'surveys/bots',
  'names/channels',
  'webhooks/webhooks',
  'workspaces/credentials',
  'workspaces/workspaces',
  'health/health',
].map((name) => `src/${name}.chapter.yaml`);

/** The OpenAPI document of the whole application. Much of what it says to people stands beside the sources and is read there. */
async function buildDocument(app: INestApplication, root: URL): Promise<OpenAPIObject> {
  const { version } = JSON.parse(await readFile(root, 'utf8')) as { version: string };
  return documentOf(app, {
    version,
    doors,
    repetition,
    introduction: await readFile(new URL('src/openapi/introduction.md', root), 'utf8'),
    chapters: await Promise.all(chapters.map((name) => chapterIn(new URL(name, root)))),
    problems: problemCatalogue(doors).map(({ example }) => example),
    comments: await classComments(['src/', 'libs/'].map((folder) => new URL(folder, root))),
  });
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
